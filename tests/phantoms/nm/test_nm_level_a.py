# SPDX-License-Identifier: LGPL-3.0-or-later
"""NM level A gives back the truth that was drawn, by the steps of NEMA NU 1."""

from dataclasses import replace
from math import cos, hypot, pi, sin, sqrt

import numpy as np
import pytest

from optimage.api import AnalysisError, ImageSet
from optimage.imaging.flood import differential_uniformity, integral_uniformity, smooth_inside
from optimage.synthetic.nm_flood import NmFlood, Spot, Wave, render_nm_flood, without_noise
from optimage.testing.phantom_module import PhantomModuleChecks
from optimage_phantoms.nm_flood.method import load_method
from optimage_phantoms.nm_flood.scatter import expected_floor, smoothed_sd
from tests.phantoms.conftest import as_series
from tests.phantoms.nm import plain
from tests.phantoms.nm.conftest import MODULE, SMALL, chosen, flood, located, mask_of, measured

GOLDEN = 1e-6
EXACT_PERCENT = 0.01


def one_pixel_11000(place):
    counts, mask = np.full((20, 30), 10000.0), np.ones((20, 30), bool)
    counts[place] = 11000.0
    return smooth_inside(counts, mask), mask


@pytest.mark.parametrize(("place", "percent"), [((9, 14), 1.234568), ((0, 0), 2.173913)])
def test_one_bright_pixel_reads_what_the_smoothing_leaves_of_it(place, percent):
    """Inside 4/16 of the 10 % remain, 100 · 250 / 20 250; in a corner 4/9, 100 · 4 / 184."""
    smooth, mask = one_pixel_11000(place)
    assert integral_uniformity(smooth, mask).percent == pytest.approx(percent, abs=GOLDEN)
    for axis in (0, 1):
        assert differential_uniformity(smooth, mask, axis=axis).percent == pytest.approx(percent, abs=GOLDEN)


def test_a_ramp_of_five_pixels_reads_its_ends():
    counts = np.tile(np.linspace(1.0, 1.04, 5), (3, 1))
    mask = np.ones(counts.shape, bool)
    assert differential_uniformity(counts, mask, axis=1).percent == pytest.approx(1.960784, abs=GOLDEN)
    assert differential_uniformity(counts, mask, axis=0) is None


@pytest.mark.parametrize("border", [0, 6])
def test_a_cold_spot_inside_stays_in_the_analysis(border):
    """2 × 2 pixels at half the counts: 9/16 of the drop survive the smoothing, 16.363636 %."""
    counts = np.full((40, 50), 10000)
    counts[18:20, 22:24] = 5000
    counts = np.pad(counts, border)
    result = measured([flood(counts)])
    assert result["iu_ufov"].value == pytest.approx(16.363636, abs=GOLDEN)
    assert result["iu_cfov"].value == pytest.approx(16.363636, abs=GOLDEN)


SHAPES = {
    "rectangle": {},
    "hexagon": {"shape": "hexagon", "field_mm": (430.0, 500.0)},
    "octagon": {"shape": "octagon", "corner_mm": 75.0},
    "circle": {"shape": "ellipse", "field_mm": (390.0, 390.0)},
    "fills the matrix": {"field_mm": (700.0, 700.0)},
    "oblong pixels": {"spacing_mm": (2.4, 1.6), "matrix": (220, 360)},
    "dead tube": {"spots": (Spot((60.0, -40.0), 28.0, 0.1),)},
    "dead tube at the edge": {"spots": (Spot((0.0, 190.0), 30.0, 0.0),)},
    "dome": {"source_mm": 700.0},
}


