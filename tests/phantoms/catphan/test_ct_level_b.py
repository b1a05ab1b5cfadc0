# SPDX-License-Identifier: LGPL-3.0-or-later
"""CT level B as a whole: the card, the contract, and that one thing missing costs nothing else."""

from concurrent.futures import ThreadPoolExecutor
from dataclasses import replace
from io import BytesIO
from math import isfinite
from pathlib import Path

import numpy as np
import pydicom
import pytest
from pydicom.uid import JPEG2000Lossless, JPEGLSLossless, RLELossless

from optimage.api import Image, ImageSet
from optimage.dicom.reader import load_images
from optimage.dicom.writer import write_image
from optimage.synthetic.catphan import Catphan, evenly, render_catphan
from optimage.testing.phantom_module import PhantomModuleChecks
from optimage_phantoms.catphan.measure import SUBTESTS
from optimage_phantoms.ct_level_b import CtLevelB
from tests.phantoms.catphan.digital import layout
from tests.phantoms.conftest import analyse, as_series, locate

MODULE = CtLevelB()
# A table of few slices: what the sections need, and nothing between.
POSITIONS = (*evenly(-67.5, -57.5, 5.0), *evenly(-32.5, -27.5, 2.5), *evenly(-5.0, 5.0, 2.5), *evenly(27.5, 32.5, 2.5))


@pytest.fixture(scope="session")
def few_slices() -> tuple[Image, ...]:
    return render_catphan(Catphan(layout("504"), positions_mm=POSITIONS, noise_hu=5.0, texture="ramp"))


class TestContract(PhantomModuleChecks):
    module = MODULE

    def sample(self) -> ImageSet:
        return as_series(render_catphan(Catphan(layout("504"), positions_mm=(-2.5, 0.0, 2.5), noise_hu=5.0)))


def test_the_card_names_the_sub_tests_that_run_in_their_order() -> None:
    assert MODULE.info.subtests == tuple(SUBTESTS)


def values_of(images: list[Image]) -> dict[str, tuple[float, float]]:
    return {one.key: (one.value, one.uncertainty) for one in analyse(MODULE, images).measurements}


def assert_same(found: dict[str, tuple[float, float]], expected: dict[str, tuple[float, float]]) -> None:
    assert found.keys() == expected.keys()
    for key, value in found.items():
        assert value == pytest.approx(expected[key], rel=1e-12, nan_ok=True), key


def test_the_order_of_the_files_changes_nothing(few_slices: tuple[Image, ...]) -> None:
    first = values_of(list(few_slices))
    for seed in (1, 2):
        shuffled = [few_slices[i] for i in np.random.default_rng(seed).permutation(len(few_slices))]
        assert_same(values_of(shuffled), first)


@pytest.mark.parametrize("syntax", [RLELossless, JPEG2000Lossless, JPEGLSLossless])
def test_the_transfer_syntax_changes_nothing(few_slices: tuple[Image, ...], tmp_path: Path, syntax: str) -> None:
    for number, image in enumerate(few_slices):
        dataset = pydicom.dcmread(BytesIO(write_image(image)))
        dataset.compress(syntax)
        dataset.save_as(tmp_path / f"{number}.dcm")
    read = [one for path in sorted(tmp_path.iterdir()) for one in load_images(path)]
    assert {one.header["TransferSyntaxUID"] for one in read} == {str(syntax)}
    assert_same(values_of(read), values_of(list(few_slices)))


def test_four_threads_find_what_one_finds(few_slices: tuple[Image, ...]) -> None:
    alone = values_of(list(few_slices))
    with ThreadPoolExecutor(4) as pool:
        for found in pool.map(values_of, [list(few_slices)] * 4):
            assert_same(found, alone)


def test_one_slice_is_measured_and_what_it_lacks_is_told(few_slices: tuple[Image, ...]) -> None:
    alone = [one for one in few_slices if one.slice_position_mm == 0.0]
    result = analyse(MODULE, alone)
    values = {one.key: one.value for one in result.measurements}
    assert all(isfinite(values[key]) for key in ("hu_air", "hu_acrylic", "pin_distance_mean", "slice_thickness"))
    assert "increment" not in {key for key, value in values.items() if isfinite(value)}


def test_a_localisation_is_replayed_to_the_same_values(few_slices: tuple[Image, ...]) -> None:
    parameters = {parameter.name: parameter.default for parameter in MODULE.info.parameters}
    found = locate(MODULE, few_slices)
    again = MODULE.measure(as_series(few_slices), replace(found, automatic=False), parameters)
    assert {one.key: one.value for one in again.measurements} == pytest.approx(
        {key: value for key, (value, _) in values_of(list(few_slices)).items()}, nan_ok=True
    )
