# SPDX-License-Identifier: LGPL-3.0-or-later
"""The digital CATPHAN holds what its layout says, where its placement says."""

from dataclasses import replace
from math import pi, radians, tan

import numpy as np
import pytest
from scipy.interpolate import CubicSpline

from optimage.dicom.writer import write_image
from optimage.synthetic.catphan import Catphan, draw_catphan, evenly, render_catphan, with_noise
from optimage.synthetic.catphan_layout import Bead, Block, Cylinder, Layout, Wire
from optimage.synthetic.catphan_truth import (
    bar_blur_mm,
    catphan_truth,
    falls_to,
    group_modulation,
    mtf,
    noise_power,
    square_wave_response,
)
from optimage.synthetic.placement import Placement
from optimage.synthetic.rendering import Storage
from optimage_phantoms.catphan.models import load_family
from optimage_phantoms.catphan.pose import Pose
from tests.phantoms.catphan.digital import layout
from tests.phantoms.conftest import read_folder

BLOCKS = (Block("sensitometry", (-12.5, 12.5), 100.0), Block("uniformity", (12.5, 50.0), 0.0))
EMPTY = Catphan(Layout("empty", BLOCKS), matrix=(256, 240), spacing_mm=(1.0, 0.9), blur_mm=0.5)
TURNED = Placement(3.0, -1, True, 12.0, (1.0, -2.0), (7.0, -4.0), 1.01)


def with_(spec: Catphan, **parts) -> Catphan:
    return replace(spec, layout=replace(spec.layout, **parts))


def mass_and_centre(values, spec):
    """Return the integral of `values` over the image in HU mm², and the centre of gravity in mm (x, y)."""
    grid = spec.grid
    total = values.sum()
    centre = (values * grid.x_mm).sum() / total, (values * grid.y_mm).sum() / total
    return total * spec.spacing_mm[0] * spec.spacing_mm[1], centre


@pytest.mark.parametrize("blur", [0.0, 0.1, 0.5])
@pytest.mark.parametrize("place", [Placement(), TURNED])
def test_a_cylinder_has_its_area_and_its_place(place, blur):
    """Sub-steps of 1/8 pixel are shaded: the area errs below 1e-3, the centre below 1/100 of a pixel."""
    rod = Cylinder("rod", "rod", (20.0, -11.0), 6.0, (-12.5, 12.5), 300.0, 200.0)
    spec = replace(EMPTY, place=place, blur_mm=blur)
    position = 4.0
    difference = draw_catphan(with_(spec, cylinders=(rod,)), position) - draw_catphan(spec, position)
    area, centre = mass_and_centre(difference, spec)
    section = place.at(position)
    assert area == pytest.approx(
        200.0 * pi * 9.0 * place.scale**2 / np.prod(np.cos(np.radians(place.tilt_deg))), rel=1e-3
    )
    assert centre == pytest.approx(section.to_image(20.0, -11.0), abs=0.01)


def test_the_placement_is_that_of_the_pose_of_the_module():
    """Both know roll, mirroring, direction, shift and scale; a tilt of 1° changes lengths by 1.5e-4."""
    spec = replace(EMPTY, place=replace(TURNED, tilt_deg=(0.0, 0.0)), positions_mm=(8.0,))
    image = render_catphan(spec)[0]
    row, column = 127.5 - 4.0, 119.5 + 7.0 / 0.9
    view = Pose(3.0, -1, 12.0, True, row, column, scale=1.01).on(image)
    section = spec.place.at(8.0)
    for x, y in ((0.0, 0.0), (30.0, 0.0), (0.0, 40.0), (-20.0, 10.0)):
        right, down = section.to_image(x, y)
        assert view.point(x, y) == pytest.approx((127.5 + down, 119.5 + right / 0.9))
        assert section.to_phantom(np.array(right), np.array(down)) == pytest.approx((x, y))
    assert section.z_mm == view.z_mm == -5.0


def test_a_tilted_axis_leans_by_its_angle():
    place = Placement(tilt_deg=(2.0, 0.0), direction=-1)
    for position in (0.0, 50.0):
        x, y = place.at(position).to_image(0.0, 0.0)
        assert (x, y) == pytest.approx((position * tan(radians(2.0)), 0.0))
        assert place.at(position).height_mm(np.array(x), np.array(y)) == pytest.approx(-position / np.cos(radians(2)))


