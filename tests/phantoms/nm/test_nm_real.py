# SPDX-License-Identifier: LGPL-3.0-or-later
"""NM level A on images of real cameras, against what another program reads there."""

from math import isfinite

import pytest

from optimage.api import AnalysisError
from optimage.dicom.reader import load_images
from tests.phantoms.nm.conftest import measured

pytestmark = pytest.mark.real_images

# pylinac 3.49, planar uniformity: IU and DU of UFOV, IU and DU of CFOV, in percent
PYLINAC = {
    1: (20.6491, 17.6539, 15.3558, 12.5207),
    4: (20.4729, 15.1838, 17.3822, 13.2895),
    10: (19.3625, 14.1503, 15.3720, 12.6818),
    18: (34.3974, 15.7895, 26.8836, 12.8298),
}
FLOODS_WITH_COUNTS = 19  # the last five hold fewer than 600 counts: the camera was paralysed


def images(test_data, folder):
    return [image for path in sorted((test_data / "nm" / folder).iterdir()) for image in load_images(path)]


@pytest.fixture(scope="module")
def floods(test_data):
    return images(test_data, "small_floods_24_frames")


def test_every_frame_of_a_dynamic_flood_is_measured_with_the_count_warning(floods):
    result = measured(floods)
    values = {one.item: one.value for one in result.measurements if one.key == "iu_ufov"}
    assert set(values) == {"", *(f"frame={number}" for number in range(1, FLOODS_WITH_COUNTS + 1))}
    assert all(isfinite(value) for value in values.values())
    assert values[""] == max(values.values())
    assert "too_few_counts" in {note.code for note in result.notes}
    totals = {one.item: one.value for one in result.measurements if one.key == "total_counts"}
    assert totals["frame=1"] == 159846


def test_frames_without_counts_are_named_and_left_out(floods):
    failures = [one for one in measured(floods).failures if one.subtest == "field"]
    assert {one.code for one in failures} == {"too_few_counts"}
    assert [one.message.values["item"] for one in failures] == [f"frame={number}" for number in range(20, 25)]


def test_the_variant_nmqc_reads_what_pylinac_reads(floods):
    values = {(one.key, one.item): one.value for one in measured(floods, mode="nmqc").measurements}
    for number, expected in PYLINAC.items():
        found = [values[key, f"frame={number}"] for key in ("iu_ufov", "du_ufov", "iu_cfov", "du_cfov")]
        assert found == pytest.approx(expected, abs=0.01)


@pytest.mark.parametrize("folder", ["quadrant_bar", "four_bar", "linearity_x"])
def test_bars_and_lines_are_refused(test_data, folder):
    with pytest.raises(AnalysisError) as refused:
        measured(images(test_data, folder))
    assert refused.value.code == "not_a_flood"
