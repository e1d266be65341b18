"""A network of L layers (N3.7, N4.1) reads handwritten digits; its derivation."""

from __future__ import annotations

from pathlib import Path

import numpy as np

import nn
from demos import console
from demos.console import Written, heading
from demos.data import digits
from demos.figures import save, save_losses, subplots
from nn import by_hand
from nn.data import Split

SIZES = [64, 64, 48, 32, 10]
"""n[0] … n[L]: pixels, hidden units, digits."""


def run(out: Path, *, epochs: int = 60, progress: bool = True) -> list[Written]:
    """Train, compare with the derivation by hand, draw; the files that were written to `out`."""
    data = digits()
    model = nn.MLP(SIZES, nn.ReLU, init=nn.init.he_normal, rng=0)
    derived(data, model)
    history = train(data, model, epochs, progress)
    predicted = model.predict(data.X_test)
    matrix = confusion(data.y_test, predicted)
    mistakes(data, predicted)
    losses = save_losses(
        out / "deep_network_loss.svg", history, title="Cross-entropy of the digits", log=True
    )
    picture = draw_confusion(matrix, out / "deep_network_confusion.png")
    wrong = draw_mistakes(data, predicted, out / "deep_network_mistakes.png")
    return [
        Written(losses, "the loss by epochs, on the training and on the test samples"),
        Written(picture, "the confusion matrix: what was written, and what was read"),
        Written(wrong, "the test samples that were misread"),
    ]


def derived(data: Split, model: nn.MLP) -> float:
    """N3.7 for l = L … 1, against autograd; the largest difference of all derivatives."""
    heading("N3.7, N4.1: the same step for every layer")
    print(
        f"L = {len(SIZES) - 1} layers, {' → '.join(map(str, SIZES))} units, ReLU between them,\n"
        f"softmax and cross-entropy at the end; {len(data.y_train)} training samples\n"
    )
    loss = nn.CrossEntropyLoss()
    J, by_formula = by_hand.backpropagation(model, loss, data.X_train, data.y_train)
    found = loss(model(data.X_train), data.y_train)
    found.backward()
    largest = 0.0
    for (name, gradient), node in zip(by_formula.items(), model.parameters(), strict=True):
        difference = float(np.abs(gradient - node.grad).max())
        largest = max(largest, difference)
        size = " × ".join(map(str, gradient.shape))
        print(f"  dJ/d{node.name:3} {name:9} {size:8} differs by at most {difference:.0e}")
    model.zero_grad()
    print(f"\nJ = {J:.6f} by hand and {found.item():.6f} by autograd.")
    return largest


def train(data: Split, model: nn.MLP, epochs: int, progress: bool) -> nn.History:
    """Adam on mini-batches, the learning rate falling along half a cosine."""
    heading("Training")
    optimizer = nn.optim.AdamW(model.parameters(), lr=3e-3, weight_decay=1e-2)
    scheduler = nn.optim.lr_scheduler.CosineAnnealingLR(optimizer, epochs)
    history = console.train(
        model,
        data,
        loss=nn.CrossEntropyLoss(),
        optimizer=optimizer,
        scheduler=scheduler,
        epochs=epochs,
        batch_size=32,
        rng=0,
        progress=progress,
    )
    print(f"loss              {history.loss[0]:.4f} → {history.loss[-1]:.6f}")
    print(f"training accuracy {history.accuracy[-1]:.1%} of {len(data.y_train)}")
    print(f"test accuracy     {history.validation_accuracy[-1]:.1%} of {len(data.y_test)}")
    return history


def confusion(written: np.ndarray, read: np.ndarray) -> np.ndarray:
    """How often each digit (row) was read as each (column)."""
    matrix = np.zeros((10, 10), dtype=int)
    np.add.at(matrix, (written, read), 1)
    return matrix


def mistakes(data: Split, predicted: np.ndarray) -> None:
    """Print what was misread."""
    pairs = [f"{a} as {b}" for a, b in zip(data.y_test, predicted, strict=True) if a != b]
    print(f"misread           {len(pairs)}: {', '.join(sorted(pairs)) or 'none'}")


def draw_confusion(matrix: np.ndarray, path: Path) -> Path:
    """Numbers on shades: right ones on the diagonal in blue, wrong ones in vermillion."""
    from matplotlib.colors import LinearSegmentedColormap

    figure, ax = subplots(size=(6.4, 6))
    right = np.eye(10, dtype=bool)
    for part, color in ((right, "#0072B2"), (~right, "#D55E00")):
        shades = LinearSegmentedColormap.from_list("shades", ["#FFFFFF", color])
        top = max(matrix[part].max(), 1) * 1.3
        ax.imshow(np.ma.masked_array(matrix, ~part), cmap=shades, vmin=0, vmax=top)
    for row, column in np.argwhere(matrix):
        count = matrix[row, column]
        ax.text(column, row, str(count), ha="center", va="center", color="#1A202C")
    accuracy = np.trace(matrix) / matrix.sum()
    ax.set(
        xlabel="read as",
        ylabel="written",
        xticks=range(10),
        yticks=range(10),
        title=f"{matrix.sum()} test digits, {accuracy:.1%} read rightly",
    )
    ax.tick_params(length=0)
    ax.spines[:].set_visible(False)
    return save(figure, path)


def draw_mistakes(data: Split, predicted: np.ndarray, path: Path, most: int = 16) -> Path:
    """The misread images with what was written and what was read."""
    wrong = np.flatnonzero(predicted != data.y_test)[:most]
    columns = min(max(len(wrong), 1), 8)
    rows = max(-(-len(wrong) // columns), 1)
    size = max(1.3 * columns, 3), 1.6 * rows + 0.4
    figure, panels = subplots(rows, columns, size=size, squeeze=False)
    for ax in panels.flat:
        ax.set_axis_off()
    for ax, sample in zip(panels.flat, wrong, strict=False):
        ax.imshow(data.X_test[sample].reshape(8, 8), cmap="gray_r", vmin=0, vmax=1)
        ax.set_title(f"{data.y_test[sample]}, read as {predicted[sample]}", fontsize=8)
    figure.suptitle("Misread" if len(wrong) else "None was misread", fontsize=10)
    return save(figure, path)
