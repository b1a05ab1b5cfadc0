# SPDX-License-Identifier: LGPL-3.0-or-later
"""What a perfect measurement of a digital CATPHAN reads."""

from collections.abc import Callable, Sequence
from math import pi, sqrt
from statistics import fmean

import numpy as np
import numpy.typing as npt
from scipy import special

from optimage.model.images import FloatArray
from optimage.synthetic.catphan import Catphan
from optimage.synthetic.catphan_layout import INSERT, ROD, BarGroup
from optimage.synthetic.rendering import radial_noise_power

LEVELS = (50, 30, 20, 10)
PIN_DISTANCE_MM = 50.0
_STEPS = 400  # per bar or frequency range: extremes are found to 1e-5 of their height


def catphan_truth(spec: Catphan) -> dict[str, float]:
    """Return the true values of `spec` by measurement key, in HU, mm and 1/mm.

    `hu_*` are the inserts, `contrast_*` the rods by the keys of the layout.
    `mtf50` to `mtf10` belong to the bars (see `bar_modulations`); a level
    that no group reaches has no key. `mtf50_bead` to `mtf10_bead` belong to
    the blur with the aperture of the pixels along the rows.
    """
    place, spacing = spec.place, spec.spacing_mm
    truth = {f"hu_{one.key}": one.hu for one in spec.layout.cylinders if one.kind == INSERT}
    truth |= {f"contrast_{one.key}": one.above_hu for one in spec.layout.cylinders if one.kind == ROD}
    truth |= {
        "pixel_size_x": spacing[1] / place.scale,
        "pixel_size_y": spacing[0] / place.scale,
        "distance": PIN_DISTANCE_MM * place.scale,
        "slice_thickness": spec.thickness_mm,
        "roll_deg": place.roll_deg,
        "magnification": place.scale,
        "direction": float(place.direction),
        "mirrored": float(place.mirrored),
        "origin_mm": place.origin_mm,
    }
    truth |= _noise_truth(spec)
    positions = sorted(spec.slice_positions_mm)
    if len(positions) > 1:
        truth["increment"] = (positions[-1] - positions[0]) / (len(positions) - 1)
    modulations = bar_modulations(spec)
    for level in LEVELS:
        place_per_mm = falls_to(tuple(f / 10 for f in modulations), tuple(modulations.values()), level / 100)
        if place_per_mm is not None:
            truth[f"mtf{level}"] = place_per_mm
        truth[f"mtf{level}_bead"] = frequency_of(lambda f: float(mtf(spec, f)), level / 100, 1.0 / spacing[1])
    return truth


def _noise_truth(spec: Catphan) -> dict[str, float]:
    """Return what the noise is; its frequencies by the radial curve in equal steps up to half of the sampling."""
    variance = spec.noise_hu**2 + (spec.storage.slope**2 / 12 if spec.noise_hu else 0.0)
    truth = {"noise": sqrt(variance), "nps_integral": variance}
    if spec.noise_hu:
        f = np.linspace(0.0, 0.5 / max(spec.spacing_mm), _STEPS + 1)[1:]
        power = noise_power(spec, f)
        truth["nps_mean_f"] = float((f * power).sum() / power.sum())
        if spec.texture == "ramp":
            truth["nps_peak_f"] = float(f[np.argmax(power)])
    return truth


def mtf(spec: Catphan, frequency_per_mm: npt.ArrayLike) -> FloatArray:
    """Return the modulation transfer along the rows: the Gaussian blur times the aperture of a pixel."""
    f = np.asarray(frequency_per_mm, dtype=np.float64)
    blur = np.exp(-2 * (pi * spec.blur_mm * f) ** 2)
    return np.asarray(blur * np.abs(np.sinc(f * spec.spacing_mm[1])), dtype=np.float64)


