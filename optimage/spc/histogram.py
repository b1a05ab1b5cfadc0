# SPDX-License-Identifier: LGPL-3.0-or-later
"""How values are spread, and how many lie between and beyond the lines."""

from dataclasses import dataclass
from math import ceil

import numpy as np
from numpy.typing import ArrayLike

from optimage.model.control import ControlLines

FEWEST_BINS, MOST_BINS = 8, 100


@dataclass(frozen=True, slots=True)
class Counts:
    """How many values lie below LAL, from there to LCL, between the control lines, and so on upwards.

    A value on a line is on its inner side.
    """

    below_lal: int
    lal_to_lcl: int
    inside: int
    ucl_to_ual: int
    above_ual: int


@dataclass(frozen=True, slots=True)
class Histogram:
    """Edges of the bins (m + 1), how many values lie in each (m), and how many a normal process would put there (m)."""

    edges: tuple[float, ...]
    counts: tuple[int, ...]
    expected: tuple[float, ...] = ()
    beyond: Counts | None = None


def histogram(values: ArrayLike, lines: ControlLines | None = None) -> Histogram:
    """Sort values into bins.

    Parameters
    ----------
    values : array_like (n,)
        NaN and infinities are left out.
    lines : ControlLines, optional
        Adds the counts between the lines and, where the lines are symmetric, the normal curve.

    Returns
    -------
    Histogram
        Bins 2 IQR / n^(1/3) wide (Freedman & Diaconis 1981), at least 8 and
        at most 100. Equal values lie in the middle of bins that are 1/8 wide.
        Without values there are no bins.
    """
    x = np.asarray(values, dtype=float)
    x = x[np.isfinite(x)]
    beyond = _counts(x, lines) if lines else None
    if not len(x):
        return Histogram((), (), beyond=beyond)
    counts, edges = np.histogram(x, bins=_bins(x))
    expected: tuple[float, ...] = ()
    if lines and lines.levels is None and lines.sigma > 0:
        from scipy.special import ndtr

        expected = tuple((len(x) * np.diff(ndtr((edges - lines.centre) / lines.sigma))).tolist())
    return Histogram(tuple(edges.tolist()), tuple(counts.tolist()), expected, beyond)


def _bins(x: np.ndarray) -> int:
    low, high = np.quantile(x, (0.25, 0.75))
    width = 2 * (high - low) / np.cbrt(len(x))
    span = x.max() - x.min()
    return min(max(ceil(min(span / width, MOST_BINS)), FEWEST_BINS), MOST_BINS) if width > 0 else FEWEST_BINS


def _counts(x: np.ndarray, lines: ControlLines) -> Counts:
    below, above = int((x < lines.lal).sum()), int((x > lines.ual).sum())
    low, high = int((x < lines.lcl).sum()) - below, int((x > lines.ucl).sum()) - above
    return Counts(below, low, len(x) - below - low - high - above, high, above)
