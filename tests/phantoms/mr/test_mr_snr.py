# SPDX-License-Identifier: LGPL-3.0-or-later
"""MRI level A recovers the signal-to-noise ratio that was put in, by each of its methods.

Bounds: a mean over s seeds scatters by 1/√s of one result. One result over N
independent pixels of the difference scatters by 1/√(2N): 0.4 % for the 75 %
area, 1.6 % for five squares of 400 pixels. On top comes what magnitudes add
to the signal, (n - 1/2) σ²/S, and what the method is allowed (2, 3 and 3 %).
"""

from dataclasses import replace
from math import sqrt

import numpy as np
import pytest

from optimage.synthetic.mr_flood import render_mr_flood
from optimage.synthetic.mr_header import MrScan
from optimage.synthetic.mr_truth import mr_flood_truth
from tests.phantoms.mr.conftest import BOTTLE, codes, failed, measured

SEEDS = 10
METHODS = {"snr_subtraction": 0.02, "snr_background": 0.03, "snr_smoothing": 0.03}


def mean_over_seeds(spec, key, *, seeds=SEEDS, **parameters) -> float:
    found = [
        measured(render_mr_flood(replace(spec, seed=seed), repeats=2), **parameters)[key].value
        for seed in range(1, seeds + 1)
    ]
    return float(np.mean(found))


@pytest.mark.parametrize("snr", [10.0, 30.0, 200.0])
@pytest.mark.parametrize("key", METHODS)
def test_the_ratio_of_one_channel_is_recovered(key, snr):
    spec = replace(BOTTLE, sigma=BOTTLE.signal / snr)
    assert mean_over_seeds(spec, key) == pytest.approx(snr, rel=METHODS[key])


@pytest.mark.parametrize("channels", [2, 8, 32])
@pytest.mark.parametrize("key", ["snr_subtraction", "snr_subtraction_five_px", "snr_smoothing"])
def test_the_ratio_of_many_channels_is_recovered(key, channels):
    """Magnitudes of n channels read (n - 1/2) σ²/S too high: with SNR 30 · √n that is 0.1 %."""
    snr = 30.0 * sqrt(channels)
    spec = replace(BOTTLE, channels=channels, sigma=BOTTLE.signal / snr)
    assert mean_over_seeds(spec, key, seeds=4) == pytest.approx(snr, rel=0.02 if "subtraction" in key else 0.03)


@pytest.mark.parametrize("channels", [1, 2, 4, 8, 16, 32])
def test_the_background_tells_how_many_channels_there_are(channels):
    snr = 40.0 * sqrt(channels)
    spec = replace(BOTTLE, channels=channels, sigma=BOTTLE.signal / snr)
    result = measured(render_mr_flood(spec, repeats=1))
    assert result["snr_background"].value == pytest.approx(snr, rel=0.03 + 3 * 0.015)  # one image: SD 1.5 %
    told = next(note for note in result.notes if note.code == "channels")
    assert told.message.values["channels"] == channels


def test_channels_that_the_background_contradicts_give_no_value():
    result = measured(render_mr_flood(replace(BOTTLE, channels=8), repeats=1), channels=1)
    assert failed(result)["snr_background"] == "background_not_applicable"
    assert np.isnan(result["snr_background"].value)


@pytest.mark.parametrize("plane", ["transverse", "sagittal", "coronal", "oblique"])
@pytest.mark.parametrize("shape", ["disc", "ellipse", "rectangle"])
def test_any_plane_and_shape_is_measured(plane, shape):
    size = (200.0, 200.0) if shape == "disc" else (190.0, 160.0)
    spec = replace(
        BOTTLE, scan=MrScan(plane=plane), shape=shape, size_mm=size, rotation_deg=7.0, bias=(0.1, 0, -0.2, 0)
    )
    result = measured(render_mr_flood(spec, repeats=2))
    expected = mr_flood_truth(spec)["snr"]
    assert result["snr_subtraction"].value == pytest.approx(expected, rel=0.02 + 3 * 0.004)
    assert not {"snr_subtraction", "snr_subtraction_five_px", "snr_smoothing"} & failed(result).keys()


@pytest.mark.parametrize("rotation", [0.0, 2.3, 10.0, 45.0, 90.0, 180.0])
def test_a_turned_square_flood_gives_the_same_ratio(rotation):
    spec = replace(BOTTLE, shape="rectangle", size_mm=(160.0, 150.0), rotation_deg=rotation)
    result = measured(render_mr_flood(spec, repeats=2))
    assert result["snr_subtraction"].value == pytest.approx(100.0, rel=0.02 + 3 * 0.005)


