# SPDX-License-Identifier: LGPL-3.0-or-later
"""Whether a baseline is two populations in one, and which attribute tells them apart.

Two sets of acquisition parameters in one profile make lines so wide that
nothing is ever outside.
"""

from collections.abc import Hashable, Mapping, Sequence
from dataclasses import dataclass
from math import inf, log, pi

import numpy as np
from numpy.typing import ArrayLike, NDArray

FloatArray = NDArray[np.float64]
FEWEST = 10
STRONG = 6.0  # difference of BIC that counts as strong evidence; Kass & Raftery, J. Am. Stat. Assoc. 90 (1995) 773
NARROWEST = 0.05  # of the deviation of all; a component on one value would have an infinite likelihood
STARTS = (0.2, 0.35, 0.5, 0.65, 0.8)
ITERATIONS = 200
CLOSE = 1e-9
MISTAKES = 0.1  # results that a telling attribute may put on the wrong side, of those in the smaller population


@dataclass(frozen=True, slots=True)
class Mixture:
    """Two normal populations fitted to values.

    Attributes
    ----------
    delta_bic : float
        BIC of one population minus that of two; above 6 there are two.
    means, sigmas, shares : pair of float
        Of the lower and of the upper population.
    members : tuple of int (n,)
        0 or 1 for each value: to which it more likely belongs.
    """

    delta_bic: float
    means: tuple[float, float]
    sigmas: tuple[float, float]
    shares: tuple[float, float]
    members: tuple[int, ...]

    @property
    def is_mixed(self) -> bool:
        """Whether two populations explain the values much better than one."""
        return self.delta_bic > STRONG


def mixture(values: ArrayLike) -> Mixture | None:
    """Fit two normal populations to finite values (n,) by expectation and maximisation, without chance.

    None for fewer than ten values and where all are equal. BIC counts two
    parameters for one population and five for two.
    """
    x = np.asarray(values, dtype=float)
    if len(x) < FEWEST or x.min() == x.max():
        return None
    z = (x - x.mean()) / x.std()
    single = -0.5 * len(z) * (log(2 * pi) + 1)  # log-likelihood of z under one normal of deviation 1
    likelihood, fit = max((_fitted(z, np.quantile(z, share)) for share in STARTS), key=lambda found: found[0])
    order = np.argsort(fit.means, kind="stable")
    means, sigmas = x.mean() + x.std() * fit.means[order], x.std() * fit.sigmas[order]
    delta = (2 - 5) * log(len(z)) + 2 * (likelihood - single)
    members = np.argmax(fit.given(z)[0][:, order], axis=1)
    pairs = [(float(low), float(high)) for low, high in (means, sigmas, fit.shares[order])]
    return Mixture(delta, pairs[0], pairs[1], pairs[2], tuple(members.tolist()))


@dataclass(frozen=True, slots=True, eq=False)
class _Fit:
    means: FloatArray
    sigmas: FloatArray
    shares: FloatArray

    def given(self, z: FloatArray) -> tuple[FloatArray, float]:
        """Return the share of each population in each value (n, 2), and the log-likelihood of all."""
        distance = (z[:, None] - self.means) / self.sigmas
        logs = np.log(self.shares) - np.log(self.sigmas) - 0.5 * (distance**2 + log(2 * pi))
        total = np.logaddexp(logs[:, 0], logs[:, 1])
        return np.exp(logs - total[:, None]), float(total.sum())


def _fitted(z: FloatArray, cut: float) -> tuple[float, _Fit]:
    """Return log-likelihood and fit that begin with the values up to `cut` in one population, the rest in the other."""
    low = (z <= cut).astype(float)
    belongs, before, likelihood = np.column_stack([low, 1 - low]), -inf, -inf
    fit = _maximised(z, belongs)
    for _ in range(ITERATIONS):
        belongs, likelihood = fit.given(z)
        if likelihood - before < CLOSE * len(z):
            break
        before, fit = likelihood, _maximised(z, belongs)
    return likelihood, fit


def _maximised(z: FloatArray, belongs: FloatArray) -> _Fit:
    sizes = np.maximum(belongs.sum(axis=0), 1e-12)
    means = belongs.T @ z / sizes
    squares = (belongs * (z[:, None] - means) ** 2).sum(axis=0) / sizes
    return _Fit(means, np.maximum(np.sqrt(squares), NARROWEST), sizes / len(z))


def separating(attributes: Mapping[str, Sequence[str | float]], members: Sequence[int]) -> tuple[str, ...]:
    """Return the names of the attributes that tell two populations apart, the most telling first.

    Parameters
    ----------
    attributes : mapping of str to sequence (n,)
        For each attribute its value in each result. Numbers are cut in two at
        one value; words, and numbers mixed with words, are taken as they are.
    members : sequence of int (n,)
        0 or 1 for each result (`Mixture.members`).

    Returns
    -------
    tuple of str
        Attributes whose value says wrongly where a result belongs for no more
        than a tenth of the smaller population. Words that are another one in
        more than every third result tell nothing.
    """
    smaller = min(list(members).count(side) for side in (0, 1))
    mistakes = {name: _mistakes(values, members) for name, values in attributes.items()}
    telling = [name for name, wrong in mistakes.items() if smaller and wrong <= MISTAKES * smaller]
    return tuple(sorted(telling, key=lambda name: (mistakes[name], name)))


def _mistakes(values: Sequence[str | float], members: Sequence[int]) -> float:
    if all(isinstance(value, int | float) for value in values):
        return _mistakes_of_cut([float(value) for value in values], members)
    groups: dict[Hashable, list[int]] = {}
    for value, member in zip(values, members, strict=True):
        groups.setdefault(value, []).append(member)
    if 3 * len(groups) > len(members):
        return inf
    return sum(min(group.count(0), group.count(1)) for group in groups.values())


def _mistakes_of_cut(values: Sequence[float], members: Sequence[int]) -> float:
    """Return the fewest results on the wrong side of one cut between different values; NaN tells nothing."""
    order = np.argsort(values, kind="stable")
    x, ones = np.asarray(values)[order], np.asarray(members)[order]
    if np.isnan(x).any():
        return inf
    cuts = np.flatnonzero(x[1:] != x[:-1]) + 1
    if not len(cuts):
        return inf
    before = np.cumsum(ones)[cuts - 1]  # ones below each cut; above it are the others
    wrong = before + (len(ones) - cuts) - (ones.sum() - before)
    return float(np.minimum(wrong, len(ones) - wrong).min())
