# SPDX-License-Identifier: LGPL-3.0-or-later
"""The digital MR bottle has the outline, coil field, ghost and extras that it says."""

from dataclasses import replace

import numpy as np
import pytest

from optimage.synthetic.mr_drawing import draw_mr_flood, draw_object, top_mm
from optimage.synthetic.mr_flood import MrFlood, render_mr_flood, without_noise
from optimage.synthetic.mr_header import MrScan
from optimage.synthetic.mr_inserts import bars, bubble, head, ring, second_bottle
from optimage.synthetic.mr_truth import ROI_SCALE, field_extremes, mr_diameter_mm, mr_flood_truth, mr_psg
from optimage.synthetic.rendering import Grid, Storage

SMALL = MrFlood(matrix=(160, 200), spacing_mm=(1.2, 0.9), size_mm=(120.0, 120.0), sigma=0.0)
BOTTLE = replace(SMALL, shape="rectangle", size_mm=(90.0, 130.0))


def area_mm2(spec):
    return draw_object(spec).sum() / spec.signal * np.prod(spec.acquired_spacing_mm)


def moments(spec):
    """Return the centroid, right and down in mm, of the drawn signal."""
    grid, image = Grid(spec.matrix, spec.spacing_mm), draw_object(spec)
    return (image * grid.x_mm).sum() / image.sum(), (image * grid.y_mm).sum() / image.sum()


@pytest.mark.parametrize(
    ("spec", "area"),
    [
        (SMALL, np.pi * 3600),
        (replace(SMALL, offset_mm=(0.3, -0.7)), np.pi * 3600),
        (replace(SMALL, shape="ellipse", size_mm=(120.0, 80.0), rotation_deg=31.0), np.pi * 2400),
        (BOTTLE, 90 * 130),
        (replace(BOTTLE, corner_mm=20.0, rotation_deg=2.3), 90 * 130 - (4 - np.pi) * 400),
        (replace(SMALL, stretch=(1.02, 0.97)), np.pi * 3600 * 1.02 * 0.97),
        (replace(SMALL, inserts=(bubble((10.0, 5.0), 20.0),)), np.pi * (3600 - 100)),
    ],
)
def test_the_outline_has_its_area(spec, area):
    """A straight edge is known to 1/178 of a pixel: both sides of 75 rows by 0.011 of 1.2 mm, 0.015 %; twice that."""
    assert area_mm2(spec) == pytest.approx(area, rel=3e-4)


def test_the_offset_goes_right_and_down():
    assert moments(replace(SMALL, offset_mm=(7.3, -4.6))) == pytest.approx((7.3, -4.6), abs=0.01)


def test_rotation_is_clockwise_on_the_screen():
    """The right end of a wide bottle moves down."""
    spec = replace(BOTTLE, size_mm=(140.0, 40.0), rotation_deg=20.0)
    image, grid = draw_object(spec), Grid(spec.matrix, spec.spacing_mm)
    assert (image * grid.x_mm * grid.y_mm).sum() > 0


@pytest.mark.parametrize(
    "spec",
    [
        replace(SMALL, stretch=(1.02, 0.98)),
        replace(SMALL, shape="ellipse", size_mm=(130.0, 90.0), rotation_deg=20.0, stretch=(0.97, 1.03)),
        replace(BOTTLE, corner_mm=15.0, rotation_deg=10.0),
    ],
)
@pytest.mark.parametrize("angle", [0.0, 37.0, 90.0, 145.0])
def test_a_diameter_is_where_the_drawing_halves(spec, angle):
    """Along a ray just within the radius all is signal, just without nothing; half a pixel's diagonal either way."""
    image, grid = draw_object(spec) / spec.signal, Grid(spec.matrix, spec.spacing_mm)
    radius, reach = mr_diameter_mm(spec, angle) / 2, np.hypot(*spec.spacing_mm)
    for distance, value in ((radius - reach, 1.0), (radius + reach, 0.0)):
        x, y = distance * np.cos(np.deg2rad(angle)), distance * np.sin(np.deg2rad(angle))
        column, row = np.abs(grid.x_mm[0] - x).argmin(), np.abs(grid.y_mm[:, 0] - y).argmin()
        assert image[row, column] == pytest.approx(value)


def test_diameters_of_a_stretched_disc_are_its_factors():
    truth = mr_flood_truth(replace(SMALL, stretch=(1.02, 0.98)))
    assert (truth["diameter_h"], truth["diameter_v"]) == pytest.approx((122.4, 117.6))
    assert truth["aspect"] == pytest.approx(1.02 / 0.98)


@pytest.mark.parametrize("shape", ["disc", "rectangle"])
@pytest.mark.parametrize("bias", [(0.1, 0.0, 0.0, 0.0), (0.05, 0.03, 0.0, -0.2), (0.1, -0.1, 0.2, 0.3)])
def test_the_truth_of_the_coil_field_is_that_of_the_drawing(shape, bias):
    """Extremes between pixel centres: one pixel is 1/60 of half the phantom, times the steepest slope, below 0.9."""
    spec = replace(SMALL, shape=shape, bias=bias, stretch=(1.0, 1.0))
    grid, image, truth = Grid(spec.matrix, spec.spacing_mm), draw_mr_flood(spec), mr_flood_truth(spec)
    x, y = grid.x_mm / 60.0, grid.y_mm / 60.0
    far = np.hypot(x, y) if shape == "disc" else np.maximum(np.abs(x), np.abs(y))
    roi = image[far <= ROI_SCALE]
    low, high = field_extremes(spec)
    assert (roi.min(), roi.max()) == pytest.approx((1000 * low, 1000 * high), abs=1000 * 0.9 * 1.2 / 60)
    assert low * 1000 <= roi.min() + 1e-6
    assert high * 1000 >= roi.max() - 1e-6
    assert roi.mean() == pytest.approx(truth["signal"], rel=2e-3)
    assert truth["piu"] == pytest.approx(100 * 2 * low / (high + low))


