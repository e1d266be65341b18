"""Checkpoints: a run that was killed at any moment ends bit for bit as one that never stopped."""

import os
import signal
import subprocess
import sys
import time
from pathlib import Path

import numpy as np
import pytest

import nn

ROOT = Path(__file__).resolve().parents[2]


@pytest.fixture
def data(rng):
    """Three clouds in the plane, overlapping."""
    y = np.repeat([0, 1, 2], 20)
    return rng.normal(size=(60, 2)) + 1.5 * np.array([[0, 0], [1, 0], [0, 1]])[y], y


def network():
    rng = np.random.default_rng(0)
    return nn.Sequential(
        nn.Linear(2, 8, rng=rng),
        nn.BatchNorm1d(8),
        nn.ReLU(),
        nn.Dropout(0.2, rng=rng),
        nn.Linear(8, 3, rng=rng),
    )


def train(data, epochs, name="Adam", **options):
    """A run with everything that has a memory; the history and the state it ends in."""
    model = network()
    settings = {"SGD": {"momentum": 0.9}, "RMSprop": {"momentum": 0.5, "centered": True}}
    optimizer = getattr(nn.optim, name)(model.parameters(), lr=0.01, **settings.get(name, {}))
    schedule = nn.optim.lr_scheduler
    warm_up = schedule.LinearLR(optimizer, total_iters=3)
    scheduler = schedule.SequentialLR(
        optimizer, [warm_up, schedule.CosineAnnealingLR(optimizer, 9)], [3]
    )
    history = nn.fit(
        model,
        *data,
        loss=nn.CrossEntropyLoss(),
        optimizer=optimizer,
        scheduler=scheduler,
        epochs=epochs,
        batch_size=16,
        rng=7,
        validation=data,
        progress=False,
        **options,
    )
    return history, model.state_dict()


def same(one, two):
    (first, a), (second, b) = one, two
    assert first == second
    assert all(a[name].tobytes() == b[name].tobytes() for name in a)


@pytest.mark.parametrize("name", ["SGD", "RMSprop", "Adam", "AdamW"])
def test_a_run_taken_up_again_ends_bit_for_bit_as_one_that_never_stopped(
    name, data, tmp_path
) -> None:
    whole = train(data, 8, name, early_stopping=20)
    path = tmp_path / "run.safetensors"
    for epochs in (1, 4, 8):
        parts = train(data, epochs, name, checkpoint=path, early_stopping=20)
    same(parts, whole)
    same(train(data, 8, name, checkpoint=path, early_stopping=20), whole)  # finished already


@pytest.mark.parametrize("stop", [KeyboardInterrupt, RuntimeError])
@pytest.mark.parametrize("at", [1, 5, 14, 23])
def test_a_run_that_broke_off_inside_an_epoch_is_taken_up(stop, at, data, tmp_path) -> None:
    whole = train(data, 6)
    path, steps = tmp_path / "run.safetensors", []

    def step(self):
        steps.append(None)
        if len(steps) == at:
            raise stop
        plain(self)

    plain = nn.optim.Optimizer.step
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(nn.optim.Optimizer, "step", step)
        if stop is KeyboardInterrupt:
            history, _ = train(data, 6, checkpoint=path)
            assert history.stopped == f"interrupted in epoch {len(history) + 1}"
            assert history.interrupted
            assert len(history) == (at - 1) // 4
        else:
            with pytest.raises(RuntimeError):
                train(data, 6, checkpoint=path)
    same(train(data, 6, checkpoint=path), whole)


SCRIPT = """
import sys, numpy as np
sys.path.insert(0, {root!r})
from importlib import util
spec = util.spec_from_file_location("test_checkpoint", {file!r})
test_checkpoint = util.module_from_spec(spec)
spec.loader.exec_module(test_checkpoint)
data = np.random.default_rng(0).normal(size=(60, 2)), np.arange(60) % 3
history, state = test_checkpoint.train(data, 150, checkpoint={path!r}, early_stopping=1000)
np.savez({out!r}, loss=history.loss, validation=history.validation_loss, **state)
"""


@pytest.mark.slow
def test_killed_at_any_moment_it_ends_as_if_nothing_had_happened(
    tmp_path, rng, monkeypatch
) -> None:
    def script(name):
        texts = {"root": str(ROOT), "file": __file__}
        paths = {
            "path": str(tmp_path / f"{name}.safetensors"),
            "out": str(tmp_path / f"{name}.out.npz"),
        }
        return [sys.executable, "-c", SCRIPT.format(**texts, **paths)]

    # One thread: matrices this small are not worth more.
    monkeypatch.setenv("OPENBLAS_NUM_THREADS", "1")
    subprocess.run(script("whole"), check=True)
    kills = 0
    for _ in range(12):
        process = subprocess.Popen(script("killed"))
        path, before = tmp_path / "killed.safetensors", None
        if path.exists():
            before = path.stat().st_mtime_ns
        while process.poll() is None and (not path.exists() or path.stat().st_mtime_ns == before):
            time.sleep(0.001)
        time.sleep(float(rng.uniform(0, 0.15)))  # anywhere: computing, or writing the file
        process.send_signal(signal.SIGKILL)
        if process.wait() == 0:
            break
        kills += 1
    else:
        subprocess.run(script("killed"), check=True)
    assert kills >= 3
    assert not list(tmp_path.glob(".*"))
    one, two = (np.load(tmp_path / f"{name}.out.npz") for name in ("whole", "killed"))
    assert all(one[name].tobytes() == two[name].tobytes() for name in one.files)


def test_a_checkpoint_of_another_run_is_refused_and_changes_nothing(data, tmp_path) -> None:
    path = tmp_path / "run.safetensors"
    train(data, 2, checkpoint=path)
    X, y = data
    with pytest.raises(ValueError, match="the checkpoint of another run: the run was 'data"):
        train((X + 1, y), 3, checkpoint=path)
    with pytest.raises(ValueError, match="the optimizer was 'Adam' there and is 'SGD' here"):
        train(data, 3, "SGD", checkpoint=path)
    model = nn.Sequential(nn.Linear(2, 3, rng=0))
    optimizer = nn.optim.Adam(model.parameters())
    before = model.state_dict()
    settings = {"optimizer": optimizer, "loss": nn.CrossEntropyLoss(), "batch_size": 16}
    with pytest.raises(ValueError, match="another run"):
        nn.fit(model, X, y, checkpoint=path, progress=False, **settings)
    assert all(np.array_equal(before[name], x) for name, x in model.state_dict().items())
    assert optimizer.state == [{}, {}]
    nn.save(model, path)
    with pytest.raises(ValueError, match="is no checkpoint"):
        train(data, 3, checkpoint=path)
    path.write_bytes(path.read_bytes()[:-50])
    with pytest.raises(ValueError, match="is damaged"):
        train(data, 3, checkpoint=path)


def test_a_failed_write_of_the_checkpoint_leaves_the_last_one(data, tmp_path, monkeypatch) -> None:
    path = tmp_path / "run.safetensors"
    train(data, 2, checkpoint=path)
    before = path.read_bytes()
    monkeypatch.setattr(os, "fsync", lambda _: (_ for _ in ()).throw(OSError(28, "disk full")))
    with pytest.raises(OSError, match="disk full"):
        train(data, 4, checkpoint=path)
    assert path.read_bytes() == before
