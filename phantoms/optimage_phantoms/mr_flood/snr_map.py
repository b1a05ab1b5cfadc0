# SPDX-License-Identifier: LGPL-3.0-or-later
"""The map of local signal-to-noise ratio, and its weak spots."""

from collections.abc import Mapping

import numpy as np
from scipy import ndimage

from optimage.api import N_, AnalysisError, Disc, FloatArray, Message, Note, Overlay, Polyline
from optimage.imaging.masks import outlines
from optimage.imaging.smooth import moving_mean
from optimage_phantoms.mr_flood.case import FloodCase
from optimage_phantoms.parts import Part, Value

KEYS = ("snr_map_low", "snr_map_smallest")
SPOTS = 5  # drawn at most


def map_of_snr(case: FloodCase, _: Mapping[str, Value]) -> Part:
    """Measure SNR over small squares everywhere in the 75 % area: its smallest values, and where they lie.

    Signal and noise are moving means of a pair and of its squared
    difference; what falls below half of the median is a weak spot.
    """
    rules = case.method.map
    pair = case.pair
    region = case.region & case.shrunk(rules.kernel_px / 2 + 1)
    if not region.any():
        raise AnalysisError(
            "phantom_too_small",
            N_("the phantom is too small for a map of SNR over {kernel} pixels"),
            advice=N_("use a larger phantom or a finer matrix"),
            kernel=rules.kernel_px,
        )
    snr = local_snr(pair.mean, pair.difference, rules.kernel_px)
    inside = snr[region]
    median, low = float(np.median(inside)), float(np.percentile(inside, rules.low_percentile))
    row, column = np.unravel_index(int(np.where(region, snr, np.inf).argmin()), snr.shape)
    pitch = case.image.required_spacing_mm
    worst = Disc(float(row), float(column), rules.kernel_px / 2 * min(pitch), pitch)
    image = case.image
    spots = _spots(region & (snr < rules.weak_share * median))
    overlays = [Overlay("snr_lowest", worst, image.uid, image.frame, KEYS)]
    overlays += [
        Overlay(f"weak_spot_{number}", Polyline(line, closed=True), image.uid, image.frame, KEYS)
        for number, line in enumerate(spots, start=1)
    ]
    relative = 1.0 / np.sqrt(2.0 * (rules.kernel_px**2 - 1))  # of one small square
    values = {
        "snr_map_low": (low, float("nan")),
        "snr_map_smallest": (float(inside.min()), float(relative * inside.min())),
    }
    return Part(values, tuple(overlays), _notes(len(spots), 100.0 * rules.weak_share))


def local_snr(mean: FloatArray, difference: FloatArray, kernel_px: int) -> FloatArray:
    """Return signal over noise in squares around every pixel, shape (M, N); NaN where there is no noise."""
    variance = moving_mean(difference**2, kernel_px) - moving_mean(difference, kernel_px) ** 2
    variance *= kernel_px**2 / (kernel_px**2 - 1) / 2.0
    noise = np.sqrt(np.where(variance > 0, variance, np.nan))
    return np.asarray(moving_mean(mean, kernel_px) / noise)


def _spots(weak: np.ndarray[tuple[int, ...], np.dtype[np.bool_]]) -> tuple[tuple[tuple[float, float], ...], ...]:
    """Return the outlines of the largest weak areas."""
    if not weak.any():
        return ()
    labels, count = ndimage.label(weak)
    sizes = ndimage.sum_labels(weak, labels, np.arange(1, count + 1))
    largest = 1 + np.argsort(-np.asarray(sizes), kind="stable")[:SPOTS]
    return tuple(outlines(np.asarray(labels == number))[0] for number in largest)


def _notes(spots: int, percent: float) -> tuple[Note, ...]:
    if not spots:
        return ()
    template = N_(
        "{spots} spots of the phantom have less than {percent:.0f} % of its usual SNR: bubble, or coil element?"
    )
    return (Note("weak_spot", Message(template, {"spots": spots, "percent": percent})),)
