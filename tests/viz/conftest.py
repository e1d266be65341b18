"""The law that every text of a picture is held to."""

import subprocess
import sys
from collections.abc import Callable
from pathlib import Path

import pytest

HERE = Path(__file__).parent


@pytest.fixture
def printed() -> Callable[[str], bytes]:
    """`printed(program)` is what it prints, the same bytes whatever the seed of Python's hashes.

    The program may import the tests beside it.
    """

    def run(program: str) -> bytes:
        paths = [str(HERE.parents[1]), str(HERE)]
        outputs = [
            subprocess.run(
                [sys.executable, "-c", f"import sys; sys.path[:0] = {paths!r}\n{program}"],
                env={"PYTHONHASHSEED": seed, "PYTHONIOENCODING": "utf-8"},
                capture_output=True,
                check=True,
            ).stdout
            for seed in ("1", "2")
        ]
        assert outputs[0] == outputs[1]
        return outputs[0]

    return run
