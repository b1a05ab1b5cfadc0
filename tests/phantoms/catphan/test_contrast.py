# SPDX-License-Identifier: LGPL-3.0-or-later
"""The low-contrast module of digital CATPHANs whose truth is known."""

from dataclasses import replace
from math import sqrt

import numpy as np
import pytest

from optimage.synthetic.catphan import Catphan
from optimage.synthetic.catphan_truth import catphan_truth
from optimage.synthetic.placement import Placement
from optimage.synthetic.rendering import Storage
from optimage_phantoms.catphan.contrast.card import MEASURES
from optimage_phantoms.catphan.contrast.section import contrast_section
from optimage_phantoms.catphan.contrast.subtests import SUBTESTS
from optimage_phantoms.catphan.models import load_family
from optimage_phantoms.catphan.uniform.card import MEASURES as UNIFORM_MEASURES
from optimage_phantoms.catphan.uniform.subtests import SUBTESTS as UNIFORM
from optimage_phantoms.parts import CaseResult, run_subtests
from tests.phantoms.catphan.placed import case_of, spec_of

FINE = Storage(slope=0.1)
TURNED = Placement(7.0, -1, True, 12.0, (0.0, 0.0), (6.0, -9.0), 1.01)
PLACES = {
    "straight": Placement(),
    "turned": TURNED,
    "rolled": Placement(roll_deg=-15.0),
    "mirrored": Placement(mirrored=True, roll_deg=15.0),
}
WITH_RODS = ("500", "504", "600", "700")
ACCURACY_HU = 0.2
ALL = {**UNIFORM, **SUBTESTS}


def heights(model: str, section: str = "low_contrast", steps: int = 1) -> list[float]:
    place = load_family()[model].z_mm[section]
    return [place + 2.5 * step for step in range(-steps, steps + 1)]


def result_of(spec: Catphan, **case) -> CaseResult:
    return run_subtests(case_of(spec, **case), ALL)


def truth_of(spec: Catphan) -> dict[str, float]:
    """Return the true contrasts by the keys of the module: `contrast_15mm_1_0`."""
    found = catphan_truth(spec)
    names = ((key.split("_"), value) for key, value in found.items() if key.startswith("contrast_rod_"))
    return {f"contrast_{name[2]}_{float(name[3]):.1f}".replace(".", "_"): value for name, value in names}


@pytest.mark.parametrize(("model", "place"), [*zip(WITH_RODS, PLACES.values(), strict=True), ("504", TURNED)])
def test_contrasts_of_every_model_are_those_drawn(model: str, place: Placement) -> None:
    spec = spec_of(model, heights(model, steps=0), place=place, storage=FINE)
    found, truth = result_of(spec).values, truth_of(spec)
    assert len(truth) == 27
    for key, value in truth.items():
        diameter = float(key.split("_")[1][:-2])
        if diameter > 3:
            assert found[key][0] == pytest.approx(value, abs=ACCURACY_HU), key
        else:  # the blur of 0.4 mm and the pixels take up to 20 % of the smallest
            assert 0.8 * value - 0.1 <= found[key][0] <= value + ACCURACY_HU, key


@pytest.mark.parametrize("turn", [-6.0, 6.0])
def test_rods_screwed_on_a_little_askew_are_followed(turn: float) -> None:
    spec = spec_of("504", heights("504", steps=0), turn_deg=turn, storage=FINE, place=TURNED)
    found, truth = result_of(spec), truth_of(spec)
    for key in ("contrast_15mm_1_0", "contrast_5mm_1_0", "contrast_15mm_0_3"):
        assert found.values[key][0] == pytest.approx(truth[key], abs=ACCURACY_HU)
    assert not found.notes


@pytest.mark.parametrize("turn", [90.0, 120.0, -120.0])
def test_rods_elsewhere_than_the_model_says_are_found_by_their_contrast_and_told(turn: float) -> None:
    spec = spec_of("600", heights("600"), turn_deg=turn, noise_hu=4.0)
    found = result_of(spec)
    assert found.values["contrast_15mm_1_0"][0] == pytest.approx(10.0, abs=1.0)
    assert found.values["contrast_15mm_0_3"][0] == pytest.approx(3.0, abs=1.0)
    assert [note.code for note in found.notes] == ["rods_turned"]


def test_groups_in_the_other_sense_are_found_by_their_contrast_and_told() -> None:
    """The model says clockwise; the phantom drawn has its rods the other way round."""
    family = load_family()
    low = family["504"].low_contrast
    assert low is not None
    spec = spec_of("504", heights("504"), noise_hu=4.0)
    case = case_of(spec)
    other = replace(case, model=case.model._replace(low_contrast=low._replace(clockwise=False)))
    found = run_subtests(other, SUBTESTS)
    assert found.values["contrast_15mm_1_0"][0] == pytest.approx(10.0, abs=1.0)
    assert found.values["contrast_15mm_0_5"][0] == pytest.approx(5.0, abs=1.0)
    assert "rods_turned" in [note.code for note in found.notes]


def test_rods_too_faint_to_be_found_are_measured_where_the_model_has_them() -> None:
    spec = spec_of("504", heights("504", steps=0), noise_hu=80.0)
    found = result_of(spec)
    assert "rods_not_found" in [note.code for note in found.notes]
    assert contrast_section(case_of(spec)).place.start_deg == pytest.approx(360.0 - 87.4)


