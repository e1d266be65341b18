"""`TrainingState`: all that the rest of a training depends on, in one object and one file."""

from __future__ import annotations

import json
import os
import zlib
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import numpy as np

from nn.history import History
from nn.module import Module
from nn.objective import Objective
from nn.optim import Optimizer
from nn.optim.lr_scheduler import LRScheduler
from nn.saving import Arrays, read_arrays, write_arrays


def generators(model: Module) -> dict[str, np.random.Generator]:
    """The sources of randomness of the modules, such as Dropout's, by name."""
    return {
        f"{path}.{name}": thing
        for path, module in model.named_modules()
        for name, thing in vars(module).items()
        if isinstance(thing, np.random.Generator)
    }


class Snapshot:
    """What a forward pass changes in a model: its buffers, and the state of its randomness."""

    def __init__(self, model: Module) -> None:
        self._names = [(each, name) for each in model.modules() for name in each.buffer_names]
        self._sources = list(generators(model).values())
        self.take()

    def take(self) -> None:
        """Keep all as it is now."""
        self._buffers = [getattr(module, name) for module, name in self._names]
        self._states = [source.bit_generator.state for source in self._sources]

    def restore(self) -> None:
        """Set all back to what was taken last."""
        for (module, name), buffer in zip(self._names, self._buffers, strict=True):
            setattr(module, name, buffer)
        for source, state in zip(self._sources, self._states, strict=True):
            source.bit_generator.state = state


@dataclass
class TrainingState:
    """All that the rest of a training depends on; a checkpoint is this in a file."""

    model: Module
    optimizer: Optimizer
    rng: np.random.Generator
    """Draws the mini-batches."""
    history: History = field(default_factory=History)
    scheduler: LRScheduler | None = None
    best: Arrays = field(default_factory=dict)
    """The state_dict of the best epoch so far, where early stopping keeps it."""
    objectives: list[Objective] = field(default_factory=list)
    """Those on the training and on the validation samples: whether they replay goes on as well."""

    def fingerprint(self, **settings: Any) -> str:
        """A short text that differs for other training samples and settings."""
        check = 0
        for array in (self.objectives[0].X, self.objectives[0].y):
            check = zlib.crc32(np.ascontiguousarray(array).tobytes(), check)
        return f"data {check:08x}, {', '.join(f'{name} {each}' for name, each in settings.items())}"

    def save(self, path: str | os.PathLike[str], run: str) -> None:
        """Write everything; the file is the old or the new one at any time.

        `run` tells this run from others, as `fingerprint` does.
        """
        optimizer = self.optimizer.state_dict()
        arrays = {f"model/{name}": array for name, array in self.model.state_dict().items()}
        arrays |= {f"best/{name}": array for name, array in self.best.items()}
        for place, memory in enumerate(optimizer["state"]):
            arrays |= {f"optimizer/{place}/{name}": np.array(x) for name, x in memory.items()}
        notes = {
            "identity": self._identity(run),
            "settings": optimizer["settings"],
            "scheduler": None if self.scheduler is None else self.scheduler.last_epoch,
            "random": {name: rng.bit_generator.state for name, rng in self._sources().items()},
            "eager": [each.eager for each in self.objectives],
            "history": vars(self.history),
        }
        text = json.dumps(notes, default=lambda thing: np.asarray(thing).tolist())
        write_arrays(path, arrays, {"checkpoint": text})

    def resume(self, path: str | os.PathLike[str], run: str) -> None:
        """Set everything to what the file holds; nothing if there is no file.

        Raises ValueError, and changes nothing, for a file of another run.
        """
        if not Path(path).exists():
            return
        arrays, texts = read_arrays(path)
        if "checkpoint" not in texts:
            raise ValueError(f"{path} is no checkpoint: it holds no training run")
        notes = json.loads(texts["checkpoint"])
        before = self.optimizer.state_dict()
        try:
            self._check(notes["identity"], run)
            self.optimizer.load_state_dict(_optimizer_state(arrays, notes, len(before["state"])))
            self.model.load_state_dict(_under("model/", arrays))
        except ValueError as error:
            self.optimizer.load_state_dict(before)
            raise ValueError(
                f"{path} is the checkpoint of another run: {error}; remove it or give another "
                "name to start anew"
            ) from error
        if self.scheduler is not None:
            self.scheduler.last_epoch = notes["scheduler"]
        for name, rng in self._sources().items():
            rng.bit_generator.state = notes["random"][name]
        for objective, eager in zip(self.objectives, notes["eager"], strict=False):
            objective.eager |= eager
        vars(self.history).update(notes["history"])
        self.best = _under("best/", arrays)

    def _sources(self) -> dict[str, np.random.Generator]:
        return {"fit": self.rng, **generators(self.model)}

    def _check(self, theirs: dict[str, Any], run: str) -> None:
        differences = [
            f"{what} was {theirs[what]!r} there and is {mine!r} here"
            for what, mine in self._identity(run).items()
            if theirs[what] != mine
        ]
        if differences:
            raise ValueError("; ".join(differences))

    def _identity(self, run: str) -> dict[str, Any]:
        """What has to be the same in a run that is taken up again."""
        return {
            "the run": run,
            "the optimizer": type(self.optimizer).__name__,
            "the scheduler's use": self.scheduler is not None,
            "randomness": {
                name: rng.bit_generator.state["bit_generator"]
                for name, rng in self._sources().items()
            },
        }


def _under(prefix: str, arrays: Arrays) -> Arrays:
    return {k.removeprefix(prefix): x for k, x in arrays.items() if k.startswith(prefix)}


def _optimizer_state(arrays: Arrays, notes: dict[str, Any], count: int) -> dict[str, Any]:
    """As `Optimizer.state_dict` gave it: tuples and integers are those again."""
    state: list[dict[str, Any]] = [{} for _ in range(count)]
    for name, array in _under("optimizer/", arrays).items():
        place, _, kind = name.partition("/")
        if int(place) >= count:
            raise ValueError(f"it has more than {count} parameters")
        state[int(place)][kind] = int(array) if array.dtype.kind == "i" else array[()]
    settings = {
        name: tuple(each) if isinstance(each, list) else each
        for name, each in notes["settings"].items()
    }
    return {"settings": settings, "state": state}