@pytest.mark.parametrize("profile", ["rectangular", "gaussian"])
@pytest.mark.parametrize("thickness", [1.0, 5.0])
def test_the_end_of_a_block_is_shared_by_what_the_slice_sees_of_it(profile, thickness):
    """Halfway at the boundary, and 5 mm about it nothing is left."""
    spec = replace(EMPTY, thickness_mm=thickness, profile=profile)
    at = [draw_catphan(spec, z)[128, 120] for z in (12.5, 12.5 - 1.3 * thickness, 12.5 + 1.3 * thickness)]
    assert at == pytest.approx([50.0, 100.0, 0.0], abs=0.2)
    quarter = draw_catphan(spec, 12.5 + thickness / 4)[128, 120]
    assert quarter == pytest.approx(25.0 if profile == "rectangular" else 27.8, abs=0.1)


@pytest.mark.parametrize("profile", ["rectangular", "gaussian"])
@pytest.mark.parametrize("place", [Placement(), Placement(direction=-1, mirrored=True, roll_deg=33.0)])
def test_the_hump_of_a_wire_is_the_slice_over_the_tangent_long_and_moves_with_z(place, profile):
    """Its integral is the wire's strength over the tangent, its centre z over the tangent along the wire."""
    climb = -23.0
    wire = Wire(0.0, 39.0, climb, (-12.5, 12.5), 1000.0, 0.3)
    spec = replace(EMPTY, place=place, thickness_mm=2.0, profile=profile, spacing_mm=(0.5, 0.5))
    position = 3.0
    values = draw_catphan(with_(spec, wires=(wire,)), position) - draw_catphan(spec, position)
    mass, centre = mass_and_centre(values, spec)
    assert mass == pytest.approx(1000.0 / tan(radians(23.0)), rel=1e-3)
    z = place.direction * position
    assert centre == pytest.approx(place.at(position).to_image(39.0, z / tan(radians(climb))), abs=0.01)
    if not place.roll_deg:
        along = values.sum(axis=1)
        grid = spec.grid.y_mm[:, 0]
        variance = (along * (grid - centre[1]) ** 2).sum() / along.sum()
        slice_variance = 2.0**2 / 12 if profile == "rectangular" else (2.0 / 2.35482) ** 2
        expected = slice_variance / tan(radians(23.0)) ** 2 + 0.5**2 + 0.5**2 / 12
        assert variance == pytest.approx(expected, rel=3e-3)


def test_a_bead_has_its_volume_and_width():
    bead = Bead((0.0, -20.0), 5.0, 0.28, 1e5)
    spec = replace(EMPTY, thickness_mm=1.0, spacing_mm=(0.5, 0.5))
    values = draw_catphan(with_(spec, beads=(bead,)), 5.0) - draw_catphan(spec, 5.0)
    mass, centre = mass_and_centre(values, spec)
    assert mass == pytest.approx(1e5 * pi / 6 * 0.28**3, rel=1e-3)
    assert centre == pytest.approx((0.0, -20.0), abs=1e-6)
    across = values.sum(axis=0)
    variance = (across * spec.grid.x_mm[0] ** 2).sum() / across.sum()
    assert variance == pytest.approx(0.5**2 + 0.28**2 / 20 + 0.5**2 / 12, rel=1e-3)


@pytest.mark.parametrize("group", [1, 3, 8])
def test_the_bars_are_modulated_as_the_truth_says(group):
    """Along the line across a horizontal group on fine pixels the extremes are those of the blurred profile."""
    spec = Catphan(layout("504", bars_mm=5.0), spacing_mm=(0.1, 0.1), matrix=(12, 240), blur_mm=0.3)
    bars = spec.layout.bars[group - 1]
    turned = replace(bars, angle_deg=90.0)
    spec = replace(with_(spec, bars=(turned,)), place=Placement(offset_mm=(0.0, -47.0)))
    line = draw_catphan(spec, -30.0)[5] - 95.0
    places = np.array(turned.bar_centres_mm())
    x = np.linspace(-11.0, 11.0, 4401)
    line = CubicSpline(spec.grid.x_mm[0], line)(x)
    peaks = [line[np.abs(x - at) < bars.bar_mm / 2].max() for at in places]
    valleys = [line[np.abs(x - at) < bars.bar_mm / 2].min() for at in places[:-1] + bars.bar_mm]
    found = (np.mean(peaks) - np.mean(valleys)) / (np.mean(peaks) + np.mean(valleys))
    assert found == pytest.approx(group_modulation(bars, bar_blur_mm(spec)), abs=2e-3)


