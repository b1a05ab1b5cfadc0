# SPDX-License-Identifier: LGPL-3.0-or-later
"""NM level A says why it cannot measure, and measures what is left."""

from dataclasses import replace
from math import isfinite, isnan

import numpy as np
import pytest
from scipy import ndimage

from optimage.api import AnalysisError, Image
from optimage.synthetic.nm_flood import Spot, Wave, draw_nm_flood, render_nm_flood
from tests.phantoms.nm.conftest import SMALL, flood, located, measured

FINE = replace(SMALL, matrix=(512, 512), spacing_mm=(1.2, 1.2), mean=400.0)
Y, X = ((np.arange(512) - 255.5) * 1.2)[:, None], ((np.arange(512) - 255.5) * 1.2)[None, :]


def refusal(images, **parameters) -> AnalysisError:
    with pytest.raises(AnalysisError) as refused:
        measured(images, **parameters)
    assert str(refused.value.advice), "a refusal says what to do"
    return refused.value


def relabelled(image: Image, **header) -> Image:
    return replace(image, header={**image.header, **header})


def drawn(expected, seed=4) -> Image:
    counts = np.random.default_rng(seed).poisson(expected)
    return flood(np.broadcast_to(counts, (512, 512)), (1.2, 1.2))


def codes(result) -> set[str]:
    return {note.code for note in result.notes}


def bars(period_mm, depth, angle_deg=0.0):
    angle = np.deg2rad(angle_deg)
    return 1.0 - depth * (np.cos(2 * np.pi * (np.cos(angle) * X + np.sin(angle) * Y) / period_mm) > 0)


def quadrants():
    periods = np.where(Y < 0, np.where(X < 0, 6.0, 7.0), np.where(X < 0, 8.0, 9.0))
    along = np.where((X < 0) == (Y < 0), X, Y)
    return 1.0 - 0.6 * (np.cos(2 * np.pi * along / periods) > 0)


def lines(distance_mm, width_mm):
    return 0.02 + np.exp(-(((Y % distance_mm) - distance_mm / 2) ** 2) / (2 * width_mm**2)) + 0 * X


def points(*places):
    return 1e-5 + sum(np.exp(-((X - x) ** 2 + (Y - y) ** 2) / (2 * 4.0**2)) for x, y in places)


FIELD = draw_nm_flood(FINE)
PATTERNS = {
    "bars of 2 mm, half seen": FIELD * bars(4.8, 0.3),
    "bars of 4 mm": FIELD * bars(8.0, 0.6, 30.0),
    "bars of 10 mm": FIELD * bars(20.0, 0.3, 90.0),
    "faint bars": FIELD * bars(8.0, 0.1),
    "quadrants": FIELD * quadrants(),
    "lines 30 mm apart": FIELD * lines(30.0, 2.0),
    "lines 15 mm apart": FIELD * lines(15.0, 1.5),
    "one point": FIELD * points((10.0, -20.0)),
    "nine points": FIELD * points(*[(x, y) for x in (-150.0, 0.0, 150.0) for y in (-120.0, 0.0, 120.0)]),
    "four points": FIELD * points((-100.0, -100.0), (100.0, -100.0), (-100.0, 100.0), (100.0, 100.0)),
    "a ring": FIELD * (np.abs(np.hypot(X, Y) - 120.0) < 8.0),
}


@pytest.mark.parametrize("name", PATTERNS)
def test_patterns_lines_and_points_are_no_flood(name):
    assert refusal([drawn(PATTERNS[name])]).code == "not_a_flood"


def tube(radius_mm, softness_mm, factor=0.0, at=(40.0, -30.0)):
    distance = np.hypot(X - at[0], Y - at[1])
    return 1.0 - (1.0 - factor) / (1.0 + np.exp(np.clip((distance - radius_mm) / softness_mm, -50, 50)))


def tubes_of(amplitude):
    waves = (Wave(amplitude, 55.0), Wave(amplitude, 55.0, 60.0), Wave(amplitude, 55.0, 120.0))
    return draw_nm_flood(replace(FINE, waves=waves))


