# SPDX-License-Identifier: LGPL-3.0-or-later
"""Slice width plates: the truth is put in and asked for back, on digital phantoms and on real images."""

from dataclasses import replace
from math import isfinite, radians, tan

import numpy as np
import pytest
from scipy import ndimage

from optimage.api import AnalysisError
from optimage.dicom.reader import load_images
from optimage.imaging.masks import filled, largest_component
from optimage.synthetic.mr_plates import (
    PROFILES,
    MrPlates,
    draw_mr_plates,
    mr_plates_truth,
    plates_mask,
    render_mr_plates,
    store_mr_plates,
)
from optimage_phantoms.mr_flood.plate_rules import load_plate_rules
from optimage_phantoms.mr_flood.plates import find_plates
from optimage_phantoms.mr_flood.slice_width import combined_width, measure_plates

RULES = load_plate_rules()
EXACT_ANGLE = RULES._replace(angle=RULES.angle._replace(tolerance_deg=0.0))
ALL_RODS = MrPlates().rods
COIL = (0.15, -0.1, 0.4, 0.3)
NOISE = 20.0  # 2 % of the signal

NOISE_FREE_MM = 0.05  # design: 1 % of 5 mm, less than what an angle known to a quarter of a degree leaves open
NOISY_MM = 0.2  # three times the largest standard deviation (0.06 mm, Gaussian profile) at 2 % noise
ROD_MM = 0.06  # two centres of 3 % of a pixel each, averaged over three pairs: 0.025 px; 2 k at the 1.3 mm pixels below


def measured(spec, rules=RULES):
    image = render_mr_plates(spec)
    return measure_plates(image, find_plates(image, plates_mask(spec), rules), rules)


def check(spec, width_mm=NOISE_FREE_MM):
    values, truth = measured(spec).values, mr_plates_truth(spec)
    assert set(values) == set(truth)
    for key in ("slice_width", "slice_width_top", "slice_width_bottom"):
        assert values[key][0] == pytest.approx(truth[key], abs=width_mm), key
    for key in ("rod_distance_h", "rod_distance_v"):
        assert values[key][0] == pytest.approx(truth[key], abs=ROD_MM), key
    assert all(isfinite(value) and uncertainty > 0 for value, uncertainty in values.values())
    return values, truth


@pytest.mark.parametrize("profile", PROFILES)
@pytest.mark.parametrize("slice_mm", [1.0, 2.0, 3.0, 5.0, 8.0])
def test_the_width_of_thin_and_thick_slices_is_recovered(slice_mm, profile):
    check(MrPlates(slice_mm=slice_mm, profile=profile))


@pytest.mark.parametrize("profile", PROFILES)
@pytest.mark.parametrize("rotation", [-20.0, -7.0, 12.0, 20.0, 45.0, 70.0, 90.0, 180.0, 270.0])
def test_the_phantom_may_be_turned_and_off_centre(rotation, profile):
    check(MrPlates(rotation_deg=rotation, profile=profile, bias=COIL, offset_mm=(12.3, -7.7)))


@pytest.mark.parametrize("profile", PROFILES)
@pytest.mark.parametrize(
    "changes",
    [
        {"mirrored": True, "rotation_deg": 5.0},
        {"spacing_mm": (0.7, 1.3), "matrix": (360, 200), "rotation_deg": 11.0},
        {"spacing_mm": (0.5, 0.5), "matrix": (512, 512), "rotation_deg": 4.0, "bias": COIL},
        {"stretch": (1.03, 0.98), "rotation_deg": 4.0},
        {"bias": (0.3, -0.2, 0.8, 0.6)},
        {"slice_shift_mm": 1.5, "rotation_deg": 2.0},
        {"roll_deg": 1.5},
        {"plate_mm": 2.0},
    ],
    ids=lambda changes: next(iter(changes)),
)
def test_orientation_pixels_scale_coil_and_slice_position_do_not_matter(changes, profile):
    check(MrPlates(profile=profile, **changes))


