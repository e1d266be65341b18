"""`Module`: a plain class; its parameters are found in its attributes. Knows no layer."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Mapping
from typing import Any, ClassVar, NamedTuple, ParamSpec, Protocol, Self, TypeVar

import numpy as np

from autograd import Tensor, Value, zero_grad
from nn.arguments import only_to_none
from nn.nodes import assign, is_parameter, nodes, numbers, whole

P = ParamSpec("P")
Output = TypeVar("Output", covariant=True)


class Forward(Protocol[P, Output]):
    """Whatever has a `forward`: calling it takes and gives what that does."""

    def forward(self, *args: P.args, **kwargs: P.kwargs) -> Output:
        """The output for an input."""
        ...


class Keys(NamedTuple):
    """What `load_state_dict(strict=False)` passed over."""

    missing_keys: list[str]
    unexpected_keys: list[str]


class Module:
    """A layer, a loss or a model: something with parameters that maps its input to an output.

    Subclasses write `forward`. Every leaf of a graph in an attribute, or in lists and dictionaries
    in an attribute, is a parameter; so are those of the modules found there. What should be no
    parameter, such as the mean of the training data, belongs into a plain array; where it is part
    of the state, as in BatchNorm1d, `buffer_names` names the attribute.

    A class of one's own that says `pure = True` in its body promises that `forward` gives its
    output by operations on input and parameters alone, that it reads no plain numbers from nodes,
    has no randomness and keeps nothing. Then `fit` may record what it does and replay it (Values
    only); Python branches on comparisons of nodes are allowed. A subclass promises again.
    """

    pure: ClassVar[bool] = False
    training: bool = True
    buffer_names: ClassVar[tuple[str, ...]] = ()

    def __call__(self: Forward[P, Output], *args: P.args, **kwargs: P.kwargs) -> Output:
        return self.forward(*args, **kwargs)

    def forward(self, *args: Any, **kwargs: Any) -> Any:
        """The output of the module for an input; what `module(x)` calls."""
        raise NotImplementedError(f"{type(self).__name__} has no forward()")

    def parts(self) -> Iterable[tuple[str, Any]]:
        """The named things among which parameters and modules are looked for."""
        return vars(self).items()

    # ------------------------------------------------------------------------------- walking

    def named_modules(self) -> Iterator[tuple[str, Module]]:
        """This module, named "", and all inside, each once, under the first name it is found."""
        return _modules(self, "", set())

    def named_children(self) -> Iterator[tuple[str, Module]]:
        """The modules in the attributes of this one, each by its name or place."""
        return _held(self.parts(), lambda thing: isinstance(thing, Module))

    def modules(self) -> Iterator[Module]:
        """This module and all inside."""
        return (module for _, module in self.named_modules())

    def named_parameters(self) -> Iterator[tuple[str, Tensor | Value]]:
        """The nodes to be learned, each once, as `("0.weight", node)`; frozen ones too.

        Arrays of Values give a node for each entry, `("0.weight[2, 1]", node)`.
        """
        seen: set[Tensor | Value] = set()
        for path, parameter in _parameters(self):
            for name, node in nodes(path, parameter):
                if node not in seen:
                    seen.add(node)
                    yield name, node

    def parameters(self) -> Iterator[Tensor | Value]:
        """The nodes to be learned, each once."""
        return (node for _, node in self.named_parameters())

    def named_buffers(self) -> Iterator[tuple[str, np.ndarray]]:
        """The plain arrays that belong to the state, as `("1.running_mean", array)`."""
        return ((path, getattr(module, name)) for path, module, name in _buffers(self))

    # -------------------------------------------------------------------------------- verbs

    def zero_grad(self, set_to_none: bool = True) -> None:
        """Set the gradients of all parameters back to None; `set_to_none=False` is refused."""
        only_to_none(set_to_none)
        zero_grad(self.parameters())

    def requires_grad_(self, requires_grad: bool = True) -> Self:
        """Freeze all parameters (False), or let them learn again; returns the module."""
        for node in self.parameters():
            node.requires_grad = bool(requires_grad)
        return self

    def train(self, mode: bool = True) -> Self:
        """Tell all modules inside that they are being trained; returns the module."""
        for module in self.modules():
            module.training = bool(mode)
        return self

    def eval(self) -> Self:
        """Tell all modules inside that they are being used; returns the module."""
        return self.train(False)

    # -------------------------------------------------------------------------------- state

    def state_dict(self) -> dict[str, np.ndarray]:
        """Copies of the numbers in all parameters and buffers, by name.

        The same for Tensors and for Values.
        """
        state = {name: numbers(parameter) for name, parameter in _parameters(self)}
        return state | {name: np.array(buffer) for name, buffer in self.named_buffers()}

    def load_state_dict(self, state_dict: Mapping[str, Any], *, strict: bool = True) -> Keys:
        """Set parameters and buffers to what is in `state_dict`: all, or none if it fails.

        Raises ValueError naming every key that is missing, unexpected or of another shape; with
        `strict=False` the first two are returned instead. Raises TypeError for what is no number.
        """
        buffers = {path: (module, name) for path, module, name in _buffers(self)}
        mine = dict(_parameters(self)) | dict(self.named_buffers())
        state = {name: _real(name, entry) for name, entry in state_dict.items()}
        missing = [name for name in mine if name not in state]
        unexpected = [name for name in state if name not in mine]
        problems = [
            f"{name} has shape {np.shape(parameter)} here and {state[name].shape} there"
            for name, parameter in mine.items()
            if name in state and state[name].shape != np.shape(parameter)
        ]
        if strict:
            problems += [f"{name}, of shape {np.shape(mine[name])}, is missing" for name in missing]
            problems += [
                f"{name}, of shape {state[name].shape}, is unexpected" for name in unexpected
            ]
        if problems:
            kind = type(self).__name__
            raise ValueError(f"the state does not fit this {kind}: {'; '.join(problems)}")
        loaded = {name: parameter for name, parameter in mine.items() if name in state}

        def store() -> None:
            for name, parameter in loaded.items():
                if name in buffers:
                    module, attribute = buffers[name]
                    setattr(module, attribute, np.array(state[name], parameter.dtype))
                else:
                    assign(parameter, state[name])

        whole(store)
        return Keys(missing, unexpected)

    # -------------------------------------------------------------------------------- showing

    def extra_repr(self) -> str:
        """The settings of this module, as they stand in the parentheses of its repr."""
        return ""

    def __repr__(self) -> str:
        """The tree of modules, each with the number of its parameters."""
        return "\n".join(_tree(self, set()))


def _held(
    parts: Iterable[tuple[Any, Any]], wanted: Callable[[Any], bool], prefix: str = ""
) -> Iterator[tuple[str, Any]]:
    """What is wanted in attributes, and in the lists and dictionaries there."""
    for name, thing in parts:
        path = f"{prefix}{name}"
        if wanted(thing):
            yield path, thing
        elif isinstance(thing, list | tuple):
            yield from _held(enumerate(thing), wanted, f"{path}.")
        elif isinstance(thing, dict):
            yield from _held(thing.items(), wanted, f"{path}.")


def _modules(module: Module, path: str, seen: set[int]) -> Iterator[tuple[str, Module]]:
    if id(module) in seen:
        return
    seen.add(id(module))
    yield path, module
    for name, child in module.named_children():
        yield from _modules(child, f"{path}.{name}" if path else name, seen)


def _parameters(root: Module) -> Iterator[tuple[str, Any]]:
    """Tensors, Values and arrays of Values, each once, a module's own before those inside it."""
    seen: set[int] = set()
    for path, module in root.named_modules():
        for name, thing in _held(module.parts(), is_parameter):
            if id(thing) not in seen:
                seen.add(id(thing))
                yield f"{path}.{name}" if path else name, thing