@pytest.mark.parametrize("noise", [False, True], ids=["exact", "noisy"])
@pytest.mark.parametrize("name", SHAPES)
def test_fields_and_values_are_those_of_a_plain_statement_of_the_steps(name, noise):
    spec = replace(SMALL, poisson=noise, **SHAPES[name])
    image = render_nm_flood(spec)[0]
    blocks = tuple({2.4: 3, 1.6: 4}[pitch] for pitch in spec.spacing_mm)
    a = plain.block_sums(image.pixels.astype(float), *blocks)
    ufov, cfov = plain.fields(a)
    found = located([image])
    first = tuple(m % b // 2 for m, b in zip(spec.matrix, blocks, strict=True))
    shape = len(a), len(a[0])
    assert mask_of(found, "ufov", shape, blocks, first) == ufov
    assert mask_of(found, "cfov", shape, blocks, first) == cfov
    result, s = measured([image]), plain.smoothed(a, ufov)
    for key, mask in (("ufov", ufov), ("cfov", cfov)):
        assert result[f"iu_{key}"].value == pytest.approx(plain.contrast([s[place] for place in mask]))
        x, y = plain.differential(s, mask, (0, 1)), plain.differential(s, mask, (1, 0))
        assert result[f"du_x_{key}"].value == pytest.approx(x)
        assert result[f"du_y_{key}"].value == pytest.approx(y)
        assert result[f"du_{key}"].value == max(result[f"du_x_{key}"].value, result[f"du_y_{key}"].value)
    inside = np.array([a[i][j] for i, j in ufov])
    assert result["mean_counts_per_pixel"].value == pytest.approx(inside.mean())
    assert result["cv_ufov"].value == pytest.approx(100 * inside.std(ddof=1) / inside.mean())
    assert result["total_counts"].value == image.pixels.sum()
    assert result["iu_ufov"].method == f"nema_{blocks[0]}x{blocks[1]}@1"


def test_a_flood_that_fills_the_matrix_keeps_its_outer_ring_where_asked_to():
    image = flood(np.full((40, 60), 10000))
    kept, peeled = (measured([image], edge_of_matrix_is_zero=zero) for zero in (False, True))
    assert (kept["ufov_width"].value, kept["ufov_height"].value) == pytest.approx((60 * 6.4, 40 * 6.4))
    assert (peeled["ufov_width"].value, peeled["ufov_height"].value) == pytest.approx((58 * 6.4, 38 * 6.4))
    assert kept["iu_ufov"].method != peeled["iu_ufov"].method


@pytest.mark.parametrize(("angle", "axis", "other"), [(0.0, "x", "y"), (90.0, "y", "x")])
def test_a_wave_reads_its_amplitude_less_what_adding_and_smoothing_take(angle, axis, other):
    """Adding 10 pixels takes the Dirichlet kernel, smoothing `(1 + cos(2π w / period)) / 2`, w the pixel's width.

    The field spans 85 × 61 pixels of 6.4 mm, eight to a period, so that a
    maximum lies on the middle pixel, a minimum four pixels beside it, and
    neither at the edge, where less is smoothed. Rounding to whole counts of 20 000 adds less
    than 0.003 %.
    """
    amplitude, period, pitch, b = 0.03, 51.2, 0.64, 10
    spec = NmFlood(
        (1010, 1010), (pitch, pitch), (63 * 6.4, 87 * 6.4), mean=20000.0, waves=(Wave(amplitude, period, angle),)
    )
    result = measured(render_nm_flood(without_noise(spec)))
    turn = pi * pitch / period
    left = sin(b * turn) / (b * sin(turn)) * (1 + cos(2 * b * turn)) / 2
    for field in ("ufov", "cfov"):
        assert result[f"iu_{field}"].value == pytest.approx(100 * amplitude * left, abs=EXACT_PERCENT)
        assert result[f"du_{axis}_{field}"].value == pytest.approx(100 * amplitude * left, abs=EXACT_PERCENT)
        assert result[f"du_{other}_{field}"].value == pytest.approx(0.0, abs=EXACT_PERCENT)


@pytest.mark.parametrize(
    ("shape", "mean", "iu", "du"),
    [
        ((60, 80), 10000, (1.40, 0.10), (1.11, 0.09)),
        ((60, 80), 40000, (0.70, 0.05), (0.56, 0.05)),
        ((40, 60), 10000, (1.35, 0.10), (1.07, 0.09)),
        ((40, 60), 40000, (0.68, 0.05), (0.54, 0.05)),
    ],
)
def test_poisson_noise_reads_the_known_floor(shape, mean, iu, du):
    """Mean and SD of 400 simulations: within three standard errors of both, and half a digit of rounding."""
    rng, mask, runs = np.random.default_rng(8), np.ones(shape, bool), 60
    found = []
    for _ in range(runs):
        smooth = smooth_inside(rng.poisson(mean, shape).astype(float), mask)
        worst = max(differential_uniformity(smooth, mask, axis=axis).percent for axis in (0, 1))
        found.append((integral_uniformity(smooth, mask).percent, worst))
    means = np.mean(found, axis=0)
    error = hypot(1 / sqrt(runs), 1 / sqrt(400))
    assert means[0] == pytest.approx(iu[0], abs=3 * iu[1] * error + 0.005)
    assert means[1] == pytest.approx(du[0], abs=3 * du[1] * error + 0.005)
    sigma = smoothed_sd(np.full(shape, float(mean)), mask)
    floor = expected_floor(sigma, mask, float(mean), load_method().noise)
    assert floor == pytest.approx(iu[0], abs=3 * iu[1] / sqrt(400) + 0.005)


STRUCTURES = {
    "uniform": {},
    "wave": {"waves": (Wave(0.03, 240.0),)},
    "cold spot": {"spots": (Spot((40.0, 30.0), 12.0, 0.8),)},
    "tubes": {"waves": (Wave(0.02, 60.0), Wave(0.02, 60.0, 60.0), Wave(0.02, 60.0, 120.0))},
}


@pytest.mark.parametrize("name", STRUCTURES)
def test_the_uncertainty_is_the_scatter_of_repeated_acquisitions(name):
    """Of 60 repetitions the standard deviation is known to 9 %; three times that and 10 % for the model."""
    spec = replace(SMALL, matrix=(200, 220), field_mm=(380.0, 430.0), **STRUCTURES[name])
    keys = ("iu_ufov", "iu_cfov", "du_x_ufov", "du_y_ufov")
    runs = [measured(render_nm_flood(replace(spec, seed=seed))) for seed in range(60)]
    for key in keys:
        scatter = np.std([run[key].value for run in runs], ddof=1)
        told = np.mean([run[key].uncertainty for run in runs])
        assert told == pytest.approx(scatter, rel=3 * 0.09 + 0.1), key


def test_counts_and_rate_carry_the_scatter_of_counting():
    image = render_nm_flood(SMALL)[0]
    result, total = measured([image]), float(image.pixels.sum())
    assert result["count_rate"].value == pytest.approx(total / 3000.0)
    assert result["count_rate"].uncertainty == pytest.approx(sqrt(total) / 3000.0)
    assert result["total_counts"].uncertainty == pytest.approx(sqrt(total))


def test_the_index_of_the_tubes_is_the_root_of_their_variance():
    """Three waves of 3 %, 60 mm: 3 % · √(3/2) = 3.67 %; block sums of 7.2 mm keep 97.6 %, and the window leaks."""
    waves = (Wave(0.03, 60.0), Wave(0.03, 60.0, 60.0), Wave(0.03, 60.0, 120.0))
    patterned, plain_ = (measured(render_nm_flood(replace(SMALL, waves=w)))["pmt_pattern"].value for w in (waves, ()))
    assert patterned == pytest.approx(3.67 * 0.976, rel=0.05)
    assert plain_ < 0.2
    other = measured(render_nm_flood(replace(SMALL, waves=waves)), pmt_pitch_mm=30.0)
    assert other["pmt_pattern"].value < 0.5
    assert other["pmt_pattern"].method != "nema_hann_band_3x3@1"


@pytest.mark.parametrize("choice", ["given", "fit"])
def test_the_dome_of_a_near_source_is_taken_away(choice):
    spec = replace(SMALL, matrix=(255, 255), source_mm=1500.0, mean=20000.0)
    images = render_nm_flood(without_noise(spec))
    bent = measured(images)
    flat = measured(images, dome_correction=choice, source_distance_mm=1500.0 if choice == "given" else 0.0)
    assert bent["centre_edge_difference"].value > 2.0
    assert flat["iu_ufov"].value < 0.05
    assert abs(flat["centre_edge_difference"].value) < 0.05
    assert flat["total_counts"].value == bent["total_counts"].value
    figures = located(images, dome_correction=choice, source_distance_mm=1500.0).figures
    assert figures["source_distance_mm"] == pytest.approx(1500.0, rel=0.01)
    assert "dome_corrected" in {note.code for note in flat.notes}


def test_a_dome_that_is_not_there_is_not_fitted():
    images = render_nm_flood(without_noise(SMALL))
    assert measured(images, dome_correction="fit")["iu_ufov"].value == pytest.approx(0.0, abs=1e-9)


def test_the_stated_field_replaces_the_found_one():
    """A field of 300 × 400 mm on pixels of 7.2 mm, 85 on the matrix: centres up to 150 and 200 mm, less one ring."""
    images = render_nm_flood(SMALL)
    result = measured(images, ufov_height_mm=300.0, ufov_width_mm=400.0)
    assert result["ufov_height"].value == pytest.approx((2 * 20 + 1 - 2) * 7.2)
    assert result["ufov_width"].value == pytest.approx((2 * 27 + 1 - 2) * 7.2)
    assert "_stated" in result["iu_ufov"].method


@pytest.mark.parametrize("shape", ["ellipse", "hexagon", "octagon"])
def test_a_stated_shape_is_filled_by_pixel_centres(shape):
    images = render_nm_flood(without_noise(SMALL))
    found = located(images, ufov_height_mm=300.0, ufov_width_mm=400.0, ufov_shape=shape, ufov_corner_mm=80.0)
    centre, half = 42, (150.0, 200.0)
    inside = set()
    for i, j in plain.places(85, 85):
        y, x = abs(i - centre) * 7.2, abs(j - centre) * 7.2
        keeps = {
            "ellipse": (y / half[0]) ** 2 + (x / half[1]) ** 2 <= 1,
            "octagon": y <= half[0] and x <= half[1] and x + y <= 350.0 - 80.0,
            "hexagon": y <= half[0] and x / half[1] + y / (2 * half[0]) <= 1,
        }
        if keeps[shape]:
            inside.add((i, j))
    a = plain.block_sums(images[0].pixels.astype(float), 3, 3)
    ufov, cfov = plain.fields(a, stated=inside)
    assert mask_of(found, "ufov", (85, 85), (3, 3)) == ufov
    assert mask_of(found, "cfov", (85, 85), (3, 3)) == cfov


def test_extremes_are_drawn_where_they_lie():
    counts = np.full((40, 50), 10000)
    counts[12, 30], counts[25, 20] = 15000, 7600
    result = measured([flood(counts)])
    shapes = {overlay.name: overlay.shape for overlay in result.overlays}
    assert (shapes["ufov_max"].row, shapes["ufov_max"].column) == (12, 30)
    assert (shapes["ufov_min"].row, shapes["ufov_min"].column) == (25, 20)
    window = shapes["du_x_ufov"]
    assert (window.rows, window.columns, window.row) == (1, 5, 12)
    assert abs(window.column - 30) <= 2


def test_an_edited_field_is_measured_as_it_is():
    images = render_nm_flood(SMALL)
    found = located(images)
    smaller = tuple(shape for shape in found.shapes if shape.name == "ufov")
    square = replace(
        smaller[0], shape=replace(smaller[0].shape, points=((59.5, 59.5), (59.5, 191.5), (191.5, 191.5), (191.5, 59.5)))
    )
    edited = replace(found, shapes=(square,), automatic=False)
    result = MODULE.measure(as_series(images), edited, chosen())
    assert (result["ufov_height"].value, result["ufov_width"].value) == pytest.approx((44 * 7.2, 44 * 7.2))
    assert np.isnan(result["iu_cfov"].value)
    assert "field_too_small" in {failure.code for failure in result.failures}


def test_a_localisation_of_other_images_is_refused():
    images = render_nm_flood(SMALL)
    other = render_nm_flood(replace(SMALL, scan=replace(SMALL.scan, text="other")))
    with pytest.raises(AnalysisError) as refused:
        MODULE.measure(as_series(images), located(other), chosen())
    assert refused.value.code == "localisation_does_not_fit"


class TestAsAModule(PhantomModuleChecks):
    module = MODULE

    def sample(self) -> ImageSet:
        return as_series(render_nm_flood(replace(SMALL, heads=2)))


class TestAsAModuleWithALazyHeader(PhantomModuleChecks):
    module = MODULE

    def sample(self) -> ImageSet:
        images = render_nm_flood(replace(SMALL, shape="hexagon"))
        return as_series(replace(image, header={**image.header, "ActualFrameDuration": ""}) for image in images)
