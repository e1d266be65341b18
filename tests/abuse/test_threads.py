"""Threads, forks and pickles: no update is lost, no mode leaks, and every process says the same."""

import os
import pickle
import subprocess
import sys
import threading
from pathlib import Path

import numpy as np
import pytest

import nn
from autograd import (
    Tensor,
    Value,
    detect_nan,
    gradients,
    no_grad,
    op,
    replay,
    tanh,
    watch_comparisons,
)

ROOT = Path(__file__).resolve().parents[2]


@pytest.fixture(autouse=True)
def _often():
    """Threads take turns as often as they can."""
    before = sys.getswitchinterval()
    sys.setswitchinterval(1e-6)
    yield
    sys.setswitchinterval(before)


def together(*jobs):
    """Run the jobs in threads; what they give, or the first error."""
    out, errors = [None] * len(jobs), []

    def work(place, job):
        try:
            out[place] = job()
        except BaseException as error:
            errors.append(error)

    threads = [threading.Thread(target=work, args=pair) for pair in enumerate(jobs)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    if errors:
        raise errors[0]
    return out


# --------------------------------------------------------------------------------------- threads


@pytest.mark.parametrize("kind", [Value, Tensor])
def test_no_update_of_a_shared_leaf_is_lost(kind):
    """Graphs of several threads meet in a leaf: its gradient is the sum of all passes."""
    for _ in range(5):
        shared = kind(1.0)

        def passes(shared=shared):
            for _ in range(200):
                (shared * 1.0).backward()

        together(*[passes] * 4)
        assert float(shared.grad) == 800


def test_no_update_is_lost_that_comes_in_the_middle_of_another():
    """The same at a chosen moment: a pass of another thread while this one adds up."""
    shared = Value(1.0)
    others = []

    class Slow(float):
        def __add__(self, other):
            if not others:
                others.append(threading.Thread(target=(shared * 10.0).backward))
                others[0].start()
                others[0].join(timeout=0.5)  # it may have to wait for this one
            return float(self) + other

    shared.grad = Slow(100.0)
    (shared * 1.0).backward()
    others[0].join()
    assert shared.grad == 111.0


@pytest.mark.parametrize("kind", [Value, Tensor])
def test_threads_build_graphs_of_their_own(kind):
    def job(number):
        def run():
            found = []
            for _ in range(50):
                x = kind(number)
                y = tanh(x * x) + x
                y.backward()
                found.append(float(x.grad))
            return found

        return run

    numbers = [0.1, 0.2, 0.3, 0.4]
    expected = [[1 + 2 * x * (1 - np.tanh(x * x) ** 2)] * 50 for x in numbers]
    np.testing.assert_allclose(together(*map(job, numbers)), expected, rtol=1e-12)


def test_modes_are_a_threads_own():
    ready, done = (threading.Barrier(4, timeout=20) for _ in range(2))

    def inside(mode, look):
        def run():
            with mode():
                ready.wait()
                found = look()
                done.wait()
            return found

        return run

    def outside():
        ready.wait()
        with np.errstate(all="ignore"):
            found = (Value(1.0) * 2).requires_grad, bool(np.isnan(np.log(Value(-1.0)).data))
        done.wait()
        return found

    def raises():
        with np.errstate(all="ignore"), pytest.raises(FloatingPointError, match="log"):
            np.log(Value(-1.0))
        return True

    found = together(
        inside(no_grad, lambda: (Value(1.0) * 2).requires_grad),
        inside(detect_nan, raises),
        inside(watch_comparisons, lambda: (Value(1.0) * 2).requires_grad),
        outside,
    )
    assert found == [False, True, True, (True, True)]


@pytest.mark.parametrize("kind", [Value, Tensor])
def test_threads_share_a_replay(kind):
    x = kind(0.5)
    step = replay(tanh(x * x) * x, inputs=[x], wrt=[x])
    numbers = [0.1, 0.7, -0.4, 1.5]
    alone = [step({x: number}) for number in numbers]

    def job(number):
        return lambda: [step({x: number}) for _ in range(100)]

    for found, (value, (slope,)) in zip(together(*map(job, numbers)), alone, strict=True):
        for again, (part,) in found:
            assert (float(again), float(part)) == (float(value), float(slope))


def test_threads_train_models_of_their_own():
    rng = np.random.default_rng(0)
    X = rng.normal(size=(20, 2))
    y = (X[:, :1] > 0) * 1.0

    def job():
        model = nn.MLP([2, 3, 1], rng=0)
        nn.fit(model, X, y, epochs=5, batch_size=5, rng=0, progress=False)
        return [array.tolist() for array in model.state_dict().values()]

    found = together(job, job, job)
    assert found == [job()] * 3


def test_threads_save_to_one_path(tmp_path):
    """Whoever reads finds one of the files that were saved, as a whole."""
    path = tmp_path / "model.safetensors"
    nn.save({"w": np.full(1000, 0.0)}, path)
    stop = threading.Event()

    def writes(number):
        def run():
            try:
                for _ in range(30):
                    nn.save({"w": np.full(1000, number)}, path)
            finally:
                stop.set()

        return run

    def reads():
        seen = set()
        while not stop.is_set():
            seen.add(len(np.unique(nn.load(path)["w"])))
        return seen

    *_, seen = together(writes(1.0), writes(2.0), reads)
    assert seen <= {1}
    assert [each.name for each in tmp_path.iterdir()] == [path.name]


# ----------------------------------------------------------------------------- forks, processes


def in_a_fork(job):
    """What a job gives in a forked process, as a string."""
    read, write = os.pipe()
    child = os.fork()
    if child == 0:
        code = 1
        try:
            os.write(write, repr(job()).encode())
            code = 0
        finally:
            os._exit(code)
    os.close(write)
    with os.fdopen(read) as file:
        found = file.read()
    assert os.waitpid(child, 0)[1] == 0
    return found


forks = pytest.mark.skipif(not hasattr(os, "fork"), reason="no fork here")


@forks
def test_a_fork_goes_on_with_the_graph():
    x = Tensor([0.5, 1.0])
    y = (tanh(x) * x).sum()
    expected = repr(gradients(y, x).tolist())
    assert in_a_fork(lambda: gradients(y, x).tolist()) == expected
    assert repr(gradients(y, x).tolist()) == expected


@forks
def test_a_fork_takes_the_modes_along():
    def wanted():
        with no_grad():
            inner = (Value(1.0) * 2).requires_grad
        return inner, (Value(1.0) * 2).requires_grad

    with no_grad():
        assert in_a_fork(lambda: (Value(1.0) * 2).requires_grad) == "False"
    assert in_a_fork(wanted) == "(False, True)"


@forks
def test_a_fork_trains_as_its_parent():
    model = nn.MLP([2, 3, 1], rng=0)
    X = np.random.default_rng(0).normal(size=(10, 2))
    y = (X[:, :1] > 0) * 1.0

    def job():
        history = nn.fit(model, X, y, epochs=3, batch_size=4, rng=1, progress=False)
        return history.loss

    found = in_a_fork(job)
    assert found == repr(job())


def elsewhere(code, content, seed="1"):
    """What a new process prints that finds `content` on its input."""
    done = subprocess.run(
        [sys.executable, "-c", f"import pickle, sys; it = pickle.load(sys.stdin.buffer)\n{code}"],
        input=content,
        capture_output=True,
        cwd=ROOT,
        env={**os.environ, "PYTHONHASHSEED": seed, "PYTHONPATH": str(ROOT)},
        check=False,
    )
    assert done.returncode == 0, done.stderr.decode()
    return done.stdout.decode().strip()


def test_a_graph_is_differentiated_in_another_process():
    x, w = Tensor([0.5, 1.0], name="x"), Tensor([[1.0, 2.0], [3.0, 4.0]], name="w")
    y = (tanh(w @ x) * x).sum()
    code = "y, x, w = it\ny.backward(); print((x.grad.tolist(), w.grad.tolist(), x.name))"
    found = elsewhere(code, pickle.dumps((y, x, w)))
    expected = [part.tolist() for part in gradients(y, [x, w])]
    assert found == repr((*expected, "x"))


def test_a_model_predicts_in_another_process_what_it_predicts_here():
    model = nn.MLP([2, 3, 1], rng=0)
    X = np.random.default_rng(0).normal(size=(4, 2))
    code = "model, X = it\nprint(model(X).numpy().tolist())"
    expected = repr(model(X).numpy().tolist())
    assert {elsewhere(code, pickle.dumps((model, X)), seed) for seed in "12"} == {expected}


def test_a_graph_with_an_unknown_operation_is_refused_with_words():
    cubed = op("cubed for a pickle", lambda x: x**3, lambda g, y, x: g * 3 * x * x, replace=True)
    content = pickle.dumps(cubed(Tensor([2.0])))
    from autograd import TABLE

    del TABLE["cubed for a pickle"]
    with pytest.raises(LookupError, match="'cubed for a pickle' is not in the table"):
        pickle.loads(content)


def test_a_pickle_cut_off_is_an_error():
    x = Tensor([0.5, 1.0])
    content = pickle.dumps((tanh(x) * x).sum())
    for size in range(0, len(content) - 1, 7):
        with pytest.raises((EOFError, pickle.UnpicklingError, ValueError, TypeError)):
            pickle.loads(content[:size])
