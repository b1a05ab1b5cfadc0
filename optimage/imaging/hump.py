# SPDX-License-Identifier: LGPL-3.0-or-later
"""Full width at half maximum of a single hump in a noisy profile."""

from dataclasses import dataclass
from math import hypot, nan, sqrt

import numpy as np
from scipy import ndimage

from optimage.imaging.rois import BoolArray
from optimage.model.images import FloatArray

LOOK = np.array([0.25, 0.5, 0.25])  # smoothing of the samples for a first look
FEWEST_MEANS = 4  # means over a core that the ground must have room for
FEWEST_CORE = 4  # samples that a parabola is fitted to
PARABOLA_GAIN = 2.25  # variance of a parabola's height in its middle, over that of the mean of the same samples


@dataclass(frozen=True, slots=True)
class HumpRules:
    """How a hump is measured.

    Attributes
    ----------
    pitch_mm : float
        Distance of samples after interpolation.
    smoothing_mm, smoothing_share : float
        Standard deviation of the Gaussian; at most this share of the width.
    peak_samples : int
        How many of the largest samples make the peak in the first, rough measurement.
    core_share : float
        Share of the width about its middle that the peak is fitted in.
    clear_mm : float
        Samples further than this, or the width where that is larger, from the peak are ground.
    fewest_clear : int
        Below that many such samples the ground is taken as 0.
    """

    pitch_mm: float
    smoothing_mm: float
    smoothing_share: float
    peak_samples: int
    core_share: float
    clear_mm: float
    fewest_clear: int


@dataclass(frozen=True, slots=True, eq=False)
class Hump:
    """A measured hump; `x_mm` and `y` are the smoothed profile, uncertainties are standard ones (k = 1).

    `left_mm` or `right_mm` is NaN where the profile ends before it falls to
    half the height. `noise` is the standard deviation of the ground, NaN
    where there is too little of it.
    """

    x_mm: FloatArray
    y: FloatArray
    base: float
    peak: float
    left_mm: float
    right_mm: float
    noise: float
    width_uncertainty_mm: float
    centre_uncertainty_mm: float

    @property
    def width_mm(self) -> float:
        """Full width at half maximum."""
        return self.right_mm - self.left_mm

    @property
    def centre_mm(self) -> float:
        """Middle between the crossings of half the height."""
        return (self.left_mm + self.right_mm) / 2

    @property
    def height(self) -> float:
        """Peak above the ground."""
        return self.peak - self.base


def measure_hump(x_mm: FloatArray, y: FloatArray, rules: HumpRules) -> Hump:
    """Measure the highest hump of a profile.

    Parameters
    ----------
    x_mm : ndarray of shape (N,)
        Ascending and equally spaced, at least four of them.
    y : ndarray of shape (N,)
        Profile, its local background already taken away, without NaN.
    rules : HumpRules
        How it is measured.

    Returns
    -------
    Hump
        Crossings of half the height nearest to the maximum, on the profile
        interpolated by cubic splines and smoothed. The height is that of a
        parabola through the core of the hump, so that noise does not raise it
        as it raises a maximum.
    """
    step = float(x_mm[-1] - x_mm[0]) / (x_mm.size - 1)
    left, right = _look(x_mm, y, rules)
    fine = np.arange(x_mm[0], x_mm[-1] + rules.pitch_mm / 100, rules.pitch_mm)
    spline = ndimage.map_coordinates(y, [(fine - x_mm[0]) / step], order=3, mode="mirror")
    return _measured(fine, spline, (left, right), rules)


def _look(x: FloatArray, y: FloatArray, rules: HumpRules) -> tuple[float, float]:
    """Return rough crossings on the samples as they are, from 0 up to the mean of the largest of them."""
    y = np.convolve(y, LOOK, mode="same")
    return _crossings(
        x, y, int(np.argmax(y)), float(np.partition(y, -rules.peak_samples)[-rules.peak_samples :].mean()) / 2
    )


