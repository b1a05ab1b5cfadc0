# SPDX-License-Identifier: LGPL-3.0-or-later
"""Signal-to-noise ratio by subtraction, background and smoothing, over the 75 % area and in five squares."""

from collections.abc import Mapping
from dataclasses import dataclass
from math import isfinite, log, log10, sqrt

import numpy as np

from optimage.api import N_, AnalysisError, FloatArray, Note, Overlay, Rectangle, missing_attribute
from optimage.imaging.rois import statistics
from optimage_phantoms.mr_flood.background import noise_of_air
from optimage_phantoms.mr_flood.case import SQUARES, FloodCase, indices
from optimage_phantoms.mr_flood.difference import correlated_pixels, detrended
from optimage_phantoms.parts import Part, Value

METHODS = ("snr_subtraction", "snr_background", "snr_smoothing")
VARIANTS = ("", "_five_px")
KEYS = tuple(method + variant for method in METHODS for variant in VARIANTS)


@dataclass(frozen=True, slots=True, eq=False)
class NoiseImage:
    """An image that holds noise alone: `scale` turns its SD into that of the image that is measured."""

    values: FloatArray
    scale: float
    signal: FloatArray
    worth: float  # pixels of it that make one independent pixel
    notes: tuple[Note, ...] = ()


def by_subtraction(case: FloodCase, _: Mapping[str, Value]) -> Part:
    """Measure over the 75 % area: mean of both images over the SD of their difference / √2 (NEMA MS 1 method 1)."""
    noise = _subtracted(case)
    case.check_region()
    inside = detrended(noise.values, case.region, int(case.parameters["detrend"]))
    sd = float(inside.std(ddof=1)) * noise.scale
    pair = case.pair
    value = _ratio(float(pair.mean[case.region].mean()), sd, inside.size / noise.worth)
    keys = _explained("snr_subtraction")
    return Part({"snr_subtraction": value}, (case.region_overlay("region", keys),), noise.notes)


def by_subtraction_in_squares(case: FloodCase, _: Mapping[str, Value]) -> Part:
    """Measure in five squares: mean of the five ratios of signal (first image) and noise (IPEM 80/112)."""
    noise = _subtracted(case)
    return _in_squares(case, noise, case.squares(), "snr_subtraction_five_px")


def by_smoothing(case: FloodCase, _: Mapping[str, Value]) -> Part:
    """Measure over the part of the 75 % area that the kernel does not leave (McCann et al. 2013)."""
    noise = _smoothed(case)
    kernel = int(case.parameters["smoothing_kernel"])
    region = case.region & case.shrunk(kernel / 2 + 1)
    if not region.any():
        raise _kernel_leaves(kernel)
    case.check_region()
    inside = noise.values[region]
    worth = correlated_pixels(noise.values, region)
    sd = float(inside.std(ddof=1)) * noise.scale
    value = _ratio(float(case.values[region].mean()), sd, inside.size / worth)
    return Part({"snr_smoothing": value})


def by_smoothing_in_squares(case: FloodCase, _: Mapping[str, Value]) -> Part:
    """Measure in five squares, each half a kernel inside the phantom."""
    kernel = int(case.parameters["smoothing_kernel"])
    squares, allowed = case.squares(), case.shrunk(kernel / 2)
    if not all(allowed[indices(square)].all() for square in squares):
        raise _kernel_leaves(kernel)
    return _in_squares(case, _smoothed(case), squares, "snr_smoothing_five_px")


def by_background(case: FloodCase, _: Mapping[str, Value]) -> Part:
    """Measure the signal of one image over the noise of its background (NEMA MS 1 method 4)."""
    air = noise_of_air(case)
    case.check_region()
    value = _ratio(float(case.values[case.region].mean()), air.sigma, air.worth)
    overlays = tuple(
        Overlay(f"air_{number}", square, case.image.uid, case.image.frame, _explained("snr_background"), found)
        for number, (square, found) in enumerate(zip(air.squares, air.statistics, strict=True), start=1)
    )
    return Part({"snr_background": value}, overlays, air.notes)


def by_background_in_squares(case: FloodCase, _: Mapping[str, Value]) -> Part:
    """Measure the mean signal of five squares over the noise of the background."""
    air = noise_of_air(case)
    means = [float(case.values[indices(square)].mean()) for square in case.squares()]
    return Part({"snr_background_five_px": _ratio(float(np.mean(means)), air.sigma, air.worth)})


