"""What all tests share: repeatable randomness, and plots without a screen."""

import os

os.environ["MPLBACKEND"] = "Agg"  # before anything imports matplotlib, which reads it once

import zlib

import numpy as np
import pytest
from hypothesis import settings

# A test passes or fails on its law alone, not on the luck of a run or the load of the machine.
settings.register_profile("repeatable", derandomize=True, deadline=None)
settings.load_profile("repeatable")


@pytest.fixture
def rng(request: pytest.FixtureRequest) -> np.random.Generator:
    """Random numbers of the test's own: the same in any order, on any worker."""
    return np.random.default_rng(zlib.crc32(request.node.nodeid.encode()))
