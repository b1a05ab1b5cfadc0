# SPDX-License-Identifier: LGPL-3.0-or-later
"""The sub-test of the inserts: CT numbers, linearity, low-contrast visibility."""

from collections.abc import Mapping
from math import isfinite, nan, sqrt

import numpy as np

from optimage.api import N_, AnalysisError, Curve, Overlay
from optimage_phantoms.catphan.case import CatphanCase
from optimage_phantoms.catphan.models import SENSITOMETRY, Insert, Material
from optimage_phantoms.catphan.sensitometry.body import mean_scatter
from optimage_phantoms.catphan.sensitometry.inserts import Reading, place_inserts, read_inserts
from optimage_phantoms.catphan.sensitometry.linearity import (
    contrast_scale,
    fit_line,
    largest_error,
    low_contrast_visibility,
)
from optimage_phantoms.catphan.sensitometry.rules import load_rules
from optimage_phantoms.catphan.sensitometry.slices import central_slices, far_note
from optimage_phantoms.parts import Part, Value, unique

Readings = Mapping[str, list[Reading]]
TOGETHER = ("hu_linearity_slope", "hu_linearity_intercept", "hu_linearity_r2", "hu_max_error")


def measure_inserts(case: CatphanCase, _: Mapping[str, Value]) -> Part:
    """Measure every insert on the slices around the middle of the module, and what they tell together."""
    rules, module = load_rules(), case.model.sensitometry
    views = central_slices(case, rules.slices)
    readings: dict[str, list[Reading]] = {}
    problems: list[AnalysisError] = []
    middle = min(views, key=lambda view: abs(view.z_mm))
    places = place_inserts(middle, module, rules.inserts)
    for view in views:
        found, missing = read_inserts(view, module, places, rules.inserts)
        problems += missing.values()
        for reading in found:
            readings.setdefault(reading.insert.key, []).append(reading)
    ratio = mean_scatter(views, module, rules.body, radius_mm=rules.inserts.disc_radius_mm)
    named = _named(readings, ratio)
    values = _single_values(readings, named) | _together(named, readings, case)
    notes = (note for one in readings.values() for reading in one for note in reading.roi.notes)
    return Part(
        values,
        tuple(_overlay(reading, named) for one in readings.values() for reading in one),
        unique((*far_note(views, case.place(SENSITOMETRY), rules.slices), *notes)),
        problems[0] if problems and len(readings) < len(module.inserts) else None,
        _curves(named),
    )


def _mean(readings: list[Reading], ratio: float) -> Value:
    """Return the mean over slices; its u from how much means scatter in the body, at the noise of this insert."""
    means = [reading.roi.statistics.mean for reading in readings]
    return float(np.mean(means)), ratio * _sd(readings) / sqrt(len(readings))


def _sd(readings: list[Reading]) -> float:
    """Return the standard deviation inside the disc, pooled over slices."""
    return sqrt(float(np.mean([reading.roi.statistics.sd**2 for reading in readings])))


def _named(readings: Readings, ratio: float) -> dict[str, tuple[Material, Value]]:
    """Return material and CT number by insert; a vial by what it reads, left out where that is nothing it may hold."""
    found = {}
    for key, one in readings.items():
        value = _mean(one, ratio)
        material = material_of(one[0].insert, value[0])
        if material:
            found[key] = (material, value)
    return found


def material_of(insert: Insert, hu: float) -> Material | None:
    """Return what an insert is made of: the only material it has, or that of several which lies nearest by value."""
    if len(insert.materials) == 1:
        return insert.materials[0]
    nearest = min(insert.materials, key=lambda material: abs(material.hu - hu))
    return nearest if abs(nearest.hu - hu) <= load_rules().vial.tolerance_hu else None


def _keys(named: Mapping[str, tuple[Material, Value]]) -> dict[str, str]:
    """Return the material by insert that gives a key of its own: a vial only where no insert is of what it holds."""
    fixed = {key: material.key for key, (material, _) in named.items() if key == material.key}
    other = {key: material.key for key, (material, _) in named.items() if material.key not in fixed.values()}
    return fixed | other


def _single_values(readings: Readings, named: Mapping[str, tuple[Material, Value]]) -> dict[str, Value]:
    values: dict[str, Value] = {}
    for key, material in _keys(named).items():
        values[f"hu_{material}"] = named[key][1]
        values[f"hu_sd_{material}"] = (_sd(readings[key]), nan)
    return values


def _together(named: Mapping[str, tuple[Material, Value]], readings: Readings, case: CatphanCase) -> dict[str, Value]:
    """Return what fixed inserts tell together; the vial counts only for the contrast scale."""
    fixed = {key: one for key, one in named.items() if key == one[0].key}
    values: dict[str, Value] = {"hu_max_error": largest_error(fixed)} if fixed else {}
    points = [(material.electron_density, value) for material, value in fixed.values() if material.electron_density]
    line = fit_line([density for density, _ in points], [value for _, value in points])
    if line:
        values["hu_linearity_slope"], values["hu_linearity_intercept"] = line.slope, line.intercept
        values["hu_linearity_r2"] = (line.r2, nan)
    if "ldpe" in fixed and "polystyrene" in fixed:
        sds = _sd(readings["ldpe"]), _sd(readings["polystyrene"])
        lcv = low_contrast_visibility(fixed["ldpe"][1], fixed["polystyrene"][1], *sds)
        values |= {"lcv": lcv} if isfinite(lcv[0]) else {}
    return values | _contrast_scale({material.key: value for material, value in named.values()}, case)


def _contrast_scale(numbers: Mapping[str, Value], case: CatphanCase) -> dict[str, Value]:
    mu = [float(case.parameters.get(f"mu_{name}_per_mm", 0.0)) for name in ("acrylic", "water")]
    if "acrylic" not in numbers or "water" not in numbers or not all(mu):
        return {}
    return {"contrast_scale": contrast_scale(numbers["acrylic"], numbers["water"], mu[0], mu[1])}


def _overlay(reading: Reading, named: Mapping[str, tuple[Material, Value]]) -> Overlay:
    key = reading.insert.key
    material = _keys(named).get(key)
    keys: tuple[str, ...] = (f"hu_{material}", f"hu_sd_{material}") if material else ()
    if material == key:
        keys += TOGETHER
    if material in ("ldpe", "polystyrene"):
        keys += ("lcv",)
    if material in ("acrylic", "water"):
        keys += ("contrast_scale",)
    return reading.roi.overlay(key, reading.view.image, keys)


def _curves(named: Mapping[str, tuple[Material, Value]]) -> tuple[Curve, ...]:
    points = sorted(
        (material.electron_density, value[0])
        for key, (material, value) in named.items()
        if key == material.key and material.electron_density
    )
    if not points:
        return ()
    x, y = zip(*points, strict=True)
    return (Curve("ct_number_against_density", x, y, N_("relative electron density"), N_("CT number"), "1", "HU"),)