@pytest.mark.parametrize("profile", PROFILES)
@pytest.mark.parametrize("tilt", [-1.5, 0.7, 1.5])
def test_a_tilt_is_told_and_does_not_reach_the_slice_width(tilt, profile):
    values, truth = check(MrPlates(tilt_deg=tilt, profile=profile))
    # 1 % of one width turns the slice by 0.06 degrees
    assert values["plate_tilt_deg"][0] == pytest.approx(truth["plate_tilt_deg"], abs=0.06)
    assert abs(values["slice_width_top"][0] - values["slice_width_bottom"][0]) > 0.5


@pytest.mark.parametrize("profile", PROFILES)
@pytest.mark.parametrize("zero_filled", [False, True])
def test_noise_leaves_the_width_within_a_fifth_of_a_millimetre(zero_filled, profile):
    spec = MrPlates(sigma=NOISE, zero_filled=zero_filled, profile=profile, bias=COIL, rotation_deg=3.0)
    values, truth = measured(spec).values, mr_plates_truth(spec)
    assert values["slice_width"][0] == pytest.approx(truth["slice_width"], abs=NOISY_MM)


@pytest.mark.parametrize(
    "spec",
    [
        MrPlates(sigma=NOISE, bias=COIL, rotation_deg=3.0, tilt_deg=0.5),
        MrPlates(sigma=NOISE, bias=COIL, rotation_deg=3.0, tilt_deg=0.5, zero_filled=True),
        MrPlates(sigma=2 * NOISE, bias=COIL, profile="gaussian", slice_mm=4.0),
    ],
    ids=["white", "zero_filled", "gaussian"],
)
def test_two_thirds_of_the_widths_lie_within_their_stated_uncertainty(spec):
    signal, mask, truth = draw_mr_plates(spec), plates_mask(spec), mr_plates_truth(spec)
    inside = []
    for seed in range(100):
        image = store_mr_plates(replace(spec, seed=seed), signal)
        values = measure_plates(image, find_plates(image, mask, EXACT_ANGLE), EXACT_ANGLE).values
        inside.append(
            [
                abs(values[key][0] - truth[key]) <= values[key][1]
                for key in ("slice_width", "slice_width_top", "slice_width_bottom", "plate_tilt_deg")
            ]
        )
    # 68 % ± twice the binomial standard deviation of 100 draws, rounded to 10 %
    assert np.mean(inside, axis=0) == pytest.approx(0.68, abs=0.10)


def test_the_angle_of_the_plates_adds_one_and_a_third_percent():
    values = measured(MrPlates()).values
    # d(tan α)/tan α = dα / (sin α cos α); a quarter of a degree, rectangular
    share = radians(0.25) / 3**0.5 / (tan(radians(11.3)) / (1 + tan(radians(11.3)) ** 2))
    assert values["slice_width_top"][1] / values["slice_width_top"][0] == pytest.approx(share, rel=0.02)


@pytest.mark.parametrize("missing", range(9))
def test_a_missing_rod_is_tolerated_and_told(missing):
    rods = ALL_RODS[:missing] + ALL_RODS[missing + 1 :]
    spec = MrPlates(rods=rods, rotation_deg=6.0)
    check(spec)
    assert [note.code for note in measured(spec).notes] == ["rods_missing"]


def test_other_dark_spots_do_not_mislead_the_grid():
    bubbles = ((0.55, 0.2), (-0.8, 0.05), (0.1, -1.25), (1.2, 0.1))  # beside the bands of the profiles
    check(MrPlates(rods=(*ALL_RODS, *bubbles), rotation_deg=-9.0))


@pytest.mark.parametrize("rotation", [0.0, 90.0])
@pytest.mark.parametrize("shift_mm", [-2.0, 2.0])
def test_faint_shadows_off_the_middle_tell_the_direction_of_the_plates(shift_mm, rotation):
    bias = (0.6, 0.2, -0.2, 0.1)
    spec = MrPlates(slice_mm=8.0, profile="gaussian", plate_mm=1.0, slice_shift_mm=shift_mm, bias=bias, sigma=NOISE)
    spec = replace(spec, rotation_deg=rotation)
    found = find_plates(render_mr_plates(spec), plates_mask(spec), RULES)
    assert found.grid.rotation_deg == pytest.approx(rotation, abs=1.0)  # across them it is 90 degrees off


