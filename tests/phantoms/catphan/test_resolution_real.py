# SPDX-License-Identifier: LGPL-3.0-or-later
"""Line pairs and beads of a real CATPHAN 504 against other programs, definition by definition."""

from dataclasses import replace

import pytest

from optimage.api import Polyline
from optimage_phantoms.catphan.case import CatphanCase
from optimage_phantoms.catphan.resolution.card import MEASURES
from optimage_phantoms.catphan.resolution.subtests import SUBTESTS
from optimage_phantoms.parts import CaseResult, run_subtests
from tests.phantoms.catphan.resolution_cases import DEFAULTS, values_of

pytestmark = pytest.mark.real_images

PYLINAC = {"mtf50": 0.557, "mtf30": 0.674, "mtf20": 0.744}
"""A run of pylinac 3.49 on this series, line pairs per mm."""
ANNULUS = {"mtf50": 0.597, "mtf30": 0.725, "mtf20": 0.791}
"""Michelson above the ground on the best slice, linear interpolation on circles, by an independent prototype."""


def measured(case: CatphanCase, **parameters) -> CaseResult:
    return run_subtests(replace(case, parameters={**DEFAULTS, **parameters}), SUBTESTS)


@pytest.mark.parametrize("key", PYLINAC)
def test_the_same_definition_gives_the_same_figures_as_another_program(posed_504: CatphanCase, key: str) -> None:
    values = values_of(measured(posed_504, modulation="hu_maximum"))
    # peaks are picked alike, the sectors are not: 0.015 line pairs per mm
    assert values[key] == pytest.approx(PYLINAC[key], abs=0.015)


@pytest.mark.parametrize("key", ANNULUS)
def test_the_default_agrees_with_a_prototype_of_its_definition(posed_504: CatphanCase, key: str) -> None:
    values = values_of(measured(posed_504))
    # bars are read in their middle here, at extremes there
    assert values[key] == pytest.approx(ANNULUS[key], abs=0.01)
    assert values[key] == pytest.approx(PYLINAC[key], abs=0.1)


def test_methods_are_in_the_order_that_their_blur_makes(posed_504: CatphanCase) -> None:
    values = values_of(measured(posed_504))
    # interpolation blurs; bars are square waves, whose modulation lies above the MTF
    assert values["mtf50"] < values["mtf50_presampled"]
    assert values["mtf50_droege_morin"] < values["mtf50_presampled"]
    assert values["visible_lp"] >= 0.8


def test_both_beads_are_found_and_measured(posed_504: CatphanCase) -> None:
    result = measured(posed_504)
    assert len([overlay for overlay in result.overlays if overlay.name == "bead"]) == 2
    for key in ("psf_fwhm_x", "psf_fwhm_y"):
        # two to three pixels of 0.49 mm
        assert 0.6 < result.values[key][0] < 1.5


def test_every_overlay_and_value_belongs_to_a_measurement_of_the_card(posed_504: CatphanCase) -> None:
    result = measured(posed_504)
    keys = {spec.key for spec in MEASURES}
    finer = {"modulation_1", "modulation_9"}
    assert set(result.values) <= keys
    assert {key for overlay in result.overlays for key in overlay.keys} <= keys | finer
    assert sum(isinstance(overlay.shape, Polyline) for overlay in result.overlays) >= 9
    assert result.failures == {}