def test_dark_rods_are_told_and_do_not_count_as_seen() -> None:
    spec = spec_of("504", [*heights("504"), *heights("504", "uniformity")], noise_hu=2.0)
    cylinders = tuple(
        replace(one, above_hu=-one.above_hu) if one.key.startswith("rod_") else one for one in spec.layout.cylinders
    )
    found = result_of(replace(spec, layout=replace(spec.layout, cylinders=cylinders)))
    assert found.values["contrast_15mm_1_0"][0] == pytest.approx(-10.0, abs=0.5)
    assert "contrast_negative" in [note.code for note in found.notes]
    assert found.failures["low_contrast_visibility"].code == "rods_not_seen"
    assert "lc_visible_1_0" not in found.values


def test_thresholds_of_white_noise_are_those_of_the_area_of_a_disc() -> None:
    """σ/√n of n pixels: of an area, not of whole pixels, from 5 mm on within the uncertainty of an SD."""
    spec = spec_of("504", heights("504", "uniformity"), noise_hu=10.0)
    found = result_of(spec).values
    for diameter in (5, 9, 15):
        threshold, uncertainty = found[f"lcd_threshold_{diameter}mm"]
        expected = 3.29 * 10.0 * 0.5 / (sqrt(np.pi) * diameter / 2)
        assert threshold == pytest.approx(expected, abs=3 * uncertainty + 0.02 * expected)
        assert uncertainty < 0.1 * threshold
    curve = next(one for one in result_of(spec).curves if one.name == "lcd_threshold")
    assert curve.x == (2.0, 3.0, 4.0, 5.0, 6.0, 7.0, 8.0, 9.0, 15.0)


def test_rods_are_seen_down_to_the_diameter_whose_threshold_they_reach() -> None:
    spec = spec_of("504", [*heights("504", steps=2), *heights("504", "uniformity")], noise_hu=6.0, storage=FINE)
    found = result_of(spec).values
    assert found["lc_visible_1_0"][0] in (2.0, 3.0)  # 3.29 · 6 · 0.5 / (1.77 · 1) = 5.6 HU at 2 mm, blurred below 10
    assert found["lc_visible_0_5"][0] in (3.0, 4.0)  # 3.7 HU at 3 mm, 2.8 at 4 mm
    assert found["lc_visible_0_3"][0] in (4.0, 5.0)
    assert found["cnr_15mm_1_0"][0] == pytest.approx(10.0 / 6.0, rel=0.05)


def test_the_figure_of_merit_needs_the_dose() -> None:
    spec = spec_of("504", [*heights("504"), *heights("504", "uniformity")], noise_hu=6.0, header=(("CTDIvol", 20.0),))
    found = result_of(spec).values
    assert found["figure_of_merit"][0] == pytest.approx(found["cnr_15mm_1_0"][0] ** 2 / 20.0)


def test_without_the_uniformity_module_contrasts_are_measured_and_the_rest_says_why() -> None:
    found = result_of(spec_of("504", heights("504"), noise_hu=5.0))
    assert "contrast_15mm_1_0" in found.values
    assert found.failures["low_contrast_detectability"].code == "section_not_scanned"
    assert found.failures["low_contrast_visibility"].code == "needed_value_missing"


def test_a_model_without_the_module_says_so() -> None:
    found = result_of(spec_of("503", heights("503", "uniformity"), noise_hu=5.0))
    assert found.failures["low_contrast"].code == "section_not_in_model"
    assert "lcd_threshold_15mm" in found.values


@pytest.mark.parametrize("radius", [50.0, 55.0, 58.0])
def test_rods_of_the_604_are_searched_for_as_nobody_knows_them_well(radius: float) -> None:
    spec = spec_of("604", heights("604"), noise_hu=3.0, turn_deg=6.0)
    cylinders = tuple(
        replace(one, at_mm=(one.at_mm[0] * radius / 58.0, one.at_mm[1] * radius / 58.0))
        if one.key.startswith("rod_")
        else one
        for one in spec.layout.cylinders
    )
    found = result_of(replace(spec, layout=replace(spec.layout, cylinders=cylinders)))
    assert found.values["contrast_15mm_1_0"][0] == pytest.approx(10.0, abs=0.6)
    assert found.values["contrast_15mm_0_3"][0] == pytest.approx(3.0, abs=0.6)
    assert "low_contrast_unverified" in [note.code for note in found.notes]
    assert found.failures["low_contrast_visibility"].code == "rods_unknown"


def test_everything_measured_is_on_the_card() -> None:
    spec = spec_of("504", [*heights("504"), *heights("504", "uniformity")], noise_hu=3.0)
    found = result_of(spec)
    keys = {one.key for one in (*MEASURES, *UNIFORM_MEASURES)}
    assert set(found.values) <= keys
    assert {one.key for one in MEASURES if not one.optional} <= set(found.values)
    shown = {key for overlay in found.overlays for key in overlay.keys}
    assert shown <= set(found.values)
    assert {key for key in found.values if key.startswith(("contrast_", "lcd_", "cnr_", "lc_"))} <= shown