def bar_blur_mm(spec: Catphan) -> float:
    """Return the standard deviation that blurs the bars: the Gaussian and the pixels, alike in every direction.

    A square aperture of side p has the variance p²/12 along any direction.
    """
    aperture = (spec.spacing_mm[0] ** 2 + spec.spacing_mm[1] ** 2) / 24
    return sqrt(spec.blur_mm**2 + aperture) / spec.place.scale


def square_wave_response(line_pairs_per_cm: float, blur_mm: float) -> float:
    """Return the modulation of endless bars, `line_pairs_per_cm`, behind a Gaussian blur, relative to sharp ones.

    Its maximum less its minimum over those of the sharp square wave:
    `4/π · Σ (-1)^k MTF((2k + 1) f) / (2k + 1)` (Coltman, J Opt Soc Am 44 (1954) 468).
    """
    k = np.arange(200)
    odd = 2 * k + 1
    transfer = np.exp(-2 * (pi * blur_mm * odd * line_pairs_per_cm / 10) ** 2)
    return float(4 / pi * np.sum((-1.0) ** k * transfer / odd))


def group_modulation(group: BarGroup, blur_mm: float) -> float:
    """Return `(P - V) / (P + V - 2B)` of the few bars of a group behind a Gaussian blur.

    P is the mean of the bars' maxima, V of the minima between neighbours, B
    the surroundings; all on a line across the bars through their middle.
    """
    bars = np.array(group.bar_centres_mm())
    peaks = [_highest(bars, group.bar_mm, blur_mm, at, 1.0) for at in bars]
    valleys = [_highest(bars, group.bar_mm, blur_mm, at, -1.0) for at in bars[:-1] + group.bar_mm]
    top, bottom = fmean(peaks), fmean(valleys)
    return (top - bottom) / (top + bottom)


def bar_modulations(spec: Catphan) -> dict[int, float]:
    """Return by line pairs per cm the modulation of every group over that of the coarsest."""
    blur = bar_blur_mm(spec)
    found = {group.line_pairs_per_cm: group_modulation(group, blur) for group in spec.layout.bars}
    return {f: value / found[min(found)] for f, value in sorted(found.items())}


def falls_to(places: Sequence[float], values: Sequence[float], level: float) -> float | None:
    """Return where `values` first fall to `level`, linear between their `places`; None where they do not."""
    for k in range(1, len(values)):
        if values[k] <= level < values[k - 1]:
            share = (values[k - 1] - level) / (values[k - 1] - values[k])
            return places[k - 1] + share * (places[k] - places[k - 1])
    return None


def frequency_of(curve: Callable[[float], float], level: float, highest_per_mm: float) -> float:
    """Return where a `curve` that falls up to the frequency `highest_per_mm` has the value `level`, to 1e-9."""
    low, high = 0.0, highest_per_mm
    while high - low > 1e-9:
        middle = (low + high) / 2
        low, high = (middle, high) if curve(middle) > level else (low, middle)
    return (low + high) / 2


def noise_power(spec: Catphan, frequency_per_mm: npt.ArrayLike) -> FloatArray:
    """Return the expected radial noise power of `spec` in HU² mm², valid below half of the sampling frequency."""
    power = radial_noise_power(spec.grid, spec.texture, np.asarray(frequency_per_mm, dtype=np.float64))
    return np.asarray(spec.noise_hu**2 * power, dtype=np.float64)


def _highest(bars: FloatArray, bar_mm: float, blur_mm: float, near_mm: float, sign: float) -> float:
    """Return the maximum, or with `sign` -1 the minimum, within half a bar of `near_mm`."""
    x = near_mm + np.linspace(-0.5, 0.5, _STEPS + 1) * bar_mm
    away = x[:, None] - bars
    if blur_mm:
        edges = special.ndtr((away + bar_mm / 2) / blur_mm) - special.ndtr((away - bar_mm / 2) / blur_mm)
    else:
        edges = (np.abs(away) <= bar_mm / 2).astype(np.float64)
    return float(sign * np.max(sign * edges.sum(axis=1)))
