"""Programs in the idiom of the PyPI package named autograd, as its users write them."""

from itertools import pairwise

import numpy
import pytest
from numpy.testing import assert_allclose
from scipy.optimize import minimize

import autograd.numpy as np
import autograd.numpy.random as npr
import autograd.scipy.stats.multivariate_normal as mvn
from autograd import elementwise_grad as egrad
from autograd import grad, hessian, value_and_grad
from autograd.extend import defvjp, primitive
from autograd.misc.flatten import flatten
from autograd.misc.optimizers import adam, rmsprop, sgd
from autograd.numpy.linalg import solve
from autograd.scipy.special import logsumexp
from autograd.test_util import check_grads

# ------------------------------------------------------------------------------------- tutorial


def test_a_loop_that_ends_by_its_data():
    def sine(x):
        total = term = x
        i = 1
        while np.abs(term) > 1e-6:
            term = -term * x**2 / ((i + 1) * (i + 2))
            total = total + term
            i += 2
        return total

    assert_allclose(sine(2.0), numpy.sin(2.0), atol=1e-6)
    assert_allclose(grad(sine)(2.0), numpy.cos(2.0), atol=1e-5)
    assert_allclose(grad(grad(sine))(2.0), -numpy.sin(2.0), atol=1e-4)


def test_derivatives_of_tanh():
    def tanh(x):
        y = np.exp(-2.0 * x)
        return (1.0 - y) / (1.0 + y)

    x = np.linspace(-3, 3, 50)
    t, s = numpy.tanh(x), 1 - numpy.tanh(x) ** 2
    assert_allclose(egrad(tanh)(x), s, rtol=1e-10)
    assert_allclose(egrad(egrad(tanh))(x), -2 * t * s, rtol=1e-9, atol=1e-12)
    assert_allclose(egrad(egrad(egrad(tanh)))(x), -2 * s * (1 - 3 * t**2), rtol=1e-8, atol=1e-10)
    fourth = 8 * t * s * (2 - 3 * t**2)
    assert_allclose(egrad(egrad(egrad(egrad(tanh))))(x), fourth, rtol=1e-7, atol=1e-9)
    assert_allclose(grad(tanh)(1.0), 1 - numpy.tanh(1.0) ** 2)


def test_logistic_regression():
    inputs = np.array([[0.5, 1.1, 0.8], [0.9, -1.1, 0.2], [0.5, 0.1, -1.3], [0.7, -2.5, 1.4]])
    targets = np.array([True, True, False, True])

    def sigmoid(x):
        return 0.5 * (np.tanh(x / 2.0) + 1)

    def training_loss(weights):
        preds = sigmoid(np.dot(inputs, weights))
        label_probabilities = preds * targets + (1 - preds) * (1 - targets)
        return -np.sum(np.log(label_probabilities))

    training_gradient_fun = grad(training_loss)
    weights = np.array([0.0, 0.0, 0.0])
    assert_allclose(training_loss(weights), 4 * numpy.log(2))
    for _ in range(100):
        by_hand = inputs.T @ (sigmoid(inputs @ weights) - targets)
        assert_allclose(training_gradient_fun(weights), by_hand, rtol=1e-10)
        weights -= training_gradient_fun(weights) * 0.1
    assert training_loss(weights) < 0.8
    check_grads(training_loss)(weights)


def test_a_gradient_of_ones_own():
    @primitive
    def stable_logsumexp(x):
        """log(sum(exp(x))), safe for large x"""
        max_x = np.max(x)
        return max_x + np.log(np.sum(np.exp(x - max_x)))

    def vjp(ans, x):
        x_shape = x.shape
        return lambda g: np.full(x_shape, g) * np.exp(x - np.full(x_shape, ans))

    defvjp(stable_logsumexp, vjp)

    def example(y):
        return np.sum(stable_logsumexp(y**2))

    y = np.array([1.5, 0.7, 1e-10])
    softmax = numpy.exp(y**2) / numpy.sum(numpy.exp(y**2))
    assert_allclose(grad(example)(y), 2 * y * softmax)
    check_grads(example)(y)


# --------------------------------------------------------------------------------- minimisation


def test_rosenbrock():
    def rosenbrock(x):
        return 100 * (x[1] - x[0] ** 2) ** 2 + (1 - x[0]) ** 2

    result = minimize(value_and_grad(rosenbrock), x0=np.array([0.0, 0.0]), jac=True, method="CG")
    assert_allclose(result.x, [1.0, 1.0], atol=1e-3)
    assert_allclose(hessian(rosenbrock)(np.ones(2)), [[802.0, -400.0], [-400.0, 200.0]])


PARAMETERS = {"b": (np.array([3.0, -1.0]), [2.0]), "a": np.array([[1.0], [-2.0]])}