def test_without_tilt_the_combination_is_the_geometric_mean():
    slope = tan(radians(11.3))
    assert combined_width(25.0, 25.0, 11.3) == pytest.approx((25.0 * slope, 0.0))
    width, tilt = combined_width(24.9, 25.1, 11.3)
    assert width == pytest.approx((24.9 * 25.1) ** 0.5 * slope, rel=1e-4)  # second order: (0.1 / 25)²
    assert tilt > 0


@pytest.mark.parametrize("angle", [5.0, 11.3, 14.0])
@pytest.mark.parametrize("tilt", [-3.0, 0.4, 2.0])
def test_the_combination_undoes_the_tilt_exactly(angle, tilt):
    top, bottom = (5.0 / tan(radians(angle + side * tilt)) for side in (1, -1))
    assert combined_width(top, bottom, angle) == pytest.approx((5.0, tilt))


def test_a_plain_flood_has_no_plates():
    for spec in (MrPlates(rods=(), plate_mm=0.0), MrPlates(rods=(), plate_mm=0.0, sigma=100.0, bias=COIL)):
        image = render_mr_plates(spec)
        assert find_plates(image, plates_mask(spec), RULES) is None
        with pytest.raises(AnalysisError) as refused:
            measure_plates(image, None, RULES)
        assert refused.value.code == "no_plates"


def test_an_empty_mask_has_no_plates():
    image = render_mr_plates(MrPlates())
    assert find_plates(image, np.zeros(image.shape, bool), RULES) is None


@pytest.mark.parametrize(
    ("code", "changes"),
    [
        ("wedge_not_visible", {"plate_mm": 0.0}),
        ("wedge_not_visible", {"plate_mm": 0.0, "sigma": NOISE}),
        ("profile_cut_off", {"slice_shift_mm": 7.0}),
        ("profile_cut_off", {"slice_shift_mm": 7.0, "sigma": NOISE}),
        ("width_uncertain", {"profile": "gaussian", "slice_mm": 8.0, "sigma": NOISE}),
        ("wedges_differ", {"tilt_deg": 5.0, "slice_mm": 3.0}),
    ],
)
def test_what_cannot_be_measured_is_refused_with_its_reason(code, changes):
    with pytest.raises(AnalysisError) as refused:
        measured(MrPlates(**changes))
    assert refused.value.code == code
    assert str(refused.value)
    assert str(refused.value.advice)


@pytest.mark.parametrize("profile", PROFILES)
@pytest.mark.parametrize("shift_mm", [-8.0, -6.0, 5.5, 6.0, 7.0])
def test_shadows_that_look_alike_along_and_across_are_refused(shift_mm, profile):
    # they lie as far off the middle as the plates, whose height of 29 mm would read as a slice of 5.8 mm
    with pytest.raises(AnalysisError) as refused:
        measured(MrPlates(slice_shift_mm=shift_mm, profile=profile, rotation_deg=2.0, bias=COIL, sigma=5.0))
    assert refused.value.code in {"profile_cut_off", "wedge_not_visible"}


def test_regions_and_curves_show_what_was_measured():
    found = measured(MrPlates(rotation_deg=5.0))
    names = [overlay.name for overlay in found.overlays]
    assert (names.count("rod"), names.count("wedge_top"), names.count("half_maximum_bottom")) == (9, 1, 2)
    assert {key for overlay in found.overlays for key in overlay.keys} == set(found.values)
    signal, fit = (
        next(curve for curve in found.curves if curve.name == name) for name in ("wedge_top", "wedge_top_fit")
    )
    assert signal.x == fit.x
    assert np.abs(np.array(signal.y) - fit.y).max() < 0.02 * max(signal.y)


# Real images: another program in MATLAB reads a slice width of 5.48 mm in the first image, and these rod distances.
MATLAB_MM = 5.48
MATLAB_RODS_MM = (119.50, 120.11)
# Hazen, whose own reading of the second image (4.97 mm) is that of a search that ends before the least squares do
HAZEN_RODS_MM = (120.88, 119.42)
IMAGES = ("ANNUALQA.MR.HEAD_GENERAL.tra.slice_width.IMA", "512_matrix")


