# SPDX-License-Identifier: LGPL-3.0-or-later
"""What changes from one revision to the next is told entry by entry."""

from optimage.profile_files.difference import difference
from optimage.profile_files.load import load_profile

OLD = """
id = "p"
title = "P"
phantom = "ct_level_a"
device = "CT 1"
[match]
KVP = { near = 120, within = 1 }
Modality = { equals = "CT", required = true }
[inputs.series]
same = ["SeriesInstanceUID"]
[record]
CTDIvol = { unit = "mGy" }
[tolerances.ct_water]
reference = 0
fail = 4
[parameters]
model = "500"
"""


def told(old, new):
    return [str(line) for line in difference(load_profile(old).profile, load_profile(new).profile)]


def test_equal_profiles_do_not_differ_whatever_their_comments():
    assert told(OLD, OLD + "# a comment\n") == []


def test_new_gone_and_changed_entries_are_told():
    new = (
        OLD.replace('device = "CT 1"\n', "")
        .replace("within = 1 }", "within = 2, required = true }")
        .replace("fail = 4", "warning = 3\nfail = 4")
        .replace('CTDIvol = { unit = "mGy" }', 'Exposure = { unit = "mAs" }')
        .replace('["SeriesInstanceUID"]', '["SeriesInstanceUID", "AcquisitionNumber"]')
        .replace('"500"', '"504"')
    )
    assert told(OLD, new) == [
        "match.KVP: 120 ± 1 -> 120 ± 2 (required)",
        "inputs.series.same: SeriesInstanceUID -> SeriesInstanceUID, AcquisitionNumber",
        "parameters.model: 500 -> 504",
        "record.CTDIvol.keyword: gone, was CTDIvol",
        "record.CTDIvol.unit: gone, was mGy",
        "tolerances.ct_water.warning: 4.0 -> 3.0",
        "device: gone, was CT 1",
        "record.Exposure.keyword: new, Exposure",
        "record.Exposure.unit: new, mAs",
    ]