def in_decibel(_: FloodCase, before: Mapping[str, Value]) -> Part:
    """Express every ratio in decibel: 20 · log10."""
    found = {key: before[key] for key in KEYS if key in before}
    return Part(
        {f"{key}_db": (20.0 * log10(snr), 20.0 / log(10.0) * u / snr) for key, (snr, u) in found.items() if snr > 0}
    )


def normalised(case: FloodCase, before: Mapping[str, Value]) -> Part:
    """Refer every ratio to 1000 mm³ of voxel, 30 kHz of bandwidth and one second of measuring (MagNET)."""
    factor = normalisation_factor(case)
    return Part(
        {f"{key}_normalised": (before[key][0] * factor, before[key][1] * factor) for key in KEYS if key in before}
    )


def normalisation_factor(case: FloodCase) -> float:
    """Return what SNR is multiplied with to be compared between protocols.

    Notes
    -----
    `√(BW/2) / √30 kHz · 1 / (0.001 · dx · dy · dz) · 1 / √(NSA · lines · TR)`
    with BW the bandwidth of all columns in kHz, lengths in mm, TR in s, and
    the rows of the matrix as the number of lines.

    Raises
    ------
    AnalysisError
        `missing_attribute`, naming the first that is absent.
    """
    image = case.image
    needed = {
        keyword: image.number(keyword, 0.0) for keyword in ("PixelBandwidth", "RepetitionTime", "NumberOfAverages")
    }
    width = float(case.parameters["slice_width_mm"]) or image.number("SliceThickness", 0.0)
    for keyword, value in {**needed, "SliceThickness": width}.items():
        if not value > 0:
            raise missing_attribute(keyword)
    rows, columns = image.shape
    down, across = image.required_spacing_mm
    bandwidth_khz = needed["PixelBandwidth"] * columns / 1000.0
    voxel = 1.0 / (0.001 * down * across * width)
    duration_s = needed["NumberOfAverages"] * rows * needed["RepetitionTime"] / 1000.0
    return sqrt(bandwidth_khz / 2.0 / case.method.bandwidth_khz) * voxel / sqrt(duration_s)


def _subtracted(case: FloodCase) -> NoiseImage:
    pair = case.pair
    return NoiseImage(pair.difference, 1.0 / sqrt(2.0), case.values, case.pair_worth, pair.notes)


def _smoothed(case: FloodCase) -> NoiseImage:
    """Return the image less its moving mean; subtracting the mean of k² pixels leaves 1 - 1/k² of the variance."""
    kernel = int(case.parameters["smoothing_kernel"])
    return NoiseImage(case.residual, 1.0 / sqrt(1.0 - 1.0 / kernel**2), case.values, 1.0)


def _in_squares(case: FloodCase, noise: NoiseImage, squares: tuple[Rectangle, ...], key: str) -> Part:
    ratios, overlays = [], []
    pitch = case.image.required_spacing_mm
    for name, square in zip(SQUARES, squares, strict=True):
        at = indices(square)
        found = statistics(noise.signal[at], pitch[0] * pitch[1])
        sd = float(noise.values[at].std(ddof=1)) * noise.scale
        ratios.append(_ratio(found.mean, sd, found.n / noise.worth))
        overlays.append(Overlay(name, square, case.image.uid, case.image.frame, _explained(key), found))
    value = float(np.mean([ratio for ratio, _ in ratios]))
    uncertainty = sqrt(sum(u**2 for _, u in ratios)) / len(ratios)
    return Part({key: (value, uncertainty)}, tuple(overlays), noise.notes)


def _ratio(signal: float, sd: float, independent: float) -> Value:
    """Return signal over noise with its standard uncertainty from `independent` pixels."""
    if not (sd > 0 and isfinite(signal)):
        raise AnalysisError("no_noise", N_("the image shows no noise at all, so that SNR has no value"))
    snr = signal / sd
    independent = max(independent, 2.0)
    return snr, sqrt(snr**2 / (2.0 * (independent - 1.0)) + 1.0 / independent)


def _explained(key: str) -> tuple[str, ...]:
    return (key, f"{key}_db")


def _kernel_leaves(kernel: int) -> AnalysisError:
    return AnalysisError(
        "kernel_leaves_phantom",
        N_("a region lies too near to the edge of the phantom for a smoothing kernel of {kernel} pixels"),
        advice=N_("use the kernel of 9 pixels, or centre the phantom"),
        kernel=kernel,
    )
