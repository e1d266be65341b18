"""A point at which agreement proves something: no two sizes equal, no number special."""

from __future__ import annotations

import numpy as np

_PRIMES = (2, 3, 5, 7, 11, 13, 17, 19, 23, 29, 31, 37)


def generic_point(*, seed: int = 0, **shapes: str) -> dict[str, np.ndarray]:
    """Random arrays with distinct primes for sizes: `generic_point(W="n1 n0", X="n0 m")`.

    A shape is written as sizes in words or digits; each word gets a prime of its own, "" makes a
    single number. The entries lie between 0.2 and 1 or between −1 and −0.2. Raises ValueError if
    there are more words than primes below 40.
    """
    words = dict.fromkeys(
        word for shape in shapes.values() for word in shape.split() if not word.isdigit()
    )
    if len(words) > len(_PRIMES):
        raise ValueError(f"generic_point: {len(words)} different sizes, at most {len(_PRIMES)}")
    sizes = dict(zip(words, _PRIMES[1:] if len(words) < len(_PRIMES) else _PRIMES, strict=False))
    rng = np.random.default_rng(seed)
    point = {}
    for name, shape in shapes.items():
        axes = [int(word) if word.isdigit() else sizes[word] for word in shape.split()]
        point[name] = rng.uniform(0.2, 1, axes) * rng.choice([-1.0, 1.0], axes)
    return point