FLOODS = {
    "even": FIELD,
    "even, ten times the counts": FIELD * 10,
    "even, hardly any counts": FIELD / 400,
    "dead tube with a hard edge": FIELD * tube(28.0, 0.01),
    "dead tube with a hard edge, many counts": FIELD * 10 * tube(28.0, 0.01),
    "dead tube with a soft edge": FIELD * tube(28.0, 5.0),
    "dead tube in the middle": FIELD * tube(35.0, 2.0, at=(0.0, 0.0)),
    "two dead tubes": FIELD * tube(28.0, 3.0) * tube(28.0, 3.0, at=(-90.0, 60.0)),
    "bright tube": FIELD * tube(28.0, 4.0, factor=1.5),
    "small cold spots": FIELD * tube(6.0, 0.5, factor=0.5) * tube(5.0, 0.5, factor=0.4, at=(-60.0, 80.0)),
    "tubes that show": tubes_of(0.05),
    "tilted": FIELD * (1.0 + X / 2000.0),
}


@pytest.mark.parametrize("name", FLOODS)
def test_floods_stay_floods_whatever_is_wrong_with_the_camera(name):
    assert isfinite(measured([drawn(FLOODS[name])])["iu_ufov"].value)


def test_a_dead_tube_is_seen_and_not_left_out():
    result = measured([drawn(FLOODS["dead tube with a soft edge"])])
    assert result["iu_ufov"].value > 90
    assert result["iu_cfov"].value > 90


@pytest.mark.parametrize("shape", ["hexagon", "octagon", "ellipse"])
def test_the_shape_of_the_field_does_not_matter(shape):
    assert isfinite(measured(render_nm_flood(replace(FINE, shape=shape)))["iu_ufov"].value)


def test_a_smoothed_flood_is_measured_and_told():
    image = render_nm_flood(FINE)[0]
    wide = np.random.default_rng(1).poisson(np.full(FIELD.shape, FINE.mean))
    smooth = np.where(FIELD > 0, np.rint(ndimage.gaussian_filter(wide.astype(float), 4.0)), 0).astype(np.uint16)
    result = measured([replace(image, pixels=smooth)])
    assert "smoothed" in codes(result)
    assert "smoothed" not in codes(measured([image]))


def test_an_uncorrected_camera_can_be_measured_where_asked_to():
    image = drawn(PATTERNS["faint bars"])
    result = measured([image], pattern="remark")
    assert isfinite(result["iu_ufov"].value)
    assert "pattern" in codes(result)


def test_a_ct_image_is_the_wrong_modality():
    error = refusal([relabelled(render_nm_flood(SMALL)[0], Modality="CT")])
    assert error.code == "wrong_modality"
    assert "CT" in str(error)


@pytest.mark.parametrize(
    "header",
    [
        {"ImageType": ("ORIGINAL", "PRIMARY", "WHOLE BODY", "EMISSION")},
        {"ImageType": ("ORIGINAL", "PRIMARY", "RECON TOMO", "EMISSION")},
        {"ImageType": ("DERIVED", "SECONDARY", "SCREEN SAVE")},
        {"SOPClassUID": "1.2.840.10008.5.1.4.1.1.7"},
    ],
)
def test_whole_bodies_reconstructions_and_screen_copies_are_wrong_objects(header):
    assert refusal([relabelled(render_nm_flood(SMALL)[0], **header)]).code == "wrong_object"


def test_a_missing_pixel_spacing_is_named():
    error = refusal([replace(render_nm_flood(SMALL)[0], spacing_mm=None)])
    assert error.code == "missing_attribute"
    assert "PixelSpacing" in str(error)


def test_an_empty_image_holds_no_counts():
    image = render_nm_flood(SMALL)[0]
    assert refusal([replace(image, pixels=np.zeros_like(image.pixels))]).code == "no_counts"


def test_an_image_of_padding_alone_holds_no_counts():
    assert refusal([replace(render_nm_flood(SMALL)[0], padding=(0, 65535))]).code == "no_counts"


def test_almost_no_counts_cannot_be_measured():
    """At 0.02 per pixel, 0.2 in nine, noise leaves smoothed pixels empty."""
    assert refusal(render_nm_flood(replace(SMALL, mean=0.02))).code == "too_few_counts"


def test_few_counts_are_measured_and_told_with_the_figure():
    result = measured(render_nm_flood(replace(SMALL, mean=1000.0)))
    told = next(note for note in result.notes if note.code == "too_few_counts")
    assert "8999 per" in str(told.message)
    assert "too_few_counts" not in codes(measured(render_nm_flood(SMALL)))


