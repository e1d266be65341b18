"""`Checkpoint`: all that the rest of a training run depends on, in one file."""

from __future__ import annotations

import glob
import json
import os
import zlib
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy as np

from nn.history import History
from nn.module import Module
from nn.optim import Optimizer
from nn.optim.lr_scheduler import LRScheduler
from nn.recording import Recordings
from nn.saving import Arrays, read_arrays, write_arrays


def generators(model: Module) -> dict[str, np.random.Generator]:
    """The sources of randomness of the modules, such as Dropout's, by name."""
    return {
        f"{path}.{name}": thing
        for path, module in model.named_modules()
        for name, thing in vars(module).items()
        if isinstance(thing, np.random.Generator)
    }


def fingerprint(*arrays: Any, **settings: Any) -> str:
    """A short text that differs for other data and settings."""
    check = 0
    for array in arrays:
        check = zlib.crc32(np.ascontiguousarray(array).tobytes(), check)
    return f"data {check:08x}, {', '.join(f'{name} {each}' for name, each in settings.items())}"


@dataclass
class Checkpoint:
    """A run that can be put into a file after each epoch and taken up again from there."""

    path: str | os.PathLike[str]
    model: Module
    optimizer: Optimizer
    scheduler: LRScheduler | None
    rng: np.random.Generator
    recordings: Sequence[Recordings]
    of: str
    """The fingerprint of data and settings."""

    def save(self, history: History, best: Arrays) -> None:
        """Write everything; the file is the old or the new one at any time."""
        state = self.optimizer.state_dict()
        arrays = {f"model/{name}": array for name, array in self.model.state_dict().items()}
        arrays |= {f"best/{name}": array for name, array in best.items()}
        for place, memory in enumerate(state["state"]):
            arrays |= {f"optimizer/{place}/{name}": np.array(x) for name, x in memory.items()}
        sources = {"fit": self.rng, **generators(self.model)}
        notes = {
            "of": self.of,
            "optimizer": type(self.optimizer).__name__,
            "settings": state["settings"],
            "scheduler": None if self.scheduler is None else self.scheduler.last_epoch,
            "random": {name: rng.bit_generator.state for name, rng in sources.items()},
            "eager": [each.refused for each in self.recordings],
            "history": vars(history),
        }
        text = json.dumps(notes, default=lambda thing: np.asarray(thing).tolist())
        write_arrays(self.path, arrays, {"checkpoint": text})

    def resume(self) -> tuple[History, Arrays]:
        """Set everything to what the file holds; without a file, nothing, and no epochs.

        Raises ValueError, and changes nothing, for a file of another run.
        """
        path = Path(self.path)
        for left in path.parent.glob(f".{glob.escape(path.name)}.*.tmp"):  # of a killed process
            left.unlink(missing_ok=True)
        if not path.exists():
            return History(), {}
        arrays, texts = read_arrays(self.path)
        if "checkpoint" not in texts:
            raise ValueError(f"{self.path} is no checkpoint: it holds no training run")
        notes = json.loads(texts["checkpoint"])
        self._check(notes)
        before = self.optimizer.state_dict()
        try:
            self.optimizer.load_state_dict(_optimizer_state(arrays, notes, before))
            self.model.load_state_dict(_under("model/", arrays))
        except ValueError as error:
            self.optimizer.load_state_dict(before)
            raise ValueError(f"{self.path} is the checkpoint of another run: {error}") from error
        if self.scheduler is not None:
            self.scheduler.last_epoch = notes["scheduler"]
        sources = {"fit": self.rng, **generators(self.model)}
        for name, rng in sources.items():
            rng.bit_generator.state = notes["random"][name]
        for recordings, eager in zip(self.recordings, notes["eager"], strict=False):
            recordings.refused |= eager
        return History(**notes["history"]), _under("best/", arrays)

    def _check(self, notes: dict[str, Any]) -> None:
        sources = {"fit": self.rng, **generators(self.model)}
        kinds = {name: rng.bit_generator.state["bit_generator"] for name, rng in sources.items()}
        there = {name: state["bit_generator"] for name, state in notes["random"].items()}
        differences = [
            f"{what} was {theirs!r} there and is {ours!r} here"
            for what, theirs, ours in [
                ("the run", notes["of"], self.of),
                ("the optimizer", notes["optimizer"], type(self.optimizer).__name__),
                ("the scheduler's use", notes["scheduler"] is not None, bool(self.scheduler)),
                ("randomness", there, kinds),
            ]
            if theirs != ours
        ]
        if differences:
            raise ValueError(
                f"{self.path} is the checkpoint of another run: {'; '.join(differences)}; remove "
                "it or give another name to start anew"
            )


def _under(prefix: str, arrays: Arrays) -> Arrays:
    return {
        name.removeprefix(prefix): array
        for name, array in arrays.items()
        if name.startswith(prefix)
    }


def _optimizer_state(arrays: Arrays, notes: dict[str, Any], now: dict[str, Any]) -> dict[str, Any]:
    """As `Optimizer.state_dict` gave it: tuples and integers are those again."""
    state: list[dict[str, Any]] = [{} for _ in now["state"]]
    for name, array in _under("optimizer/", arrays).items():
        place, _, kind = name.partition("/")
        if int(place) >= len(state):
            raise ValueError(f"it has more than {len(state)} parameters")
        state[int(place)][kind] = int(array) if array.dtype.kind == "i" else array[()]
    settings = {
        name: tuple(each) if isinstance(each, list) else each
        for name, each in notes["settings"].items()
    }
    return {"settings": settings, "state": state}