def test_extremes_of_a_linear_field_lie_on_the_border_of_the_region():
    low, high = field_extremes(replace(SMALL, bias=(0.3, 0.4, 0.0, 0.0)))
    assert (low, high) == pytest.approx((1 - 0.5 * ROI_SCALE, 1 + 0.5 * ROI_SCALE), abs=1e-8)


def test_the_snr_is_the_mean_over_sigma():
    assert mr_flood_truth(replace(SMALL, sigma=20.0))["snr"] == pytest.approx(50.0)
    assert mr_flood_truth(SMALL)["snr"] == float("inf")


@pytest.mark.parametrize(("direction", "row", "column"), [("COL", 3, 100), ("ROW", 80, 3)])
def test_a_ghost_lies_half_a_field_away_along_the_phase(direction, row, column):
    spec = replace(SMALL, ghost=0.03, scan=MrScan(phase_direction=direction))
    image = draw_mr_flood(spec)
    assert image[row, column] == pytest.approx(30.0)
    assert image[column * 80 // 100, row] == pytest.approx(0.0)
    assert image.sum() == pytest.approx(1.03 * draw_object(spec).sum())


@pytest.mark.parametrize("direction", ["COL", "ROW"])
def test_the_percent_signal_ghosting_is_the_ghost(direction):
    """No overlap: the signal is 1000 within 15 mm, the ghost fills either pair of regions."""
    spec = replace(SMALL, size_mm=(80.0, 80.0), ghost=0.04, scan=MrScan(phase_direction=direction))
    grid = Grid(spec.matrix, spec.spacing_mm)
    places = ((0.0, 0.0), (0.0, -85.0), (0.0, 85.0), (-80.0, 0.0), (80.0, 0.0))
    assert mr_psg(spec, *(grid.distance_mm(at) <= 8.0 for at in places)) == pytest.approx(4.0)


@pytest.mark.parametrize("spec", [BOTTLE, replace(SMALL, rotation_deg=15.0)])
def test_air_gathers_at_the_top_of_the_image(spec):
    """The layer is 10 mm of 1.2 mm rows; one row either way is mixed."""
    spec = replace(spec, air_mm=10.0, offset_mm=(0.0, 3.0))
    rows = np.flatnonzero(draw_object(spec)[:, 100])
    first = Grid(spec.matrix, spec.spacing_mm).y_mm[rows[0], 0]
    assert first == pytest.approx(top_mm(spec) + 10.0, abs=1.2)


def test_drift_changes_gain_and_place_from_repeat_to_repeat():
    spec = replace(SMALL, drift_percent=2.0, drift_px=(0.3, -0.7))
    grid = Grid(spec.matrix, spec.spacing_mm)
    images = [image.values() for image in render_mr_flood(spec, 3)]
    assert [image[80, 100] for image in images] == [1000.0, 1020.0, 1040.0]
    centres = [((image * grid.x_mm).sum() / image.sum(), (image * grid.y_mm).sum() / image.sum()) for image in images]
    assert centres[2] == pytest.approx((2 * 0.3 * 0.9, -2 * 0.7 * 1.2), abs=0.01)


@pytest.mark.parametrize(
    "inserts", [ring(100.0, 6.0), bars(120.0), head((120.0, 120.0)), (second_bottle((70.0, 0.0), 20.0),)]
)
def test_inserts_change_the_drawing(inserts):
    assert not np.allclose(draw_mr_flood(replace(SMALL, inserts=inserts)), draw_mr_flood(SMALL))


def test_a_ring_leaves_the_liquid_within_it():
    image = draw_mr_flood(replace(SMALL, inserts=ring(100.0, 6.0)))
    assert image[80, 100] == 1000.0
    assert image[80, 100 + round(47 / 0.9)] == 0.0


@pytest.mark.parametrize(
    "storage", [Storage(1.0, 0.0, 12, signed=False), Storage(0.5, -100.0, 16, signed=False), Storage(2.0, 0.0)]
)
def test_stored_integers_read_back_to_half_a_step(storage):
    spec = replace(SMALL, bias=(0.1, 0.2, 0.0, 0.0), storage=storage)
    image = render_mr_flood(spec)[0]
    assert np.abs(image.values() - draw_mr_flood(spec)).max() <= storage.slope / 2 + 1e-9
    assert image.header["BitsStored"] == storage.bits
    assert image.pixels.dtype == ("int16" if storage.signed else "uint16")


def test_without_noise_only_noise_is_missing():
    assert without_noise(MrFlood(ghost=0.1)) == MrFlood(ghost=0.1, sigma=0.0)


@pytest.mark.parametrize(
    "wrong",
    [
        {"shape": "star"},
        {"size_mm": (100.0, 120.0)},
        {"shape": "rectangle", "corner_mm": 120.0},
        {"real": True, "channels": 4},
        {"channels": 0},
        {"zero_filled": True, "matrix": (255, 256)},
    ],
)
def test_a_phantom_that_contradicts_itself_is_refused(wrong):
    with pytest.raises(ValueError, match=r"no |corners"):
        MrFlood(**wrong)
