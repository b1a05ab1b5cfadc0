# SPDX-License-Identifier: LGPL-3.0-or-later
"""The sub-tests of one slice, each on its own, so that one that fails hides no other."""

from collections.abc import Mapping
from math import hypot, log, log10, nan

import numpy as np
import numpy.typing as npt

from optimage.api import N_, AnalysisError, Message, Note, Overlay
from optimage.imaging.noise import detrended_sd, sd_scatter
from optimage.imaging.rois import Roi, measure_roi
from optimage_phantoms.ct_water.geometry import RoiLayout
from optimage_phantoms.ct_water.regions import SIDES, SliceCase
from optimage_phantoms.parts import CaseResult, Part, Subtests, Value, run_subtests

ALWAYS_DETRENDED = 2  # order of the surface for `noise_detrended`
FEWEST_PILED = 5  # pixels at the smallest value that chance does not gather there
WATER_SCALE = 2000.0  # brings CT numbers of two means to a scale on which air is 0


def measure_slice(case: SliceCase) -> CaseResult:
    """Run the sub-tests of one slice."""
    return run_subtests(case, SUBTESTS)


def measure_geometry(case: SliceCase, _: Mapping[str, Value]) -> Part:
    """Report the located outlines; their uncertainty is systematic and not known from one image."""
    phantom, water, image = case.discs.phantom, case.discs.water, case.image
    down = (phantom.row - (image.shape[0] - 1) / 2) * phantom.spacing_mm[0]
    across = (phantom.column - (image.shape[1] - 1) / 2) * phantom.spacing_mm[1]
    values = {
        "diameter": (2 * water.radius_mm, nan),
        "diameter_outer": (2 * phantom.radius_mm, nan),
        "centre_offset": (hypot(down, across), nan),
    }
    outer = Overlay("phantom", phantom, image.uid, image.frame, ("diameter_outer", "centre_offset"))
    return Part(values, (outer, Overlay("water", water, image.uid, image.frame, ("diameter",))))


def measure_ct_number(case: SliceCase, _: Mapping[str, Value]) -> Part:
    """Measure the CT number of water in the middle."""
    roi, mean = case.mean(case.centre_disc)
    keys = ("ct_water", "uniformity_max_dev", "cupping", "integral_nonuniformity")
    return Part({"ct_water": mean}, (roi.overlay("centre", case.image, keys),), roi.notes)


def measure_noise(case: SliceCase, _: Mapping[str, Value]) -> Part:
    """Measure the noise as asked for, and always without slow trends beside it."""
    image, disc, order = case.image, case.noise_disc, int(case.parameters["detrend"])
    roi = measure_roi(image, disc)
    sd = detrended_sd(image, disc, order=order) if order else roi.statistics.sd
    flat = detrended_sd(image, disc, order=ALWAYS_DETRENDED)
    water = case.discs.water
    side = case.geometry.block_fraction * 2 * water.radius_mm
    area = case.geometry.measuring_area(water)
    share = sd_scatter(image, area, radius_mm=disc.radius_mm, side_mm=side)
    values = {"noise": (sd, share * sd), "noise_detrended": (flat, share * flat)}
    keys = ("noise", "noise_detrended", "noise_rel", "snr", "snr_db")
    return Part(values, (roi.overlay("noise", image, keys),), roi.notes)


def measure_uniformity(case: SliceCase, before: Mapping[str, Value]) -> Part:
    """Measure the four peripheral means and compare them with the middle."""
    values: dict[str, Value] = {}
    rois: dict[str, Roi] = {}
    problem: AnalysisError | None = None
    for side in SIDES:
        try:
            roi, mean = case.mean(case.peripheral_disc(side))
            _refuse_air(roi, before, case.geometry.rois)
            rois[side], values[f"ct_periphery_{side}"] = roi, mean
        except AnalysisError as error:
            problem = error
    problem = problem or _missing("ct_water", before)
    if not problem:
        values |= compare_means(before["ct_water"], tuple(values.values()))
    overlays = tuple(
        roi.overlay(f"periphery_{side}", case.image, (f"ct_periphery_{side}", "uniformity_max_dev", "cupping"))
        for side, roi in rois.items()
    )
    return Part(values, overlays, tuple(note for roi in rois.values() for note in roi.notes), problem)


def _refuse_air(roi: Roi, before: Mapping[str, Value], rules: RoiLayout) -> None:
    """Refuse a region that a bubble reaches: its mean would say nothing about uniformity."""
    if "ct_water" not in before or "noise" not in before:
        return
    depth = max(rules.void_hu, rules.void_sigma * before["noise"][0])
    if roi.statistics.minimum < before["ct_water"][0] - depth:
        raise AnalysisError(
            "roi_holds_air",
            N_("a peripheral region holds air: its smallest value is {smallest:.0f} HU"),
            advice=N_("fill the phantom up, or turn it so that the bubble lies between two regions"),
            smallest=roi.statistics.minimum,
        )


