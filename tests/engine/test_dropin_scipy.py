"""autograd.scipy against SciPy, and its gradients against difference quotients."""

import itertools
import subprocess
import sys
from functools import partial

import numpy
import pytest
import scipy
from numpy.testing import assert_allclose

import autograd.numpy as np
import autograd.numpy.random as npr
import autograd.scipy.stats.norm as norm
from autograd import Tensor, grad
from autograd.misc.optimizers import adam
from autograd.scipy import integrate, linalg, signal, special, stats
from autograd.test_util import check_grads

R = npr.RandomState(0)
X, POSITIVE, UNIT = R.randn(4), R.rand(4) + 0.5, R.rand(4) * 0.8 + 0.1

# --------------------------------------------------------------------------------------- special

FUNCTIONS = {
    **dict.fromkeys("erf erfc ndtr log_ndtr expit log_expit j0 j1 i0 i1".split(), (X,)),
    **dict.fromkeys("gamma gammaln rgamma psi digamma y0 y1".split(), (POSITIVE,)),
    **dict.fromkeys("logit erfinv erfcinv".split(), (UNIT,)),
    **dict.fromkeys("beta betaln".split(), (POSITIVE, UNIT)),
    **dict.fromkeys("logsumexp softmax log_softmax".split(), (X.reshape(2, 2),)),
    **dict.fromkeys("jn iv ive".split(), (2, X)),
    **dict.fromkeys("gammainc gammaincc".split(), (1.5, POSITIVE)),
    "yn": (2, POSITIVE),
    "polygamma": (1, POSITIVE),
    "multigammaln": (POSITIVE + 2, 3),
    "betainc": (1.5, 2.5, UNIT),
    "stdtr": (3.0, X),
    "xlogy": (numpy.array([0.0, 1.0, 2.0, 0.5]), POSITIVE),
}
BY_ALL = {"beta", "betaln"}
BY_FIRST = {"multigammaln"}


@pytest.mark.parametrize("name", FUNCTIONS)
def test_special(name):
    ours, args = getattr(special, name), FUNCTIONS[name]
    argnum = range(len(args)) if name in BY_ALL else [0 if name in BY_FIRST else len(args) - 1]
    assert_allclose(ours(*args), getattr(scipy.special, name)(*args), rtol=1e-12)
    check_grads(ours, argnum=list(argnum))(*args)


def test_logsumexp_with_weights():
    a, b = X.reshape(2, 2) + 1000, POSITIVE.reshape(2, 2)
    for options in ({}, {"axis": 0}, {"axis": 1, "keepdims": True}):
        ours = partial(special.logsumexp, b=b, **options)
        assert_allclose(ours(a), scipy.special.logsumexp(a, b=b, **options))
        check_grads(ours)(a - 1000)


def test_what_has_no_gradient_says_so():
    with pytest.raises(NotImplementedError, match="gammainc has no gradient for its argument a"):
        grad(special.gammainc)(1.5, 2.0)
    assert grad(special.gammasgn)(1.5) == 0.0


def test_scipy_is_asked_for_when_it_is_missing():
    code = (
        "import sys; sys.modules['scipy'] = None\n"
        "from autograd.scipy import special, stats, signal, linalg, integrate\n"
        "print(special.expit(0.0), stats.norm.logpdf(0.0))\n"
        "try: special.gammaln(1.0)\n"
        "except ImportError as error: print(error)"
    )
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    assert done.stdout.splitlines() == [
        "0.5 -0.9189385332046727",
        "autograd.scipy.special.gammaln needs SciPy: pip install 'chainrule[sklearn]'",
    ]


# ----------------------------------------------------------------------------------------- stats

COV = numpy.array([[2.0, 0.5], [0.5, 1.0]])
DENSITIES = {
    "norm": ((X, X[::-1], POSITIVE), (0, 1, 2)),
    "t": ((X, POSITIVE + 2, X[::-1], POSITIVE), (0, 1, 2, 3)),
    "gamma": ((POSITIVE, POSITIVE[::-1]), (0, 1)),
    "beta": ((UNIT, POSITIVE, POSITIVE + 1), (0, 1, 2)),
    "chi2": ((POSITIVE, POSITIVE + 1), (0, 1)),
    "dirichlet": ((numpy.array([0.2, 0.3, 0.5]), POSITIVE[:3]), (1,)),
    "multivariate_normal": ((X.reshape(2, 2), X[:2], COV), (0, 1)),
}


@pytest.mark.parametrize("name", DENSITIES)
def test_densities(name):
    ours, theirs = getattr(stats, name), getattr(scipy.stats, name)
    args, argnum = DENSITIES[name]
    for function in ("logpdf", "pdf"):
        assert_allclose(getattr(ours, function)(*args), getattr(theirs, function)(*args))
    check_grads(ours.logpdf, argnum=argnum)(*args)
    assert callable(ours.rvs)


@pytest.mark.parametrize("name", ["norm", "t", "gamma", "beta", "chi2"])
def test_distribution_functions(name):
    ours, theirs = getattr(stats, name), getattr(scipy.stats, name)
    args, _ = DENSITIES[name]
    for function in ("cdf", "logcdf", "sf", "logsf", "ppf") if name == "norm" else ("cdf",):
        first = UNIT if function == "ppf" else args[0]
        call = getattr(ours, function)
        assert_allclose(call(first, *args[1:]), getattr(theirs, function)(first, *args[1:]))
        check_grads(call)(first, *args[1:])


