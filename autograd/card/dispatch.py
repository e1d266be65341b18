"""NumPy's dispatch: what runs when one of NumPy's functions is given a node."""

from __future__ import annotations

import difflib
import functools
import inspect
import itertools
from collections.abc import Callable, Sequence
from typing import Any

import numpy as np

from autograd.card.op import TABLE, Op, is_node, ndim_of, plain, shape_of

Function = Callable[..., Any]

NUMPY: dict[Function, Function] = {}
"""What runs in place of a NumPy function when one of its arguments is a node."""

FOLDS: dict[tuple[np.ufunc, str], Function] = {}
"""What runs in place of a ufunc's method, as `np.add.reduce`."""

METHODS: dict[str, Function] = {}
"""What a Tensor has as methods besides the cards' own, by name."""

# What NumPy may do to the plain data of nodes, since no gradient flows through it.
PLAIN: set[Function] = {
    *(np.isnan, np.isfinite, np.isinf, np.isneginf, np.isposinf, np.signbit),
    *(np.argmax, np.argmin, np.argsort, np.searchsorted, np.count_nonzero, np.nonzero),
    *(np.shape, np.ndim, np.size, np.allclose, np.isclose, np.array_equal, np.array_equiv),
    *(np.histogram, np.histogram2d, np.histogram_bin_edges, np.digitize, np.bincount),
    *(np.ix_, np.imag, np.isreal, np.iscomplex, np.nanargmax, np.nanargmin, np.argpartition),
    *(np.argwhere, np.flatnonzero),
    *(np.unique, np.isin, np.intersect1d, np.union1d, np.setdiff1d, np.setxor1d, np.nextafter),
    *(np.spacing, np.linalg.matrix_rank, np.einsum_path, np.may_share_memory, np.shares_memory),
    *(np.min_scalar_type, np.common_type, np.can_cast, np.tril_indices_from, np.triu_indices_from),
    *(np.diag_indices_from, np.angle, np.savetxt, np.save),
    *(np.all, np.any, np.zeros_like, np.ones_like, np.full_like, np.empty_like),
    *(np.logical_and, np.logical_or, np.logical_not, np.logical_xor, np.result_type),
    *(np.array2string, np.array_repr, np.array_str, np.iscomplexobj, np.isrealobj),
}

WRITES = {np.copyto, np.put, np.place, np.putmask, np.put_along_axis, np.fill_diagonal}
"""NumPy's functions that change an argument, which a graph can't allow."""

# What nodes take only as it is by default, and some of NumPy's functions pass on to others.
_DEFAULTS = {"out": None, "casting": "same_kind"}


def implements(
    *functions: Function, method: str | None = None, folds: Sequence[tuple[np.ufunc, str]] = ()
) -> Callable[[Function], Any]:
    """Let the decorated function run in place of these NumPy functions on nodes.

    `method` is the name under which a Tensor has it too, the Tensor being the first argument;
    `folds` are methods of ufuncs that do the same along an axis.
    """

    def register(ours: Function) -> Function:
        NUMPY.update(dict.fromkeys(functions, ours))
        FOLDS.update(dict.fromkeys(folds, ours))
        if method is not None:
            METHODS[method] = ours
        return ours

    return register


def borrows(
    theirs: Function,
    *others: Function,
    ignores: Sequence[str] = (),
    doc: str | None = None,
    **places: Any,
) -> Callable[[Function], Any]:
    """As `implements`, and the function is called as NumPy's is, by NumPy's own signature.

    It declares what it uses. What else NumPy takes is refused, unless it is as by default, or among
    those that it `ignores` since they make no difference. One of several that are made alike gets
    NumPy's name, and its `doc`.
    """

    def register(ours: Function) -> Function:
        if doc is not None:
            ours.__name__ = ours.__qualname__ = theirs.__name__
            ours.__doc__ = doc
        return implements(theirs, *others, **places)(_called_as(theirs, ours, set(ignores)))

    return register


