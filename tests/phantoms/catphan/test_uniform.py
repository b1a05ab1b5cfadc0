# SPDX-License-Identifier: LGPL-3.0-or-later
"""The uniformity module of digital CATPHANs whose truth is known: CT numbers, noise, its spectrum, the header."""

from dataclasses import replace
from math import hypot, sqrt

import numpy as np
import pytest

from optimage.api import Disc
from optimage.synthetic.catphan import Catphan
from optimage.synthetic.catphan_truth import noise_power
from optimage.synthetic.placement import Placement
from optimage.synthetic.rendering import Storage
from optimage_phantoms.catphan.models import load_family
from optimage_phantoms.catphan.uniform.card import HEADER, MEASURES
from optimage_phantoms.catphan.uniform.header import load_recorded
from optimage_phantoms.catphan.uniform.section import uniform_section
from optimage_phantoms.catphan.uniform.subtests import SUBTESTS
from optimage_phantoms.parts import CaseResult, run_subtests
from tests.phantoms.catphan.placed import Drawn, case_of, spec_of

SIDES = ("centre", "right", "bottom", "left", "top")
MODULE_HU, CUPPING_HU = 10.0, 12.0
FINE = Storage(slope=0.1)
TURNED = Placement(7.0, -1, True, 12.0, (0.0, 0.0), (6.0, -9.0), 1.01)


def around(model: str, steps: int = 1) -> list[float]:
    place = load_family()[model].z_mm["uniformity"]
    return [place + 2.5 * step for step in range(-steps, steps + 1)]


def result_of(spec: Catphan) -> CaseResult:
    return run_subtests(case_of(spec), SUBTESTS)


def bowl_hu(radius_mm: float) -> float:
    """Return the mean of the cupping over a disc of 10 mm radius at `radius_mm`: r² averages to r0² + a²/2."""
    return CUPPING_HU * (radius_mm**2 + 10.0**2 / 2) / 75.0**2


@pytest.mark.parametrize(
    ("model", "place"),
    [(model, Placement()) for model in ("500", "503", "504", "600", "604", "700")] + [("504", TURNED)],
)
def test_ct_numbers_of_every_model_are_those_drawn(model: str, place: Placement) -> None:
    found = result_of(spec_of(model, around(model, 0), place=place, cupping_hu=CUPPING_HU, storage=FINE))
    # stored in steps of 0.1 HU; the discs are made of pixels of 0.5 mm, which moves r² by up to 0.5 mm · 53 mm
    for side in SIDES:
        truth = MODULE_HU + bowl_hu(0.0 if side == "centre" else 53.0)
        assert found.values[f"uniformity_{side}"][0] == pytest.approx(truth, abs=0.1), side
    rise = bowl_hu(53.0) - bowl_hu(0.0)
    assert found.values["cupping"][0] == pytest.approx(rise, abs=0.1)
    assert found.values["uniformity_max_dev"][0] == pytest.approx(rise, abs=0.15)
    centre = MODULE_HU + bowl_hu(0.0)
    assert found.values["uniformity_index"][0] == pytest.approx(100 * rise / (centre + 1000), abs=0.015)
    whole = 2 * centre + rise + 2000
    assert found.values["integral_nonuniformity"][0] == pytest.approx(rise / whole, abs=1e-4)


def test_without_noise_only_its_spectrum_is_missing() -> None:
    found = result_of(spec_of("504", around("504", 0)))
    assert {name: error.code for name, error in found.failures.items()} == {"noise_power": "no_noise"}
    assert found.values["noise"][0] == 0.0


@pytest.mark.parametrize("texture", ["white", "ramp", "soft"])
def test_noise_and_its_power_are_those_drawn(texture: str) -> None:
    spec = spec_of("504", around("504", 2), noise_hu=8.0, texture=texture, place=TURNED, cupping_hu=4.0)
    found = result_of(spec)
    sigma = hypot(8.0, sqrt(1 / 12))
    noise, u_noise = found.values["noise_detrended"]
    # soft noise loses 6 of about 300 independent patches of each disc to the surface
    assert noise == pytest.approx(sigma, abs=3 * u_noise + (0.01 * sigma if texture == "soft" else 0.0))
    assert u_noise < 0.03 * noise
    integral, u_integral = found.values["nps_integral"]
    assert integral == pytest.approx(sigma**2, abs=3 * u_integral)
    assert u_integral < 0.02 * integral
    case = case_of(spec)
    f = uniform_section(case).power.frequencies_per_mm[1:]
    power = noise_power(spec, f)
    mean, u_mean = found.values["nps_mean_f"]
    assert mean == pytest.approx(float((f * power).sum() / power.sum()), abs=3 * u_mean + 0.01)


def test_the_peak_of_the_noise_power_is_found_within_one_bin() -> None:
    spec = spec_of("504", around("504", 2), noise_hu=8.0, texture="ramp")
    peak, _ = result_of(spec).values["nps_peak_f"]
    assert peak == pytest.approx(0.45 / sqrt(2), abs=1 / 30.0)