def test_enhanced_images_give_what_classic_ones_give():
    classic = measured(render_mr_flood(BOTTLE, repeats=2))
    enhanced = measured(render_mr_flood(replace(BOTTLE, scan=MrScan(enhanced=True)), repeats=2))
    assert enhanced["snr_subtraction"].value == pytest.approx(classic["snr_subtraction"].value, rel=1e-9)
    assert enhanced["snr_subtraction_normalised"].value == pytest.approx(
        classic["snr_subtraction_normalised"].value, rel=1e-9
    )


def test_decibel_and_normalised_follow_from_the_ratio():
    """130 Hz · 256 columns, 1 mm² · 5 mm, 256 lines of 1 s: √(16.64/30) / 0.005 / √256 = 9.3095."""
    result = measured(render_mr_flood(BOTTLE, repeats=2))
    plain = result["snr_subtraction_five_px"].value
    assert result["snr_subtraction_five_px_db"].value == pytest.approx(20 * np.log10(plain))
    assert result["snr_subtraction_five_px_normalised"].value == pytest.approx(plain * 9.30949, rel=1e-5)


def test_a_measured_slice_width_replaces_the_nominal_one():
    images = render_mr_flood(BOTTLE, repeats=2)
    nominal, measured_width = (measured(images, slice_width_mm=width) for width in (0.0, 5.5))
    ratio = nominal["snr_subtraction_normalised"].value / measured_width["snr_subtraction_normalised"].value
    assert ratio == pytest.approx(5.5 / 5.0)


@pytest.fixture(scope="module")
def sixty_results():
    spec = replace(BOTTLE, matrix=(208, 208), size_mm=(152.0, 152.0), sigma=20.0)
    return [measured(render_mr_flood(replace(spec, seed=seed), repeats=2)) for seed in range(60)]


@pytest.mark.parametrize(
    "key", ["snr_subtraction", "snr_subtraction_five_px", "snr_background", "snr_smoothing", "snr_smoothing_five_px"]
)
def test_stated_uncertainties_cover_two_thirds_of_the_results(key, sixty_results):
    """60 results: a share of 68 % scatters by √(0.68 · 0.32 / 60) = 6 %; three of those."""
    found = [result[key] for result in sixty_results]
    centre = np.mean([one.value for one in found])  # the method's own bias has tests of its own
    inside = np.mean([abs(one.value - centre) <= one.uncertainty for one in found])
    assert 0.68 - 3 * 0.06 <= inside <= 0.68 + 3 * 0.06


def test_correlated_noise_widens_the_uncertainty():
    """Half of k-space in each direction is empty: four pixels hold one value."""
    white, filled = (
        measured(render_mr_flood(replace(BOTTLE, zero_filled=zero), repeats=2))["snr_subtraction"]
        for zero in (False, True)
    )
    assert 1.5 < (filled.uncertainty / filled.value) / (white.uncertainty / white.value) < 2.5


def test_a_zero_filled_matrix_is_told_and_gives_no_background_value():
    result = measured(render_mr_flood(replace(BOTTLE, zero_filled=True), repeats=2))
    assert "interpolated" in codes(result)
    assert failed(result)["snr_background"] == "background_not_applicable"


def test_a_masked_background_gives_no_value():
    result = measured(render_mr_flood(replace(BOTTLE, masked=True), repeats=1))
    assert failed(result)["snr_background"] == "background_not_applicable"


def test_a_real_image_is_measured_from_the_zero_of_its_scale():
    result = measured(render_mr_flood(replace(BOTTLE, real=True), repeats=2))
    assert result["snr_subtraction"].value == pytest.approx(100.0, rel=0.02)
    assert result["snr_smoothing"].value == pytest.approx(100.0, rel=0.03)
    assert failed(result)["snr_background"] == "background_not_applicable"


def test_a_normalised_image_is_told_and_gives_no_background_value():
    result = measured(render_mr_flood(replace(BOTTLE, scan=MrScan(image_type=("NORM", "DIS2D"))), repeats=2))
    assert {"normalised", "undistorted"} <= codes(result)
    assert failed(result)["snr_background"] == "background_not_applicable"


def test_a_weak_spot_is_drawn_where_it_is():
    images = render_mr_flood(BOTTLE, repeats=2)
    weak = np.zeros(BOTTLE.matrix, dtype=bool)
    weak[100:130, 150:180] = True
    rng = np.random.default_rng(5)
    noisy = [
        replace(
            image, pixels=np.where(weak, image.pixels + rng.normal(0, 480, weak.shape), image.pixels).astype(np.uint16)
        )
        for image in images
    ]
    result = measured(noisy)
    assert "weak_spot" in codes(result)
    spot = next(one.shape for one in result.overlays if one.name == "weak_spot_1")
    row, column = np.mean(spot.points, axis=0)
    assert 105 < row < 125
    assert 155 < column < 175
    clean = measured(images)
    assert "weak_spot" not in codes(clean)
    assert clean["snr_map_low"].value > 80.0  # 15 × 15 pixels scatter by 4.7 %: the 5th percentile by 1.6 of it
