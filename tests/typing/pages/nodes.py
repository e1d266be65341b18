"""Values and Tensors as users write them: operators, methods, gradients, training by hand."""

from typing import Any, assert_type

import numpy as np
from numpy.typing import NDArray

from autograd import Node, Tensor, Value, gradients, no_grad, replay, toposort, zero_grad

# ------------------------------------------------------------------------------------- a neuron

w, x, b = Value(0.5, name="w"), Value(2.0, name="x"), Value(-0.25, name="b")
z = (w * x + b).named("z")
assert_type(z, Value)
a = z.sigmoid().named("a")
assert_type(a, Value)
assert_type(w.grad, float | Any)
a.backward()
assert_type(w.data, float)
assert_type(a.item(), float)
assert_type(w.grad is None, bool)

wrong = w.sigmod()  # error
w + "a"  # error
print(w.data.foo)  # error
print(w.grad.foo)  # error
Value(2.0, nmae="w")  # error

w.data -= 0.1 * w.grad
b.data -= 0.1 * b.grad
b.grad = None
zero_grad([w, x, b])

# ------------------------------------------------------------------------- Value with the others

array = np.ones(3)
matrix = np.ones((3, 3))
t = Tensor([[1.0, 2.0, 3.0], [4.0, 5.0, 6.0]], name="t")

assert_type(2 * w, Value)
assert_type(2.0**w, Value)
assert_type(w**2 / 3 - 1, Value)
assert_type(np.float64(2) * w, Value)
assert_type(-abs(w), Value)
assert_type(w % 2, Value)
assert_type(w // 2, float)
assert_type(divmod(w, 2.0), tuple[float, Value])
assert_type(round(w, 2), float)
assert_type(w * array, NDArray[np.object_])
assert_type(array * w, NDArray[np.object_])
assert_type(w * t, Tensor)
assert_type(t * w, Tensor)
assert_type(w.leaky_relu(slope=0.2), Value)
assert_type(w.clip(0.0, 1.0), Value)
assert_type(w > 1, bool)
assert_type(1 < w, bool)
assert_type(w > x, bool)
assert_type(w == 0.5, bool)
assert_type(w == x, bool)
assert_type(w.shape, tuple[int, ...])
assert_type(sum([w, x, b], Value(0.0)), Value)
assert_type(max(w, x), Value)

w.leaky_relu(slop=0.2)  # error
w @ x  # error

# --------------------------------------------------------------------------------------- Tensor

assert_type(t + 1, Tensor)
assert_type(1 - t, Tensor)
assert_type(t * array, Tensor)
assert_type(array * t, Tensor)
assert_type(matrix @ t.T, Tensor)
assert_type(t @ matrix, Tensor)
assert_type(t * [1.0, 2.0, 3.0], Tensor)
assert_type(t.sum(), Tensor)
assert_type(t.mean(axis=0, keepdims=True), Tensor)
assert_type(t.T, Tensor)
assert_type(t[0], Tensor)
assert_type(t[:, 1:], Tensor)
assert_type(t.reshape(3, 2), Tensor)
assert_type(t.tanh().sum(axis=1), Tensor)
assert_type([row.sum() for row in t], list[Tensor])
assert_type(t.shape, tuple[int, ...])
assert_type(t.numpy(), np.ndarray)
assert_type(t.data, np.ndarray)
assert_type(t.grad, np.ndarray | Any)
assert_type(t > 0, NDArray[np.bool])
assert_type(0 < t, NDArray[np.bool])
assert_type(t == 0, NDArray[np.bool])
assert_type(t == t, bool)
assert_type(t // 2, np.ndarray)
assert_type(len(t), int)

loss = ((t @ matrix) ** 2).mean()
assert_type(loss, Tensor)
loss.backward()
t.data -= 0.1 * t.grad

# NumPy's own stubs know functions of arrays alone: t.sum(), autograd.numpy; ufuncs give Any.
assert_type(np.exp(t), Any)
t.summ()  # error
t.sum(axs=0)  # error
t.sum(axis="rows")  # error
np.sum(t)  # error

# ------------------------------------------------------------------------------------ gradients

y = w * w * x
assert_type(gradients(y, w), float)
assert_type(gradients(y, [w, x]), list[float])
assert_type(gradients(loss, t), np.ndarray)
assert_type(gradients(loss, [t]), list[np.ndarray])
first = gradients(y, w, create_graph=True)
assert_type(first, Value)
assert_type(gradients(first, w), float)
assert_type(toposort(y), list[Node])

gradients(y, "w")  # error


step = replay(y, inputs=[x], wrt=[w])
numbers = {x: 3.0}
value, (dw,) = step(numbers)
w.data -= 0.1 * dw


@no_grad()
def predict(x: float) -> float:
    """A decorated function keeps its signature."""
    return (w * x + b).item()


assert_type(predict(2.0), float)
predict("2")  # error