def distance(params):
    flat, _ = flatten(params)
    return np.sum((flat - 1.0) ** 2) / 2


@pytest.mark.parametrize(
    ("optimize", "first_step", "options"),
    [
        (sgd, lambda g: 0.1 * 0.1 * g, {}),
        (rmsprop, lambda g: 0.1 * g / (numpy.sqrt(0.9 + 0.1 * g**2) + 1e-8), {}),
        (adam, lambda g: 0.001 * g / (numpy.abs(g) + 1e-8), {"step_size": 0.1, "num_iters": 400}),
    ],
    ids=["sgd", "rmsprop", "adam"],
)
def test_optimizers_take_containers(optimize, first_step, options):
    def objective_grad(params, step):
        return grad(distance)(params)

    seen = []
    once = optimize(objective_grad, PARAMETERS, lambda *now: seen.append(now), num_iters=1)
    (params, step, gradient), start = seen[0], flatten(PARAMETERS)[0]
    assert (list(params), list(gradient), step) == (["a", "b"], ["a", "b"], 0)
    assert_allclose(flatten(gradient)[0], start - 1)
    assert_allclose(flatten(once)[0], start - first_step(start - 1), rtol=1e-12)
    end = optimize(objective_grad, PARAMETERS, **options)
    assert isinstance(end["b"], tuple)
    assert_allclose(flatten(end)[0], 1.0, atol=1e-3)


def test_an_optimizer_can_be_differentiated():
    def end(start, rate):
        return np.sum(sgd(lambda x, i: 2 * x, start, num_iters=3, step_size=rate, mass=0.0))

    start, rate = np.array([1.0, 2.0]), 0.1
    assert_allclose(grad(end)(start, rate), [0.8**3] * 2)
    assert_allclose(grad(end, 1)(start, rate), -6 * 0.8**2 * 3)


# --------------------------------------------------------------------------------------- models


def test_neural_net():
    rs = npr.RandomState(0)
    inputs = rs.randn(40, 2)
    targets = np.array([[1.0, 0.0] if x * y > 0 else [0.0, 1.0] for x, y in inputs])
    sizes = [2, 8, 2]
    init_params = [(rs.randn(m, n), rs.randn(n)) for m, n in pairwise(sizes)]

    def predict(params, inputs):
        for W, b in params:
            outputs = np.dot(inputs, W) + b
            inputs = np.tanh(outputs)
        return outputs - logsumexp(outputs, axis=1, keepdims=True)

    def objective(params, i):
        flattened, _ = flatten(params)
        log_prior = -0.001 * np.dot(flattened, flattened)
        return -log_prior - np.sum(predict(params, inputs) * targets)

    check_grads(lambda params: objective(params, 0), modes=["rev"])(init_params)
    params = adam(grad(objective), init_params, step_size=0.05, num_iters=200)
    predicted = np.argmax(predict(params, inputs), axis=1)
    assert np.mean(predicted == np.argmax(targets, axis=1)) > 0.95


def concat_and_multiply(weights, *args):
    return np.dot(np.hstack((*args, np.ones((args[0].shape[0], 1)))), weights)


def rnn(params, inputs):
    hiddens = np.repeat(params["init hiddens"], inputs.shape[1], axis=0)
    for step in inputs:
        hiddens = np.tanh(concat_and_multiply(params["change"], step, hiddens))
        yield concat_and_multiply(params["predict"], hiddens)


def lstm(params, inputs):
    hiddens = np.repeat(params["init hiddens"], inputs.shape[1], axis=0)
    cells = np.repeat(params["init cells"], inputs.shape[1], axis=0)
    for step in inputs:
        change = np.tanh(concat_and_multiply(params["change"], step, hiddens))
        forget, ingate, outgate = (
            0.5 * (np.tanh(concat_and_multiply(params[gate], step, hiddens)) + 1)
            for gate in ("forget", "ingate", "outgate")
        )
        cells = cells * forget + ingate * change
        hiddens = outgate * np.tanh(cells)
        yield concat_and_multiply(params["predict"], hiddens)


