# SPDX-License-Identifier: LGPL-3.0-or-later
"""Noise of the coil from the air around the phantom, where the statistics of air prove that it tells."""

from dataclasses import dataclass

import numpy as np
from scipy import ndimage

from optimage.api import N_, AnalysisError, Message, Note, Rectangle, RoiStatistics
from optimage.imaging.central_chi import mean_over_sd, sd_over_sigma
from optimage.imaging.masks import bounding_box
from optimage.imaging.rois import statistics
from optimage_phantoms.mr_flood.case import FloodCase, indices
from optimage_phantoms.mr_flood.method import BackgroundRules
from optimage_phantoms.mr_flood.objects import image_words, is_interpolated

PARALLEL = frozenset({"YES"})


@dataclass(frozen=True, slots=True)
class AirNoise:
    """The noise `sigma` of each channel, the channels whose statistics the air has, and where it was measured.

    `worth` is how many pixels of normal noise would tell `sigma` as well.
    """

    sigma: float
    channels: int
    worth: float
    squares: tuple[Rectangle, ...]
    statistics: tuple[RoiStatistics, ...]
    notes: tuple[Note, ...]


def noise_of_air(case: FloodCase) -> AirNoise:
    """Measure squares in the corners of the image and check that they hold magnitudes of n channels.

    Raises
    ------
    AnalysisError
        `background_not_applicable` where the image does not tell the noise
        of its coil by its background, `no_room_for_background` where there
        are not two corners.
    """
    rules = case.method.background
    _check_image(case)
    squares = _corners(case, rules)
    pitch = case.image.required_spacing_mm
    values = [case.image.values()[indices(square)] for square in squares]
    found = tuple(statistics(one, pitch[0] * pitch[1]) for one in values)
    mean, sd = float(np.mean([one.mean for one in found])), float(np.mean([one.sd for one in found]))
    zeros = float(np.mean([np.count_nonzero(one == 0.0) / one.size for one in values]))
    if zeros > rules.zero_share or not sd > 0:
        raise _not_applicable(
            N_("{share:.0f} % of the background pixels are zero: the scanner has masked them"), share=100.0 * zeros
        )
    channels = _channels(case, mean / sd, rules)
    pooled = np.concatenate([one.ravel() - found[number].mean for number, one in enumerate(values)])
    kurtosis = float((pooled**4).mean() / (pooled**2).mean() ** 2)
    worth = 2.0 * pooled.size / max(kurtosis - 1.0, 1.0)
    return AirNoise(sd / sd_over_sigma(channels), channels, worth, squares, found, _notes(found, channels, rules))


def _check_image(case: FloodCase) -> None:
    """Refuse images whose background is known to tell nothing, whatever its numbers say."""
    image = case.image
    words = image_words(image)
    if case.is_real:
        raise _not_applicable(N_("noise is signed in a real image"))
    if words & (case.method.filters.normalised | case.method.filters.smoothed):
        raise _not_applicable(N_("the image was normalised or filtered, so that its noise differs from place to place"))
    if is_interpolated(image):
        raise _not_applicable(N_("the matrix was interpolated"))
    if image.text("ParallelAcquisition").strip().upper() in PARALLEL:
        raise _not_applicable(N_("it was acquired in parallel, so that its noise differs from place to place"))


def _corners(case: FloodCase, rules: BackgroundRules) -> tuple[Rectangle, ...]:
    """Return the corner squares that hold air: clear of the phantom and of where its ghosts fall."""
    rows, columns = case.image.shape
    low = rules.frame_px + rules.square_px / 2 - 0.5
    side = float(rules.square_px)
    near = ndimage.maximum_filter(case.mask.view(np.uint8), size=2 * rules.clearance_px + 1) > 0
    top, bottom, left, right = bounding_box(case.mask)
    along_columns = case.image.text("InPlanePhaseEncodingDirection").strip().upper().startswith("COL")
    free = []
    for row in (low, rows - 1 - low):
        for column in (low, columns - 1 - low):
            square = Rectangle(row, column, side, side)
            at = indices(square)
            band = _overlap(at[1], left, right) if along_columns else _overlap(at[0], top, bottom)
            if at[0].start >= 0 and at[1].start >= 0 and not band and not near[at].any():
                free.append(square)
    if len(free) < rules.fewest_squares:
        raise AnalysisError(
            "no_room_for_background",
            N_("only {count} corners of the image hold air that no ghost reaches, {needed} are needed"),
            advice=N_("use a larger field of view"),
            count=len(free),
            needed=rules.fewest_squares,
        )
    return tuple(free)


def _overlap(span: slice, first: int, last: int) -> bool:
    return int(span.start) <= last and int(span.stop) > first


def _channels(case: FloodCase, ratio: float, rules: BackgroundRules) -> int:
    """Return the number of channels whose statistics the air has: the one that was given, or the one that fits."""
    given = int(case.parameters["channels"])
    candidates = (given,) if given else rules.channels
    best = min(candidates, key=lambda n: abs(ratio / mean_over_sd(n) - 1.0))
    expected = mean_over_sd(best)
    if abs(ratio / expected - 1.0) > rules.ratio_share:
        raise _not_applicable(
            N_("mean over SD of the air is {ratio:.2f}; {channels} channels would make it {expected:.2f}"),
            ratio=ratio,
            channels=best,
            expected=expected,
        )
    return best


def _notes(found: tuple[RoiStatistics, ...], channels: int, rules: BackgroundRules) -> tuple[Note, ...]:
    template = N_("channels that the statistics of the air tell: {channels}")
    notes = [Note("channels", Message(template, {"channels": channels}))]
    spreads = [one.sd for one in found]
    if max(spreads) > (1.0 + rules.spread) * min(spreads):
        template = N_("the noise differs between the corners ({low:.1f} to {high:.1f}): ghosts or a shaped background")
        notes.append(Note("background_uneven", Message(template, {"low": min(spreads), "high": max(spreads)})))
    return tuple(notes)


def _not_applicable(template: str, **values: float) -> AnalysisError:
    return AnalysisError(
        "background_not_applicable",
        template,
        advice=N_("use the SNR by subtraction or by smoothing"),
        **values,
    )
