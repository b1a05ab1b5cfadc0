# SPDX-License-Identifier: LGPL-3.0-or-later
"""The digital phantom is what it says: areas, noise, stored integers and header."""

from dataclasses import replace

import numpy as np
import pytest

from optimage.synthetic.ct_header import CtScan
from optimage.synthetic.ct_water import CtWater, ct_water_truth, draw_ct_water, mirrored, render_ct_water
from optimage.synthetic.rendering import Grid, Storage, disc_coverage, interval_coverage, noise
from optimage.synthetic.uids import synthetic_uid

SPEC = CtWater(matrix=(128, 160), spacing_mm=(2.0, 1.6), noise_hu=5.0, slices=3)


@pytest.mark.parametrize("centre", [(0.0, 0.0), (0.31, -0.77)])
@pytest.mark.parametrize("spacing", [(1.0, 1.0), (0.7, 1.3)])
def test_a_disc_covers_its_area(centre, spacing):
    coverage = disc_coverage(Grid((100, 100), spacing), centre, 20.0)
    assert coverage.sum() * spacing[0] * spacing[1] == pytest.approx(np.pi * 400.0, rel=2e-3)
    assert coverage.min() == 0.0
    assert coverage.max() == 1.0


def test_an_interval_covers_its_length():
    grid = Grid((1, 50), (1.0, 0.8))
    assert interval_coverage(grid.x_mm, 0.8, -3.3, 7.9).sum() * 0.8 == pytest.approx(11.2)


@pytest.mark.parametrize("texture", ["white", "ramp", "soft"])
def test_noise_of_every_texture_has_unit_variance(texture):
    grid = Grid((128, 129), (0.8, 0.6))
    values = np.array([noise(grid, texture, np.random.default_rng(seed)) for seed in range(30)])
    assert values.std() == pytest.approx(1.0, rel=0.01)
    assert values.mean() == pytest.approx(0.0, abs=0.02)


def test_ramp_noise_has_nothing_at_frequency_zero():
    assert noise(Grid((64, 64), (1.0, 1.0)), "ramp", np.random.default_rng(1)).mean() == pytest.approx(0.0, abs=1e-12)


@pytest.mark.parametrize(
    "storage", [Storage(), Storage(bits=12, signed=False), Storage(slope=-0.5, intercept=800.0), Storage(slope=2.0)]
)
def test_stored_integers_read_back_to_half_a_step(storage):
    spec = replace(SPEC, storage=storage, noise_hu=0.0)
    image = render_ct_water(spec)[0]
    assert np.abs(image.values() - draw_ct_water(spec)).max() <= abs(storage.slope) / 2 + 1e-9
    assert image.header["PixelRepresentation"] == int(storage.signed)
    assert image.header["BitsStored"] == storage.bits


def test_values_beyond_the_bits_are_clipped():
    image = render_ct_water(replace(SPEC, storage=Storage(intercept=-1000.0, bits=12, signed=False)))[0]
    assert image.values().min() == image.smallest_value == -1000.0


def test_the_same_spec_gives_the_same_images():
    first, second = render_ct_water(SPEC), render_ct_water(SPEC)
    assert all(np.array_equal(a.pixels, b.pixels) and a.header == b.header for a, b in zip(first, second, strict=True))
    assert not np.array_equal(first[0].pixels, render_ct_water(replace(SPEC, seed=2))[0].pixels)
    assert not np.array_equal(first[0].pixels, first[1].pixels)


def test_slices_have_their_own_uid_and_position_in_one_series():
    images = render_ct_water(SPEC)
    assert len({image.uid for image in images}) == 3
    assert {image.text("SeriesInstanceUID") for image in images} == {synthetic_uid("ct/series")}
    assert [image.slice_position_mm for image in images] == [0.0, 5.0, 10.0]


def test_another_text_is_another_series():
    other = render_ct_water(replace(SPEC, scan=CtScan(text="tuesday")))[0]
    assert other.text("SeriesInstanceUID") != render_ct_water(SPEC)[0].text("SeriesInstanceUID")
    assert other.uid.startswith("2.25.")
    assert len(other.uid) <= 64


def test_the_header_says_that_nobody_was_scanned():
    header = render_ct_water(SPEC)[0].header
    assert header["ImageType"] == ("DERIVED", "SECONDARY", "AXIAL")
    assert header["PatientID"] == "QC-SYNTH"
    assert header["PixelSpacing"] == (2.0, 1.6)
    for keyword in ("Modality", "Manufacturer", "ManufacturerModelName", "DeviceSerialNumber", "StationName", "KVP"):
        assert header[keyword]


def test_padding_fills_the_corners_and_reads_as_nan():
    image = render_ct_water(replace(SPEC, padding_circle=True, matrix=(160, 160), spacing_mm=(1.6, 1.6)))[0]
    assert np.isnan(image.values()[0, 0])
    assert image.header["PixelPaddingValue"] == -2000
    assert np.isfinite(image.values()[80, 80])


def test_a_mirrored_image_is_flipped_left_to_right():
    image = render_ct_water(replace(SPEC, offset_mm=(20.0, 0.0)))[0]
    assert np.array_equal(mirrored(mirrored(image)).pixels, image.pixels)
    assert not np.array_equal(mirrored(image).pixels, image.pixels)


def test_the_truth_of_cupping_is_the_mean_over_the_regions():
    """The analytic means agree with a sum over the drawn pixels of the same regions."""
    spec = CtWater(cupping_hu=50.0, matrix=(400, 400), spacing_mm=(0.6, 0.6))
    values, grid, truth = draw_ct_water(spec), Grid((400, 400), (0.6, 0.6)), ct_water_truth(spec)
    assert values[grid.distance_mm((0.0, 0.0)) <= 10.0].mean() == pytest.approx(truth["ct_water"], abs=0.02)
    assert values[grid.distance_mm((80.0, 0.0)) <= 10.0].mean() == pytest.approx(truth["ct_periphery_right"], abs=0.1)
    assert values[grid.distance_mm((0.0, 0.0)) <= 40.0].std() == pytest.approx(truth["noise"], abs=0.02)
