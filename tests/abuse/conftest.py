"""Each abuse in a context of its own, so that a mode which outlives it does the others no harm."""

import contextvars
from typing import Any

import pytest


@pytest.hookimpl(tryfirst=True)
def pytest_pyfunc_call(pyfuncitem: Any) -> bool:
    """Run the test where what it sets is forgotten when it ends."""
    names = pyfuncitem._fixtureinfo.argnames  # noqa: SLF001 - as pytest itself does here
    arguments = {name: pyfuncitem.funcargs[name] for name in names}
    contextvars.copy_context().run(pyfuncitem.obj, **arguments)
    return True