def test_slices_of_neighbouring_modules_are_left_out() -> None:
    """The uniformity module of the digital 504 ends at 50 mm."""
    heights = np.arange(40.0, 80.0, 2.5)
    spec = spec_of("504", heights, noise_hu=3.0)
    section = uniform_section(case_of(spec))
    assert all(50.0 + 1.25 <= view.z_mm <= 75.0 for view in section.stack.views)
    assert len(section.stack.views) == 7  # 65 mm and up to 7.5 mm to either side


def test_the_module_of_the_600_is_found_where_some_manuals_have_it() -> None:
    """A phantom whose module ends at 160 mm: beyond lies air."""
    spec = spec_of("600", np.arange(141.25, 180.0, 2.5), noise_hu=3.0)
    blocks = tuple(
        replace(block, z_mm=(140.0, 160.0)) if block.key == "uniformity" else block for block in spec.layout.blocks
    )
    section = uniform_section(case_of(replace(spec, layout=replace(spec.layout, blocks=blocks))))
    assert all(148.0 <= view.z_mm <= 158.75 for view in section.stack.views)


def test_overlapping_slices_count_in_part() -> None:
    place = load_family()["504"].z_mm["uniformity"]
    spec = spec_of("504", place + np.arange(-3, 4) * 1.25, noise_hu=3.0)
    stack = uniform_section(case_of(spec)).stack
    assert len(stack.views) == 7
    assert stack.independent == pytest.approx(1 + 6 / 2)


def test_discs_beyond_the_image_are_left_out_and_the_rest_is_measured() -> None:
    spec = spec_of("504", around("504"), place=Placement(offset_mm=(20.0, 0.0)), matrix=(256, 256), noise_hu=3.0)
    found = result_of(spec)
    assert "uniformity_right" not in found.values
    assert found.failures["uniformity"].code == "roi_outside"
    assert found.values["uniformity_left"][0] == pytest.approx(MODULE_HU, abs=0.5)
    assert "noise" in found.values


def test_a_scan_without_the_module_says_so() -> None:
    found = result_of(spec_of("504", [0.0]))
    assert {error.code for name, error in found.failures.items()} == {"section_not_scanned"}
    assert "tube_voltage" in found.values


def test_the_header_is_averaged_over_the_slices() -> None:
    spec = spec_of("504", [0.0, 2.5])
    stack = [
        replace(image, header={**image.header, "CTDIvol": dose})
        for image, dose in zip(case_of(spec).stack, (10.0, 12.0), strict=True)
    ]
    found = run_subtests(case_of(spec, stack), SUBTESTS).values
    assert found["ctdi_vol"][0] == 11.0
    assert found["exposure"][0] == 200.0
    assert found["nominal_slice_thickness"][0] == 2.5
    assert "pitch" not in found


def test_units_of_the_header_are_those_of_the_card() -> None:
    assert {key: recorded.unit for key, recorded in load_recorded().items()} == {
        key: str(unit) for key, unit, *_ in HEADER
    }


def test_everything_measured_is_on_the_card_and_shown() -> None:
    found = result_of(spec_of("504", around("504"), noise_hu=3.0))
    keys = {spec.key for spec in MEASURES}
    assert set(found.values) <= keys
    assert {spec.key for spec in MEASURES if not spec.optional} <= set(found.values)
    explained = {key for overlay in found.overlays for key in overlay.keys}
    assert explained == set(found.values) - {key for key, *_ in HEADER}
    assert {curve.name for curve in found.curves} == {
        "noise_power",
        "uniformity_across",
        "uniformity_down",
        "uniformity_radial",
    }


def test_the_sides_are_those_of_the_screen() -> None:
    spec = spec_of("504", around("504", 0), place=TURNED, cupping_hu=1.0)
    found = result_of(spec)
    discs = {one.name: one.shape for one in found.overlays if isinstance(one.shape, Disc)}
    right, centre = discs["uniformity_right"], discs["uniformity_centre"]
    assert right.row == pytest.approx(centre.row)
    assert (right.column - centre.column) * 0.5 == pytest.approx(53.0 * 1.01)


@pytest.mark.campaign
@pytest.mark.parametrize("texture", ["white", "ramp", "soft"])
def test_noise_and_its_power_are_unbiased_and_as_uncertain_as_told(texture: str) -> None:
    """Over 60 seeds of one slice: bias of the noise 1 %, of the integral 2 %; coverage 68 % within binomial error."""
    sigma = hypot(8.0, sqrt(1 / 12))
    drawn = Drawn(spec_of("504", around("504", 0), noise_hu=8.0, texture=texture))
    found = [run_subtests(drawn.case(seed), SUBTESTS).values for seed in range(60)]
    truths = {"noise_detrended": sigma, "noise": sigma, "nps_integral": sigma**2, "uniformity_left": MODULE_HU}
    for key, truth in truths.items():
        values, errors = np.array([one[key] for one in found]).T
        covered = np.mean(np.abs(values - truth) <= errors)
        print(texture, key, f"bias {100 * (values.mean() / truth - 1):.2f} %, coverage {100 * covered:.0f} %")
        assert values.mean() == pytest.approx(truth, rel=0.02 if key == "nps_integral" else 0.01)
        assert 0.5 <= covered <= 0.85
