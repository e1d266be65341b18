"""Ctrl-C at a chosen moment: every moment at which Python would let one through.

Python looks for signals where a function starts, after a call of C code, and where a loop turns.
A run is followed instruction by instruction; at the n-th such place KeyboardInterrupt is raised.
"""

import dis
import sys
from collections.abc import Callable, Iterator
from functools import cache
from types import CodeType, FrameType
from typing import Any

import numpy as np

_LOOKS = {
    code for name, code in dis.opmap.items() if name.startswith(("CALL", "RESUME", "JUMP_BACKWARD"))
}


@cache
def _bytes(code: CodeType) -> bytes:
    """The instructions of a function, which Python puts together anew each time it is asked."""
    return code.co_code


class _Clock:
    """Counts the moments of a run; `strikes` at one of them."""

    def __init__(self, strikes: int | None) -> None:
        self.strikes, self.moments = strikes, 0
        self.before: dict[FrameType, int] = {}
        self._returned = False

    def trace(self, frame: FrameType, event: str, arg: Any) -> Any:
        frame.f_trace_opcodes = True
        if event == "return":
            self.before.pop(frame, None)
            self._returned = True
        elif event == "opcode":
            looked = self.before.get(frame) in _LOOKS and not self._returned
            self._returned = False
            self.before[frame] = _bytes(frame.f_code)[frame.f_lasti]
            if looked:
                self.moments += 1
                if self.moments == self.strikes:
                    sys.settrace(None)
                    raise KeyboardInterrupt
        return self.trace


def run(f: Callable[[], Any], strikes: int | None = None) -> int:
    """Call f, interrupted at the moment `strikes`; the number of moments that there were."""
    clock, before = _Clock(strikes), sys.gettrace()
    sys.settrace(clock.trace)
    try:
        f()
    except KeyboardInterrupt:
        if strikes is None:
            raise
    finally:
        sys.settrace(before)
        clock.before.clear()  # a frame holds its clock: what was interrupted would live on
    return clock.moments


def moments(make: Callable[[], Callable[[], Any]], count: int, seed: int = 0) -> Iterator[Any]:
    """Interrupt what `make` makes at so many of its moments; after each, yields the moment."""
    make()()  # what is computed once only is computed now
    total = run(make())
    rng = np.random.default_rng(seed)
    chosen = rng.permutation(total)[:count] + 1
    for moment in sorted(chosen.tolist()):
        run(make(), moment)
        yield moment