def test_poisson():
    k = numpy.array([0, 1, 2, 5])
    for function in ("logpmf", "pmf", "cdf"):
        ours = getattr(stats.poisson, function)
        assert_allclose(ours(k, POSITIVE), getattr(scipy.stats.poisson, function)(k, POSITIVE))
        check_grads(ours, argnum=1)(k, POSITIVE)


def test_multivariate_normal():
    ours, theirs = stats.multivariate_normal, scipy.stats.multivariate_normal
    for cov in (COV, 2.0, numpy.array([1.0, 3.0])):
        assert_allclose(ours.logpdf(X[:2], X[2:], cov), theirs.logpdf(X[:2], X[2:], cov))
        assert_allclose(ours.entropy(X[2:], cov), theirs.entropy(X[2:], cov))
    assert_allclose(ours.logpdf(0.3), norm.logpdf(0.3))
    check_grads(lambda L: ours.logpdf(X[:2], X[2:], L @ L.T))(COV)
    check_grads(lambda L: ours.entropy(X[2:], L @ L.T))(COV)
    singular = numpy.diag([1.0, 2.0, 0.0])
    there = numpy.array([0.3, -0.2, 0.0])
    assert_allclose(
        ours.logpdf(there, cov=singular, allow_singular=True),
        theirs.logpdf(there, cov=singular, allow_singular=True),
    )
    check_grads(lambda x: ours.logpdf(np.append(x, 0.0), None, singular, True))(there[:2])


def test_variational_inference():
    def log_density(x):
        return norm.logpdf(x, 1.0, 0.5)

    noise = npr.RandomState(0).randn(200)
    noise = (noise - noise.mean()) / noise.std()

    def bound(params, t):
        mean, log_std = params
        samples = mean + np.exp(log_std) * noise
        entropy = 0.5 * (1.0 + np.log(2 * np.pi)) + log_std
        return -(entropy + np.mean(log_density(samples)))

    mean, log_std = adam(grad(bound), (0.0, 0.0), step_size=0.05, num_iters=300)
    assert_allclose([mean, np.exp(log_std)], [1.0, 0.5], atol=0.01)


# ----------------------------------------------------------------------------------- the others


@pytest.mark.parametrize("mode", ["full", "same", "valid"])
@pytest.mark.parametrize(
    ("a", "b"), [((5,), (3,)), ((4,), (1,)), ((4, 5), (2, 3)), ((3, 3), (3, 3))]
)
def test_convolve(a, b, mode):
    A, B = R.randn(*a), R.randn(*b)
    assert_allclose(signal.convolve(A, B, mode=mode), scipy.signal.convolve(A, B, mode))
    check_grads(signal.convolve, argnum=(0, 1), order=1)(A, B, mode=mode)


def test_convolve_over_some_axes():
    images, kernels = R.randn(2, 3, 5, 4), R.randn(3, 6, 2, 2)
    convolve = partial(signal.convolve, axes=([2, 3], [2, 3]), dot_axes=([1], [0]), mode="valid")
    out = convolve(images, kernels)
    assert out.shape == (2, 6, 4, 3)
    for i, j in itertools.product(range(2), range(6)):
        pairs = zip(images[i], kernels[:, j], strict=True)
        assert_allclose(out[i, j], sum(scipy.signal.convolve(a, b, "valid") for a, b in pairs))
    check_grads(convolve, argnum=(0, 1), order=1)(images, kernels)
    with pytest.raises(ValueError, match="not 'circular'"):
        signal.convolve(X, X, mode="circular")


def test_linear_algebra():
    A, B, Q = R.randn(3, 3) + 4 * np.eye(3), R.randn(2, 2) + 2 * np.eye(2), R.randn(3, 2)
    assert_allclose(linalg.solve_sylvester(A, B, Q), scipy.linalg.solve_sylvester(A, B, Q))
    check_grads(linalg.solve_sylvester, argnum=(0, 1, 2))(A, B, Q)
    check_grads(lambda a: linalg.sqrtm(a @ a.T))(A)
    with pytest.raises(ValueError, match="the root is complex"):
        linalg.sqrtm(Tensor(-np.eye(2)))
    for options in itertools.product((0, "T"), (False, True), (False, True)):
        ours = linalg.solve_triangular(A, Q, *options)
        assert_allclose(ours, scipy.linalg.solve_triangular(A, Q, *options))
    check_grads(linalg.solve_triangular, argnum=(0, 1))(A, Q, lower=True)
    bands, b = R.randn(4, 5) + 3, R.randn(5)
    assert_allclose(
        linalg.solve_banded((2, 1), bands, b), scipy.linalg.solve_banded((2, 1), bands, b)
    )
    check_grads(linalg.solve_banded, argnum=(1, 2))((2, 1), bands, b)


def test_odeint():
    def spring(y, t, stiffness, damping):
        return np.array([y[1], -stiffness * y[0] - damping * y[1]])

    def end(start, times, constants):
        return integrate.odeint(spring, start, times, tuple(constants), rtol=1e-10, atol=1e-10)[-1]

    start, times = np.array([1.0, 0.0]), np.array([0.0, 0.3, 1.0])
    assert_allclose(end(start, times, [4.0, 0.0])[0], numpy.cos(2.0), rtol=1e-7)
    by_stiffness, _by_damping = grad(lambda c: end(start, times, c)[0])([4.0, 0.0])
    assert_allclose(by_stiffness, -numpy.sin(2.0) / 4, rtol=1e-6)
    check_grads(end, argnum=(0, 1, 2), modes=["rev"], order=1)(start, times, [4.0, 0.5])
