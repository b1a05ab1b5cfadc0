# SPDX-License-Identifier: LGPL-3.0-or-later
"""The sub-tests of one frame, each on its own, so that one that fails hides no other."""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from math import hypot, nan, sqrt

import numpy as np

from optimage.api import (
    N_,
    AnalysisError,
    FloatArray,
    Image,
    Message,
    Note,
    Overlay,
    Parameters,
    Rectangle,
    missing_attribute,
)
from optimage.imaging.flood import (
    Differential,
    Pixel,
    differential_uniformity,
    integral_uniformity,
    smooth_inside,
)
from optimage.imaging.masks import bounding_box
from optimage.imaging.periodogram import hann_window, periodogram
from optimage.imaging.rois import BoolArray
from optimage.imaging.trend import fit_surface
from optimage_phantoms.nm_flood.field import Field, nmqc_smooth
from optimage_phantoms.nm_flood.matrix import NMQC, Matrix
from optimage_phantoms.nm_flood.method import Method
from optimage_phantoms.nm_flood.scatter import (
    differential_uncertainty,
    expected_floor,
    integral_uncertainty,
    smoothed_sd,
    without_noise,
)
from optimage_phantoms.parts import CaseResult, Part, Subtests, Value, run_subtests

RUN = 5
TREND_ORDER = 2
AXES = {"x": 1, "y": 0}


@dataclass(frozen=True, slots=True, eq=False)
class FloodCase:
    """One frame with all that its sub-tests need; `counts` are those of the whole image."""

    image: Image
    total: float
    saturated: int
    matrix: Matrix
    field: Field
    parameters: Parameters
    method: Method

    @property
    def masks(self) -> Mapping[str, BoolArray]:
        """The two fields of view by name."""
        return {"ufov": self.field.ufov, "cfov": self.field.cfov}

    def smooth(self) -> FloatArray:
        """Return the smoothed counts, as the mode prescribes."""
        if self.parameters["mode"] == NMQC:
            return nmqc_smooth(self.matrix.counts)
        return smooth_inside(self.matrix.counts, self.field.ufov)

    def sigma(self, variance: FloatArray) -> FloatArray:
        """Return the standard deviation of the smoothed counts for pixels of `variance`, shape (M, N)."""
        whole = np.ones_like(self.field.ufov)
        return smoothed_sd(variance, whole if self.parameters["mode"] == NMQC else self.field.ufov)

    def overlay(self, name: str, first: Pixel, size: tuple[int, int], keys: tuple[str, ...]) -> Overlay:
        """Return the rectangle of `size` analysis pixels from `first` on."""
        row, column = self.matrix.to_image(first[0] + (size[0] - 1) / 2, first[1] + (size[1] - 1) / 2)
        blocks = self.matrix.blocks
        shape = Rectangle(row, column, float(size[0] * blocks.rows), float(size[1] * blocks.columns))
        return Overlay(name, shape, self.image.uid, self.image.frame, keys)


def measure_frame(case: FloodCase) -> CaseResult:
    """Run the sub-tests of one frame."""
    return run_subtests(case, SUBTESTS)


def measure_field(case: FloodCase, _: Mapping[str, Value]) -> Part:
    """Report the extent of the useful field of view."""
    top, bottom, left, right = bounding_box(case.field.ufov)
    height, width = ((bottom - top + 1) * case.matrix.spacing_mm[0], (right - left + 1) * case.matrix.spacing_mm[1])
    return Part({"ufov_width": (width, nan), "ufov_height": (height, nan)}, notes=tuple(_matrix_notes(case)))


def measure_counts(case: FloodCase, _: Mapping[str, Value]) -> Part:
    """Measure total counts, counts per pixel of the analysis matrix, and what they leave to chance."""
    inside = case.matrix.counts[case.field.ufov]
    mean = float(inside.mean())
    spread = sqrt(float(case.matrix.variance[case.field.ufov].sum())) / inside.size
    sigma = case.sigma(np.full(case.matrix.counts.shape, mean))
    values = {
        "total_counts": (case.total, sqrt(case.total)),
        "mean_counts_per_pixel": (mean, spread),
        "noise_floor": (expected_floor(sigma, case.field.ufov, mean, case.method.noise), nan),
    }
    return Part(values, notes=tuple(_count_notes(case, mean)))