@pytest.mark.parametrize("model", [rnn, lstm])
def test_recurrent_nets(model):
    rs = npr.RandomState(0)
    shapes = {"init hiddens": (1, 3), "change": (2 + 3 + 1, 3), "predict": (3 + 1, 2)}
    if model is lstm:
        gates = dict.fromkeys(("forget", "ingate", "outgate"), (2 + 3 + 1, 3))
        shapes |= {"init cells": (1, 3), **gates}
    init_params = {name: 0.5 * rs.randn(*shape) for name, shape in shapes.items()}
    letters = rs.randint(2, size=(5, 4))
    inputs = np.array(letters[:, :, None] == np.arange(2)[None, None, :], dtype=int)
    targets = np.roll(inputs, 1, axis=0)

    def training_loss(params, i):
        loglik = 0.0
        for t, output in enumerate(model(params, inputs)):
            logprobs = output - logsumexp(output, axis=1, keepdims=True)
            loglik += np.sum(logprobs * targets[t])
        return -loglik / (inputs.shape[0] * inputs.shape[1])

    check_grads(lambda params: training_loss(params, 0), order=1)(init_params)
    trained = adam(grad(training_loss), init_params, step_size=0.1, num_iters=30)
    assert training_loss(trained, 0) < 0.8 * training_loss(init_params, 0)


def test_gaussian_process():
    def rbf(params, x, xp):
        lengthscales = np.exp(params[1:])
        diffs = np.expand_dims(x / lengthscales, 1) - np.expand_dims(xp / lengthscales, 0)
        return np.exp(params[0]) * np.exp(-0.5 * np.sum(diffs**2, axis=2))

    X = np.linspace(0, 3, 8).reshape((8, 1))
    y = np.cos(X[:, 0])

    def log_marginal_likelihood(params):
        mean, noise = params[0], np.exp(params[1]) + 0.0001
        return mvn.logpdf(y, mean * np.ones(8), rbf(params[2:], X, X) + noise * np.eye(8))

    params = np.array([0.1, -2.0, 0.2, 0.3])
    noise, kernel = numpy.exp(-2.0), rbf(params[2:], X, X)
    inverse = numpy.linalg.inv(kernel + (noise + 0.0001) * numpy.eye(8))
    alpha = inverse @ (y - 0.1)
    by_covariance = (numpy.outer(alpha, alpha) - inverse) / 2
    squares = ((X - X.T) / numpy.exp(0.3)) ** 2
    slopes = [noise * numpy.eye(8), kernel, kernel * squares]
    by_hand = [alpha.sum(), *(numpy.sum(by_covariance * slope) for slope in slopes)]
    assert_allclose(grad(log_marginal_likelihood)(params), by_hand, rtol=1e-9)
    check_grads(log_marginal_likelihood, modes=["rev"])(params)

    def predicted_mean(xstar):
        k = rbf(params[2:], X, np.reshape(xstar, (1, 1)))
        return np.sum(np.dot(solve(kernel + 1e-6 * np.eye(8), k).T, y))

    assert_allclose(predicted_mean(1.0), numpy.cos(1.0), atol=1e-3)
    assert_allclose(grad(predicted_mean)(1.0), -numpy.sin(1.0), atol=1e-2)


def test_fluid_simulation():
    def project(vx, vy):
        div = np.roll(vx, -1, axis=1) - np.roll(vx, 1, axis=1)
        div = (div + np.roll(vy, -1, axis=0) - np.roll(vy, 1, axis=0)) / -2.0
        p = np.zeros(vx.shape)
        for _ in range(5):
            around = np.roll(p, 1, axis=1) + np.roll(p, -1, axis=1)
            p = (div + around + np.roll(p, 1, axis=0) + np.roll(p, -1, axis=0)) / 4.0
        vx = vx - 0.5 * (np.roll(p, -1, axis=1) - np.roll(p, 1, axis=1))
        return vx, vy - 0.5 * (np.roll(p, -1, axis=0) - np.roll(p, 1, axis=0))

    def advect(f, vx, vy):
        rows, cols = f.shape
        cell_ys, cell_xs = np.meshgrid(np.arange(rows), np.arange(cols), indexing="ij")
        xs, ys = (cell_xs - vx).ravel(), (cell_ys - vy).ravel()
        left, top = np.floor(ys).astype(int), np.floor(xs).astype(int)
        rw, bw = ys - left, xs - top
        left, top = np.mod(left, rows), np.mod(top, cols)
        right, bottom = np.mod(left + 1, rows), np.mod(top + 1, cols)
        upper = (1 - rw) * f[left, top] + rw * f[right, top]
        lower = (1 - rw) * f[left, bottom] + rw * f[right, bottom]
        return np.reshape((1 - bw) * upper + bw * lower, (rows, cols))

    smoke = npr.RandomState(0).rand(4, 5)

    def objective(params):
        vx, vy = np.reshape(params[:20], (4, 5)), np.reshape(params[20:], (4, 5))
        now = smoke
        for _ in range(3):
            vx, vy = project(advect(vx, vx, vy), advect(vy, vx, vy))
            now = advect(now, vx, vy)
        return np.mean((now - 0.5) ** 2)

    check_grads(objective, modes=["rev"], order=1)(npr.RandomState(1).randn(40))