def phantom_mask(image):
    values = ndimage.median_filter(np.nan_to_num(image.values()), 3)
    ground = np.median(values[:10])
    return filled(largest_component(values > ground + 0.1 * (np.percentile(values, 98) - ground)))


def loaded(test_data, name):
    return load_images(test_data / "mr" / "slice_width" / name)[0]


@pytest.mark.real_images
def test_a_real_image_reads_what_another_program_reads(test_data):
    image = loaded(test_data, IMAGES[0])
    values = measure_plates(image, find_plates(image, phantom_mask(image), RULES), RULES).values
    assert values["slice_width"][0] == pytest.approx(MATLAB_MM, abs=0.15)


@pytest.mark.real_images
@pytest.mark.parametrize(("name", "expected"), [(IMAGES[0], MATLAB_RODS_MM), (IMAGES[1], HAZEN_RODS_MM)])
def test_real_rods_lie_where_another_program_finds_them(test_data, name, expected):
    image = loaded(test_data, name)
    values = measure_plates(image, find_plates(image, phantom_mask(image), RULES), RULES).values
    found = values["rod_distance_h"][0], values["rod_distance_v"][0]
    assert found == pytest.approx(expected, abs=0.15)  # both centres of a pair known to a tenth of a pixel of 1 mm


@pytest.mark.real_images
@pytest.mark.parametrize("name", IMAGES)
def test_real_widths_are_those_at_half_the_depth_below_a_surface_through_the_flood(test_data, name):
    image = loaded(test_data, name)
    mask = phantom_mask(image)
    plates = find_plates(image, mask, RULES)
    values = measure_plates(image, plates, RULES).values
    slope = tan(radians(11.3))
    for key, across in (("slice_width_top", -30.0), ("slice_width_bottom", 30.0)):
        width = half_depth_width(image, mask, plates.grid, across) * slope
        assert values[key][0] == pytest.approx(width, abs=0.1)  # half a millimetre along the plate: a pixel or less


def half_depth_width(image, mask, grid, across_mm):
    """Return the width of the shadow at half its depth, in nominal mm; no model but a surface under the flood."""
    dy, dx = image.spacing_mm
    y, x = np.meshgrid(np.arange(image.shape[0]) * dy, np.arange(image.shape[1]) * dx, indexing="ij")
    back = np.linalg.inv(np.array([grid.along, grid.across]).T)
    along, across = np.tensordot(back, np.stack([x - grid.centre_mm[0], y - grid.centre_mm[1]]), 1)
    rods = [np.hypot(along - 60 * i, across - 60 * j) < 8 for i, j in ALL_RODS]
    plates = (np.abs(np.abs(across) - 30) < 18) & (np.abs(along) < 26)
    flood = mask & (np.hypot(along, across) < 86) & ~plates & ~np.any(rods, axis=0)
    terms = np.polynomial.legendre.legvander2d(along / 90, across / 90, [8, 8]).reshape(*image.shape, -1)
    terms = terms[..., [i + j <= 8 for i in range(9) for j in range(9)]]
    values = image.values()
    share = values / (terms @ np.linalg.lstsq(terms[flood], values[flood], rcond=None)[0])
    places = np.arange(-50.0, 50.0, 0.5)
    band = np.abs(across - across_mm) < 10
    profile = np.array([np.mean(share[band & (np.abs(along - place) < 1.0)]) for place in places])
    centre = np.average(places, weights=np.clip(1 - profile, 0, None) * (profile < 0.9))
    level = (1.0 + np.median(profile[np.abs(places - centre) < 6])) / 2
    below = np.flatnonzero(profile < level)
    first, last = below[0], below[-1]
    left = np.interp(level, [profile[first], profile[first - 1]], [places[first], places[first - 1]])
    right = np.interp(level, [profile[last], profile[last + 1]], [places[last], places[last + 1]])
    return right - left


@pytest.mark.real_images
def test_no_slice_of_an_acr_phantom_and_no_real_flood_has_plates(test_data):
    folders = [path for path in sorted((test_data / "mr").iterdir()) if path.name != "slice_width"]
    seen = 0
    for path in (path for folder in folders for path in sorted(folder.iterdir())):
        for image in load_images(path):
            seen += 1
            assert find_plates(image, phantom_mask(image), RULES) is None, path
    assert seen > 33