def compare_means(centre: Value, edges: tuple[Value, ...]) -> dict[str, Value]:
    """Return largest deviation, cupping and integral non-uniformity of peripheral means against the centre."""
    furthest = max(edges, key=lambda edge: abs(edge[0] - centre[0]))
    average = sum(edge[0] for edge in edges) / len(edges)
    u_average = hypot(*(edge[1] for edge in edges)) / len(edges)
    low, high = min((*edges, centre)), max((*edges, centre))
    total = high[0] + low[0] + WATER_SCALE
    return {
        "uniformity_max_dev": (furthest[0] - centre[0], hypot(furthest[1], centre[1])),
        "cupping": (average - centre[0], hypot(u_average, centre[1])),
        "integral_nonuniformity": ((high[0] - low[0]) / total, hypot(high[1], low[1]) / total),
    }


def measure_air(case: SliceCase, before: Mapping[str, Value]) -> Part:
    """Measure the CT number of air, and say so where the image cuts it off."""
    if case.discs.air is None:
        raise AnalysisError(
            "no_room_for_air",
            N_("the image shows no air {clearance:.0f} mm away from phantom and couch"),
            advice=N_("reconstruct with a larger field of view, or lower the parameter air_clearance_mm"),
            clearance=float(case.parameters["air_clearance_mm"]),
        )
    roi, mean = case.mean_of_air(case.discs.air)
    overlay = roi.overlay("air", case.image, ("ct_air", "noise_rel", "snr", "snr_db"))
    return Part({"ct_air": mean}, (overlay,), (*roi.notes, *_clipping(case, roi, before)))


def measure_relative(_: SliceCase, before: Mapping[str, Value]) -> Part:
    """Relate noise and uniformity to the distance between water and air."""
    problem = _missing("ct_water", before) or _missing("ct_air", before)
    if problem:
        raise problem
    (water, u_water), (air, u_air) = before["ct_water"], before["ct_air"]
    scale, u_scale = water - air, hypot(u_water, u_air) / abs(water - air)
    values: dict[str, Value] = {}
    if "uniformity_max_dev" in before:
        deviation, u_deviation = before["uniformity_max_dev"]
        relative = 100.0 * deviation / scale
        values["uniformity_rel"] = relative, hypot(100.0 * u_deviation / scale, relative * u_scale)
    if "noise" not in before:
        return Part(values, problem=_missing("noise", before))
    noise, u_noise = before["noise"]
    if noise == 0.0:
        no_noise = AnalysisError("no_noise", N_("the image shows no noise at all, so that SNR has no value"))
        return Part(values | {"noise_rel": (0.0, 0.0)}, problem=no_noise)
    share, snr = hypot(u_noise / noise, u_scale), scale / noise
    values["noise_rel"] = 100.0 / snr, 100.0 / snr * share
    values["snr"] = snr, snr * share
    values["snr_db"] = 20.0 * log10(snr), 20.0 / log(10.0) * share
    return Part(values)


SUBTESTS: Subtests[SliceCase] = {
    "geometry": measure_geometry,
    "ct_number": measure_ct_number,
    "noise": measure_noise,
    "uniformity": measure_uniformity,
    "air": measure_air,
    "relative": measure_relative,
}

NEEDED = {
    "ct_water": N_("needs the CT number of water, which could not be measured"),
    "ct_air": N_("needs the CT number of air, which could not be measured"),
    "noise": N_("needs the noise, which could not be measured"),
}


def _missing(key: str, before: Mapping[str, Value]) -> AnalysisError | None:
    return None if key in before else AnalysisError("needed_value_missing", NEEDED[key])


def _clipping(case: SliceCase, roi: Roi, before: Mapping[str, Value]) -> tuple[Note, ...]:
    """Tell of air that is cut off: at the smallest value the image can hold, or at one where values pile up."""
    values, counts = np.unique(roi.values, return_counts=True)
    share, smallest = float(counts[0]) / roi.values.size, float(values[0])
    cut = smallest == case.image.smallest_value or _piled_up(counts, abs(case.image.slope), before)
    if not cut or share <= case.geometry.air.clipped_share:
        return ()
    template = N_(
        "{share:.0f} % of the air pixels hold the smallest value there, {smallest:.0f} HU: "
        "the CT number of air seems to be cut off"
    )
    return (Note("air_clipped", Message(template, {"share": 100.0 * share, "smallest": smallest})),)


def _piled_up(counts: npt.NDArray[np.intp], slope: float, before: Mapping[str, Value]) -> bool:
    """Return whether the smallest value is no tail of noise; `counts` are those of rising values.

    A tail is thinner at its end. A single value is odd only where the water shows noise.
    """
    if counts.size == 1:
        return "noise_detrended" in before and before["noise_detrended"][0] > slope
    return bool(counts[0] >= FEWEST_PILED and counts[0] > 2 * counts[1])