def measure_count_rate(case: FloodCase, _: Mapping[str, Value]) -> Part:
    """Relate the counts to the duration of the frame."""
    duration_s = case.image.number("ActualFrameDuration", 0.0) / 1000.0
    if not duration_s > 0:
        raise missing_attribute("ActualFrameDuration")
    return Part({"count_rate": (case.total / duration_s, sqrt(case.total) / duration_s)})


def measure_uniformity(case: FloodCase, before: Mapping[str, Value]) -> Part:
    """Measure integral and differential uniformity in both fields of view, and where the extremes lie."""
    smooth, sigma = case.smooth(), case.sigma(case.matrix.variance)
    values: dict[str, Value] = {}
    overlays: list[Overlay] = []
    problem: AnalysisError | None = None
    behind = without_noise(smooth, sigma, case.field.ufov)
    for name, mask in case.masks.items():
        found = integral_uniformity(smooth, mask)
        if found is None:
            problem = _nothing_fits(name)
            continue
        key = f"iu_{name}"
        noise = integral_uncertainty(behind, sigma, mask, found=found, rules=case.method.noise)
        values[key] = found.percent, noise
        overlays += [case.overlay(f"{name}_max", found.highest, (1, 1), (key,))]
        overlays += [case.overlay(f"{name}_min", found.lowest, (1, 1), (key,))]
        runs = {letter: differential_uniformity(smooth, mask, axis=axis) for letter, axis in AXES.items()}
        for letter, run in runs.items():
            if run is None:
                problem = _nothing_fits(name)
                continue
            size = (1, RUN) if letter == "x" else (RUN, 1)
            key = f"du_{letter}_{name}"
            values[key] = (
                run.percent,
                differential_uncertainty(behind, sigma, mask, axis=AXES[letter], rules=case.method.noise),
            )
            overlays.append(case.overlay(key, run.first, size, _explained(runs, letter, name)))
        both = [values[f"du_{letter}_{name}"] for letter in AXES if f"du_{letter}_{name}" in values]
        if len(both) == len(AXES):
            values[f"du_{name}"] = max(both)
    notes = tuple(_smoothing_note(case, values, before.get("noise_floor", (nan, nan))[0]))
    return Part(values, tuple(overlays), notes, problem)


def measure_spread(case: FloodCase, _: Mapping[str, Value]) -> Part:
    """Measure the coefficient of variation, and the centre against the edge of the field."""
    counts, variance = case.matrix.counts, case.matrix.variance
    ufov, cfov = case.field.ufov, case.field.cfov
    inside = counts[ufov]
    mean = float(inside.mean())
    if inside.size < 2 or not mean > 0:
        raise _nothing_fits("ufov")
    cv = 100.0 * float(inside.std(ddof=1)) / mean
    values = {"cv_ufov": (cv, cv / sqrt(2.0 * (inside.size - 1)))}
    edge = ufov & ~cfov
    if not (cfov.any() and edge.any()):
        return Part(values, problem=_nothing_fits("cfov"))
    means = [float(counts[mask].mean()) for mask in (cfov, edge)]
    spreads = [sqrt(float(variance[mask].sum())) / int(mask.sum()) for mask in (cfov, edge)]
    values["centre_edge_difference"] = 100.0 * (means[0] - means[1]) / mean, 100.0 * hypot(*spreads) / mean
    return Part(values)


def measure_tubes(case: FloodCase, _: Mapping[str, Value]) -> Part:
    """Measure the modulation of the counts at periods of the photomultipliers, noise taken away.

    Relative deviations from a quadratic surface, weighted by a Hann window
    over the field, give a periodogram; its power between the frequencies
    that belong to the tubes, less that of Poisson noise there, is a
    variance, and its root the index.
    """
    top, bottom, left, right = bounding_box(case.field.ufov)
    cut = np.s_[top : bottom + 1, left : right + 1]
    mask, counts, variance = case.field.ufov[cut], case.matrix.counts[cut], case.matrix.variance[cut]
    if min(mask.shape) < RUN:
        raise _nothing_fits("ufov")
    rows, columns = np.nonzero(mask)
    surface = fit_surface(counts[mask], columns.astype(np.float64), rows.astype(np.float64), order=TREND_ORDER)
    level = surface.at(columns.astype(np.float64), rows.astype(np.float64))
    deviation, noise = np.zeros(mask.shape), np.zeros(mask.shape)
    deviation[mask] = counts[mask] / level - 1.0
    noise[mask] = variance[mask] / level**2
    weights = hann_window(mask.shape) * mask
    spectrum = periodogram(deviation, case.matrix.spacing_mm, weights=weights)
    shortest, longest = case.method.tubes.periods_mm(float(case.parameters["pmt_pitch_mm"]))
    band = 1.0 / longest, 1.0 / shortest
    expected = float((weights**2 * noise).sum() / (weights**2).sum()) * spectrum.share(*band)
    return Part({"pmt_pattern": (100.0 * sqrt(max(spectrum.variance(*band) - expected, 0.0)), nan)})


