"""Networks, losses, optimisers, `fit`; a derivation proof-read; pictures."""

from typing import assert_type

import numpy as np

import nn
import viz
from autograd import Tensor, Value, check, sigmoid

rng = np.random.default_rng(0)
X, y = rng.normal(size=(20, 2)), rng.integers(0, 2, size=20)

# --------------------------------------------------------------------------------------- by hand

W, b = Tensor(rng.normal(size=(1, 2)), name="W"), Tensor(np.zeros((1, 1)), name="b")
for _ in range(3):
    A = sigmoid(W @ X.T + b).named("A")
    loss = ((A - y) ** 2).mean()
    assert_type(loss, Tensor)
    loss.backward()
    W.data -= 0.5 * W.grad
    b.data -= 0.5 * b.grad
    W.grad = b.grad = None

# ------------------------------------------------------------------------------------ by modules

model = nn.Sequential(nn.Linear(2, 3), nn.Tanh(), nn.Linear(3, 1))
optimizer = nn.optim.Adam(model.parameters(), lr=0.01)
criterion = nn.BCEWithLogitsLoss()
output = model(X)
assert_type(output, Tensor)
cost = criterion(output, y.reshape(-1, 1))
assert_type(cost, Tensor)
optimizer.zero_grad()
cost.backward()
optimizer.step()

history = nn.fit(model, X, y, epochs=2, progress=False)
assert_type(history, nn.History)
assert_type(history.loss[-1], float)
assert_type(nn.LogisticRegression(2).predict(X), np.ndarray)
assert_type(model.eval(), nn.Sequential)
assert_type(nn.__version__, str)


class TwoHeads(nn.Module):
    """A module says by its `forward` what calling it gives."""

    def __init__(self) -> None:
        self.one, self.other = nn.Linear(2, 1), nn.Linear(2, 1)

    def forward(self, x: np.ndarray) -> tuple[Tensor, Tensor]:
        """Two outputs."""
        return self.one(x), self.other(x)


assert_type(TwoHeads()(X), tuple[Tensor, Tensor])

model(X).sigmod()  # error
TwoHeads()("X")  # error
nn.Linear(2)  # error
nn.Linaer(2, 3)  # error
nn.fit(model, X, y, epoch=2)  # error
optimizer.stepp()  # error

# ---------------------------------------------------------------------------------- proof-reading

Z = (W @ X.T + b).named("Z")
A = sigmoid(Z).named("A")
J = ((A - y) ** 2).sum().named("J")
report = check.derivation(
    J,
    {"dA": lambda A, y: 2 * (A - y), "dZ": lambda dA, A: dA * A * (1 - A)},
    names=locals(),
)
assert_type(report, check.Report)
assert_type(report["dZ"], check.Step)
assert_type(report.ok, bool)
check.assert_gradients(J, {A: 2 * (A.numpy() - y)})
check.gradcheck(lambda x: sigmoid(x) * x, 0.3)

print(report.okay)  # error
check.derivatoin(J, {})  # error

# --------------------------------------------------------------------------------------- pictures

drawing = viz.draw(J, max_nodes=200)
assert_type(drawing, viz.Drawing)
assert_type(drawing.source, str)
assert_type(viz.chain_rule(J, wrt=W), viz.ChainRule)

drawing.save(3)  # error
viz.draw(J, direction="up")  # error
viz.drwa(J)  # error
viz.draw(X)  # error
print(Value("a").foo)  # error
