"""The version of the distribution, in a module of its own since looking it up takes its time."""

from importlib.metadata import PackageNotFoundError, version

try:
    __version__ = version("chainrule")
except PackageNotFoundError:  # a source tree that was never installed
    __version__ = "0+unknown"