def _measured(x: FloatArray, spline: FloatArray, rough: tuple[float, float], rules: HumpRules) -> Hump:
    """Measure with the smoothing and the core that suit the width found first."""
    width, middle = rough[1] - rough[0], (rough[0] + rough[1]) / 2
    known = np.isfinite(width)
    smoothing = min(rules.smoothing_mm, rules.smoothing_share * width) if known else rules.smoothing_mm
    y = ndimage.gaussian_filter1d(spline, smoothing / rules.pitch_mm, mode="nearest")
    half_core = rules.core_share * width / 2
    core = np.flatnonzero(np.abs(x - middle) <= half_core) if known else np.empty(0, dtype=np.intp)
    fitted = core.size >= FEWEST_CORE
    top = int(core[np.argmax(y[core])]) if fitted else int(np.argmax(y))
    base, noise = _ground(x, y, float(x[top]), max(rules.clear_mm, width) if known else rules.clear_mm, rules)
    peak = _vertex(x[core] - middle, y[core]) if fitted else float(y[top])
    left, right = _crossings(x, y, top, base + (peak - base) / 2)
    clear = np.abs(x - x[top]) > max(rules.clear_mm, width if known else 0.0) + half_core
    in_core = _noise_of_mean(y, core.size, clear) if fitted else nan
    in_peak = min(sqrt(PARABOLA_GAIN) * in_core, noise) if np.isfinite(in_core) else noise
    width_u, centre_u = _uncertainties(noise, in_peak, _slopes(x, y, top, (base, peak)))
    return Hump(x, y, base, peak, left, right, noise, width_u, centre_u)


def _ground(x: FloatArray, y: FloatArray, top_mm: float, clear_mm: float, rules: HumpRules) -> tuple[float, float]:
    """Return level and noise of what lies clear of the hump; 0 and NaN where that is too little."""
    ground = np.sort(y[np.abs(x - top_mm) > clear_mm])
    if ground.size < rules.fewest_clear:
        return 0.0, nan
    return float(ground[ground.size // 2]), float(ground.std(ddof=1))


def _noise_of_mean(y: FloatArray, samples: int, clear: BoolArray) -> float:
    """Return the standard deviation of means over so many samples where the ground is clear; NaN where it is not."""
    if int(clear.sum()) < FEWEST_MEANS * samples:
        return nan
    return float(ndimage.uniform_filter1d(y, samples, mode="nearest")[clear].std(ddof=1))


def _vertex(x: FloatArray, y: FloatArray) -> float:
    """Return the height at x = 0 of the parabola through the core: neither noise nor roundness shifts it much."""
    x2 = x**2
    # x and y are symmetric about 0, so the linear term drops out of the height there
    spread = float(((x2 - x2.mean()) ** 2).sum())
    curvature = float(((x2 - x2.mean()) * y).sum()) / spread
    return float(y.mean() - curvature * x2.mean())


def _crossings(x: FloatArray, y: FloatArray, top: int, level: float) -> tuple[float, float]:
    return _crossing(x, y, top, -1, level), _crossing(x, y, top, 1, level)


def _crossing(x: FloatArray, y: FloatArray, top: int, side: int, level: float) -> float:
    """Return where `y` first falls to `level` on one side of the sample `top`, NaN where it does not."""
    part = y[top:] if side > 0 else y[top::-1]
    steps = int((part <= level).argmax())
    if not steps:
        return float(x[top]) if part[0] <= level else nan
    k = top + side * steps
    inner = k - side
    return float(x[inner] + (x[k] - x[inner]) * (y[inner] - level) / (y[inner] - y[k]))


def _slopes(x: FloatArray, y: FloatArray, top: int, levels: tuple[float, float]) -> list[float]:
    """Return how steep both flanks are; that of one that the profile cuts off is taken for as steep as the other."""
    left, right = (_slope(x, y, top, side, levels) for side in (-1, 1))
    return [left if np.isfinite(left) else right, right if np.isfinite(right) else left]


def _slope(x: FloatArray, y: FloatArray, top: int, side: int, levels: tuple[float, float]) -> float:
    """Return how steep a flank is, from where it passes a quarter and three quarters of the height."""
    base, peak = levels
    outer, inner = (_crossing(x, y, top, side, base + share * (peak - base)) for share in (0.25, 0.75))
    return (peak - base) / 2 / abs(outer - inner) if outer != inner else nan


def _uncertainties(noise: float, in_peak: float, slopes: list[float]) -> tuple[float, float]:
    """Return those of width and centre: `noise` at either crossing, for the width `in_peak` of the height too."""
    apart = hypot(*(noise / slope for slope in slopes))
    return hypot(apart, in_peak / 2 * sum(1.0 / slope for slope in slopes)), apart / 2