SUBTESTS: Subtests[FloodCase] = {
    "field": measure_field,
    "counts": measure_counts,
    "count_rate": measure_count_rate,
    "uniformity": measure_uniformity,
    "spread": measure_spread,
    "pmt_pattern": measure_tubes,
}


def _explained(runs: Mapping[str, Differential | None], letter: str, name: str) -> tuple[str, ...]:
    """Return the keys that the worst run of one axis explains: its own, and the larger of both where it is that."""
    own = f"du_{letter}_{name}"
    found = [run.percent for run in runs.values() if run]
    run = runs[letter]
    is_worst = len(found) == len(AXES) and run is not None and run.percent == max(found)
    return (own, f"du_{name}") if is_worst else (own,)


def _nothing_fits(name: str) -> AnalysisError:
    return AnalysisError(
        "field_too_small",
        N_("the {field} is too small for a run of five pixels or for an edge"),
        advice=N_("irradiate the whole detector; check the stated size of the field"),
        field=name.upper(),
    )


def _matrix_notes(case: FloodCase) -> Iterator[Note]:
    rules, spacing = case.method.matrix, case.matrix.spacing_mm
    if not all(rules.smallest_mm - 1e-9 <= width <= rules.largest_mm + 1e-9 for width in spacing):
        template = N_(
            "the pixels measured are {height:.2f} mm × {width:.2f} mm; {low:.2f} mm to {high:.2f} mm are meant"
        )
        figures = {"height": spacing[0], "width": spacing[1], "low": rules.smallest_mm, "high": rules.largest_mm}
        yield Note("pixel_size", Message(template, figures))
    distance = float(case.parameters["source_distance_mm"])
    longest = max(
        float(np.ptp(np.flatnonzero(case.field.ufov.any(axis=1 - axis))) + 1) * spacing[axis] for axis in (0, 1)
    )
    if case.matrix.source_mm:
        template = N_("the dome of a source {distance:.0f} mm away was taken away")
        yield Note("dome_corrected", Message(template, {"distance": case.matrix.source_mm}))
    elif 0 < distance < case.method.counts.source_distance_fields * longest:
        template = N_("the source is {distance:.0f} mm away, {needed:.0f} mm are needed for a field of this size")
        needed = case.method.counts.source_distance_fields * longest
        yield Note("source_too_near", Message(template, {"distance": distance, "needed": needed}))


def _count_notes(case: FloodCase, mean: float) -> Iterator[Note]:
    needed = case.method.counts.fewest_per_pixel
    if mean < needed:
        template = N_("too few counts: {mean:.0f} per pixel of the analysis matrix, {needed:.0f} are needed")
        yield Note("too_few_counts", Message(template, {"mean": mean, "needed": needed}))
    if case.saturated:
        template = N_("{pixels} pixels hold the largest value the image can store: counts may be lost")
        yield Note("saturated", Message(template, {"pixels": case.saturated}))
    if (case.image.slope, case.image.intercept) != (1.0, 0.0):
        template = N_("the values are rescaled, they may be no counts: noise floor and uncertainties do not hold then")
        yield Note("rescaled", Message(template))


def _smoothing_note(case: FloodCase, values: Mapping[str, Value], floor: float) -> Iterator[Note]:
    if "iu_ufov" in values and 0 < values["iu_ufov"][0] < case.method.noise.smoothed_share * floor:
        template = N_(
            "the integral uniformity {found:.2f} % lies below the noise floor {floor:.2f} %: the image is smoothed"
        )
        yield Note("smoothed", Message(template, {"found": values["iu_ufov"][0], "floor": floor}))