def test_full_pixels_are_counted():
    image = render_nm_flood(SMALL)[0]
    pixels = image.pixels.copy()
    pixels[100, 100:103] = 4095
    result = measured([relabelled(replace(image, pixels=pixels), BitsStored=12)])
    told = next(note for note in result.notes if note.code == "saturated")
    assert told.message.values["pixels"] == 3


def test_a_pixel_size_that_no_sum_brings_into_range_is_told():
    """4.42 mm: alone too narrow, doubled too wide; 4.42 is nearer to 6.4."""
    spec = replace(SMALL, matrix=(128, 128), spacing_mm=(4.42, 4.42), mean=10000.0)
    result = measured(render_nm_flood(spec))
    assert "pixel_size" in codes(result)
    assert result["iu_ufov"].method == "nema_1x1@1"


def test_a_source_nearer_than_five_fields_is_told():
    images = render_nm_flood(SMALL)
    assert "source_too_near" in codes(measured(images, source_distance_mm=2000.0))
    assert "source_too_near" not in codes(measured(images, source_distance_mm=2700.0))


def test_a_dome_at_a_given_distance_needs_the_distance():
    assert refusal(render_nm_flood(SMALL), dome_correction="given").code == "missing_parameter"


def test_without_a_duration_only_the_rate_is_missing():
    image = relabelled(render_nm_flood(SMALL)[0], ActualFrameDuration="")
    result = measured([image])
    assert isnan(result["count_rate"].value)
    assert [(one.subtest, one.code) for one in result.failures] == [("count_rate", "missing_attribute")]
    assert isfinite(result["iu_ufov"].value)


def test_every_head_has_its_own_item_and_the_worst_is_the_summary():
    images = render_nm_flood(replace(SMALL, heads=2))
    worse = render_nm_flood(replace(SMALL, heads=2, spots=(Spot((30.0, 0.0), 20.0, 0.9),)))
    result = measured([images[0], worse[1]])
    by_item = {one.item: one.value for one in result.measurements if one.key == "iu_ufov"}
    assert set(by_item) == {"", "head=1", "head=2"}
    assert by_item[""] == by_item["head=2"] > by_item["head=1"]
    counts = {one.item: one.value for one in result.measurements if one.key == "total_counts"}
    assert counts[""] == min(counts["head=1"], counts["head=2"])


def test_items_tell_heads_windows_and_frames_apart():
    image = render_nm_flood(SMALL)[0]
    vectors = {"DetectorVector": (1, 1, 2, 2), "EnergyWindowVector": (1, 2, 1, 2)}
    frames = [replace(relabelled(image, **vectors), frame=number) for number in range(4)]
    items = {one.item for one in measured(frames).measurements}
    assert items == {"", "head=1,window=1", "head=1,window=2", "head=2,window=1", "head=2,window=2"}
    chosen = {one.item for one in measured(frames, energy_window=2).measurements}
    assert chosen == {"", "head=1", "head=2"}
    alike = [replace(image, frame=number) for number in range(3)]
    assert {one.item for one in measured(alike).measurements} == {"", "frame=1", "frame=2", "frame=3"}
    assert refusal(frames, energy_window=3).code == "no_such_window"


def test_the_order_of_arrival_does_not_name_the_frames():
    images = render_nm_flood(replace(SMALL, heads=1)) + render_nm_flood(
        replace(SMALL, seed=2, scan=replace(SMALL.scan, text="zweites"))
    )
    first, second = (measured(order) for order in (images, images[::-1]))
    assert first.measurements == second.measurements


def test_a_frame_that_is_no_flood_does_not_hide_the_others():
    image, barred = drawn(FIELD), drawn(PATTERNS["bars of 4 mm"])
    frames = [replace(image, frame=0), replace(barred, uid=image.uid, frame=1), replace(image, frame=2)]
    result = measured(frames)
    assert {one.item for one in result.measurements} == {"", "frame=1", "frame=3"}
    assert [(one.subtest, one.code) for one in result.failures] == [("field", "not_a_flood")]
    assert "frame=2" in str(result.failures[0].message)
    assert located(frames).confidence == pytest.approx(2 / 3)


def test_the_two_modes_never_share_a_method():
    images = render_nm_flood(SMALL)
    nema, nmqc = ({m.key: m.method for m in measured(images, mode=mode).measurements} for mode in ("nema", "nmqc"))
    for key in ("iu_ufov", "du_ufov", "iu_cfov", "cv_ufov", "ufov_width"):
        assert nema[key] != nmqc[key]