def test_many_bars_answer_like_a_square_wave():
    """From 7 bars on the middle of a group knows nothing of its ends; 4/π of the sine above a third of the cut-off."""
    bars = replace(layout("504").bars[4], bars=41)
    assert group_modulation(bars, 0.4) == pytest.approx(square_wave_response(5, 0.4), abs=0.01)
    assert square_wave_response(8, 0.4) == pytest.approx(4 / pi * np.exp(-2 * (pi * 0.4 * 0.8) ** 2), rel=1e-5)
    assert square_wave_response(1, 0.0) == pytest.approx(1.0, abs=2e-3)


def test_the_truth_of_the_blur_is_the_published_one():
    """Gaussian 0.4 mm with pixels of 0.5 mm: 0.44025 and 0.80046 per mm."""
    truth = catphan_truth(Catphan(layout("504"), blur_mm=0.4))
    assert truth["mtf50_bead"] == pytest.approx(0.44025, abs=1e-5)
    assert truth["mtf10_bead"] == pytest.approx(0.80046, abs=1e-5)
    assert truth["hu_delrin"] == 365.0
    assert truth["contrast_rod_15mm_0.3"] == pytest.approx(3.0)
    assert mtf(Catphan(layout("504")), 0.0) == 1.0


def test_a_curve_falls_to_a_level_between_its_places():
    assert falls_to((0.1, 0.2, 0.3), (1.0, 0.8, 0.3), 0.55) == pytest.approx(0.25)
    assert falls_to((0.1, 0.2), (1.0, 0.8), 0.5) is None


@pytest.mark.parametrize("model", load_family())
def test_every_model_is_drawn_whole_in_both_directions(model):
    spec = Catphan(layout(model), matrix=(128, 128), spacing_mm=(1.8, 1.8), thickness_mm=5.0)
    for direction in (1, -1):
        images = render_catphan(replace(spec, place=Placement(direction=direction)))
        profile = np.array([image.values()[64, 64] for image in images])
        inside = profile > -500.0
        length = spec.layout.z_mm[1] - spec.layout.z_mm[0]
        assert inside.sum() * 5.0 == pytest.approx(length, abs=5.0)
        assert not inside[0]
        assert len({image.uid for image in images}) == len(images)


@pytest.mark.parametrize("model", load_family())
def test_every_model_has_a_finite_truth(model):
    """Where there are bars, blur of 0.4 mm and pixels of 0.5 mm halve their modulation between 5 and 6 per cm."""
    truth = catphan_truth(Catphan(layout(model), noise_hu=5.0, texture="ramp"))
    assert np.isfinite(list(truth.values())).all()
    assert truth["increment"] == pytest.approx(2.5)
    assert truth["nps_peak_f"] == pytest.approx(0.45 / np.sqrt(2), abs=0.5 / 0.5 / 400)
    assert ("mtf50" in truth) == (model != "700")
    if model != "700":
        assert 0.5 < truth["mtf50"] < 0.6


def test_slices_may_lie_anywhere_and_headers_may_lack_anything():
    spec = Catphan(
        layout("504"),
        matrix=(64, 64),
        spacing_mm=(4.0, 4.0),
        positions_mm=(0.0, 2.0, 7.0),
        patient_position="FFS",
        missing=("PixelSpacing", "KVP"),
        header=(("CTDIvol", 12.5),),
        storage=Storage(bits=12, signed=False, slope=2.0),
    )
    images = render_catphan(spec)
    assert [image.slice_position_mm for image in images] == [0.0, 2.0, 7.0]
    assert images[0].spacing_mm is None
    assert "KVP" not in images[0].header
    assert images[0].header["PatientPosition"] == "FFS"
    assert images[0].header["CTDIvol"] == 12.5
    assert images[0].header["SliceThickness"] == 2.5
    assert evenly(-1.0, 1.0, 0.5) == (-1.0, -0.5, 0.0, 0.5, 1.0)