def _called_as(theirs: Function, ours: Function, ignored: set[str]) -> Function:
    signature = inspect.signature(theirs)
    declared = inspect.signature(ours).parameters
    used = set(signature.parameters if "options" in declared else declared)
    pairs = zip(signature.parameters, declared, strict=False)
    alike = len(list(itertools.takewhile(lambda pair: pair[0] == pair[1], pairs)))

    @functools.wraps(ours)
    def called(*args: Any, **options: Any) -> Any:
        if len(args) <= alike and options.keys() <= used:
            return ours(*args, **options)
        return ours(**checked(args, options))

    def checked(args: Sequence[Any], options: dict[str, Any]) -> dict[str, Any]:
        """What is used of the arguments. Raises TypeError for those that can't be taken."""
        try:
            given = signature.bind(*args, **options).arguments
        except TypeError as error:
            raise TypeError(f"{ours.__name__}: {error}") from None
        for name in given.keys() - used - ignored:
            if given[name] is not signature.parameters[name].default:
                raise TypeError(
                    f"{ours.__name__} with {name}= is not supported on nodes of a graph"
                )
        return {name: given[name] for name in given if name in used}

    called.__dict__["__signature__"] = signature
    return called


def _enter(card: Op) -> None:
    """A card stands in for its NumPy functions, unless a function or an older card does."""
    for function in card.numpy:
        NUMPY.setdefault(function, card)


def _leave(card: Op) -> None:
    for function in [each for each in card.numpy if NUMPY.get(each) is card]:
        del NUMPY[function]


TABLE.follow(_enter, _leave)


# -------------------------------------------------------------------------- answering to NumPy


def call_ufunc(
    kind: str, ufunc: np.ufunc, method: str, inputs: Sequence[Any], options: dict[str, Any]
) -> Any:
    """Answer `__array_ufunc__`. Raises TypeError for what nodes can't do."""
    ours = NUMPY.get(ufunc)
    if method == "__call__" and ours is not None and not (isinstance(ours, Op) and options):
        return ours(*inputs, **options)
    if method == "__call__" and ufunc in PLAIN and not options:
        return ufunc(*map(plain, inputs))
    folded = ufunc_method(ufunc, method)
    if folded is not None:
        return folded(*inputs, **options)
    if options:
        what = " and ".join(f"{name}=" for name in options)
        raise TypeError(f"np.{ufunc.__name__} with {what} is not supported on a {kind}")
    called = ufunc.__name__ + ("" if method == "__call__" else f".{method}")
    raise TypeError(f"np.{called} is not supported on a {kind}{nearest(ufunc)}")


def ufunc_method(ufunc: np.ufunc, method: str) -> Function | None:
    """What runs in place of a ufunc's method on nodes, with its parameters; None if nothing does.

    Unlike the functions, the methods fold the first axis if none is named.
    """
    fold = FOLDS.get((ufunc, method))
    if fold is not None:
        return lambda array, axis=0, **options: fold(array, axis, **options)
    ours = NUMPY.get(ufunc)
    if method == "outer" and ours is not None and ufunc.nin == 2:
        return lambda a, b: ours(_before(a, b), b)
    return None


def _before(a: Any, b: Any) -> Any:
    """`a` with an axis of size 1 for each of `b`: every entry meets every entry."""
    a = a if is_node(a) else np.asarray(a)
    return TABLE["reshape"](a, shape=shape_of(a) + (1,) * ndim_of(b))


def call_function(
    kind: str, function: Function, args: Sequence[Any], kwargs: dict[str, Any]
) -> Any:
    """Answer `__array_function__`. Raises TypeError for what nodes can't do."""
    ours = NUMPY.get(function)
    if ours is not None:
        for name, default in _DEFAULTS.items():
            if name in kwargs:
                kwargs = dict(kwargs)
                option = kwargs.pop(name)
                if type(option) is not type(default) or option != default:
                    called = full_name(function)
                    raise TypeError(f"{called} with {name}= is not supported on a {kind}")
        return ours(*args, **kwargs)
    if function in PLAIN:
        return function(*map(plain, args), **{key: plain(each) for key, each in kwargs.items()})
    if function in WRITES:
        raise TypeError(
            f"{full_name(function)} writes into its argument, and the graph needs what was "
            "there: write np.where(mask, value, t), or np.concatenate of the parts"
        )
    raise TypeError(f"{full_name(function)} is not supported on a {kind}{nearest(function)}")


def nearest(function: Function) -> str:
    """The supported NumPy function closest in name to an unsupported one, as advice."""
    name = full_name(function).rpartition(".")[2]
    known = sorted({full_name(each).rpartition(".")[2] for each in NUMPY})
    close = [each for each in known if len(each) > 2 and (each in name or name in each)]
    close += difflib.get_close_matches(name, known, n=1, cutoff=0.8)
    return f"; the nearest supported one is {close[0]}" if close else ""


def full_name(function: Function) -> str:
    """A NumPy function as users write it: np.linalg.norm."""
    module = (getattr(function, "__module__", None) or "numpy").replace("numpy", "np", 1)
    return f"{module}.{getattr(function, '__name__', function)}"
