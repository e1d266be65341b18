"""Distributions on nodes, by the names of scipy.stats: a module for each."""

from autograd.scipy.stats import beta as beta
from autograd.scipy.stats import chi2 as chi2
from autograd.scipy.stats import dirichlet as dirichlet
from autograd.scipy.stats import gamma as gamma
from autograd.scipy.stats import multivariate_normal as multivariate_normal
from autograd.scipy.stats import norm as norm
from autograd.scipy.stats import poisson as poisson
from autograd.scipy.stats import t as t