def _buffers(root: Module) -> Iterator[tuple[str, Module, str]]:
    for path, module in root.named_modules():
        for name in module.buffer_names:
            yield f"{path}.{name}" if path else name, module, name


def _real(name: str, entry: Any) -> np.ndarray:
    array = numbers(entry)
    if array.dtype.kind not in "fiub":
        raise TypeError(f"the state holds {array.dtype} at {name}, and not real numbers")
    return array


def _tree(module: Module, seen: set[int]) -> list[str]:
    seen.add(id(module))
    children = [(name, child) for name, child in module.named_children() if id(child) not in seen]
    settings = module.extra_repr()
    head = f"({settings})" if settings or not children else ""
    lines = [f"{type(module).__name__}{head}{_count(module)}"]
    for position, (name, child) in enumerate(children, 1):
        last = position == len(children)
        first, *rest = _tree(child, seen)
        lines.append(f"{'└─' if last else '├─'} {name}: {first}")
        lines += [f"{'  ' if last else '│ '} {line}" for line in rest]
    return lines


def _count(module: Module) -> str:
    every = list(module.parameters())
    frozen = sum(node.size for node in every if not node.requires_grad)
    count = sum(node.size for node in every)
    note = f", {frozen} of them frozen" if frozen else ""
    return f": {count} parameter{'s' * (count != 1)}{note}" if count else ""