def test_a_slice_does_not_depend_on_its_fellows():
    spec = Catphan(layout("504"), matrix=(64, 64), spacing_mm=(4.0, 4.0), noise_hu=5.0, positions_mm=(0.0, 30.0))
    first, second = render_catphan(spec), render_catphan(spec)
    assert np.array_equal(first[1].pixels, second[1].pixels)
    assert np.array_equal(render_catphan(replace(spec, positions_mm=(0.0,)))[0].pixels, first[0].pixels)


def test_cupping_bends_the_uniformity_module_alone():
    spec = replace(EMPTY, cupping_hu=20.0, matrix=(256, 256), spacing_mm=(1.0, 1.0))
    values = draw_catphan(spec, 30.0)
    assert values[128, 128] == pytest.approx(0.0, abs=0.01)
    assert values[128, 128 + 53] == pytest.approx(20.0 * (53.5 / 75.0) ** 2, abs=0.05)
    assert draw_catphan(spec, 0.0)[128, 128 + 53] == pytest.approx(100.0)


@pytest.mark.parametrize("texture", ["white", "ramp", "soft"])
def test_the_noise_has_the_power_that_the_truth_says(texture):
    """Rings of more than 2000 samples over 8 images: 5 standard errors are 4 %."""
    spec = replace(EMPTY, matrix=(128, 128), spacing_mm=(0.8, 0.8), noise_hu=10.0, texture=texture)
    still = np.zeros(spec.matrix)
    fine = replace(spec, storage=Storage(slope=0.01, intercept=0.0))
    images = [with_noise([still], fine, seed)[0].values() for seed in range(8)]
    power = np.mean([np.abs(np.fft.fft2(one)) ** 2 for one in images], axis=0) * 0.64 / 128**2
    f = np.hypot(*np.meshgrid(np.fft.fftfreq(128, 0.8), np.fft.fftfreq(128, 0.8)))
    for low in (0.2, 0.35, 0.5):
        ring = (f >= low) & (f < low + 0.05)
        assert power[ring].mean() == pytest.approx(noise_power(spec, f[ring]).mean(), rel=0.04)


def test_a_field_of_view_cut_to_a_circle_is_padded_outside():
    spec = Catphan(layout("504"), matrix=(64, 64), spacing_mm=(2.0, 2.0), positions_mm=(0.0,), padding_circle=True)
    image = render_catphan(spec)[0]
    assert np.isnan(image.values()[0, 0])
    assert np.isfinite(image.values()[32, 1])
    assert image.header["PixelPaddingValue"] == -2000


def test_a_slice_goes_through_a_dicom_file_unchanged(tmp_path):
    spec = Catphan(layout("504"), matrix=(64, 80), spacing_mm=(4.0, 3.0), positions_mm=(-3.5,), noise_hu=5.0)
    image = render_catphan(spec)[0]
    path = tmp_path / "slice.dcm"
    path.write_bytes(write_image(image))
    (read,) = read_folder(tmp_path)
    assert np.array_equal(read.values(), image.values())
    assert read.slice_position_mm == -3.5
    assert read.spacing_mm == (4.0, 3.0)
    assert read.header["PatientPosition"] == "HFS"


@pytest.mark.parametrize("blur", [0.0, 0.4])
def test_the_housing_has_its_area(blur):
    """The shaded outline errs by less than a thousandth of the radius."""
    spec = replace(EMPTY, blur_mm=blur, place=Placement(offset_mm=(1.3, -0.6), scale=1.02))
    housing = replace(spec, layout=replace(EMPTY.layout, block_radius_mm=0.0, housing_hu=0.0))
    area = (draw_catphan(housing, 0.0) + 1000.0).sum() * 0.9 / 1000.0
    assert area == pytest.approx(pi * 102.0**2, rel=1e-3)


def test_a_table_and_a_mount_are_drawn_where_they_are():
    spec = replace(EMPTY, table_mm=105.0, mount_mm=10.0)
    assert draw_catphan(spec, -17.0)[128, 120] == pytest.approx(8000.0)
    assert draw_catphan(spec, -40.0)[128, 120] == -1000.0
    assert draw_catphan(spec, -40.0)[128 + 107, 120] == pytest.approx(-300.0)
