# SPDX-License-Identifier: LGPL-3.0-or-later
"""The table of attributes names things that exist, says where its tolerances come from, and leaves patients alone."""

import tomllib

import pytest
from pydicom.datadict import dictionary_VR, tag_for_keyword

from optimage.model.units import Unit
from optimage.profile_files.attributes import TABLE, attributes_of

ENTRIES = tomllib.loads(TABLE.read_text(encoding="utf-8"))
KEYWORDS = sorted({*ENTRIES["rule"], *ENTRIES["mention"], *ENTRIES["record"]})
PATIENT_GROUPS = (0x0010, 0x0012)


@pytest.mark.parametrize("keyword", KEYWORDS)
def test_an_attribute_exists_and_names_neither_object_nor_time_nor_patient(keyword):
    tag = tag_for_keyword(keyword)
    assert tag is not None
    assert dictionary_VR(tag) not in {"UI", "DA", "TM", "DT", "PN", "SQ"}
    assert tag >> 16 not in PATIENT_GROUPS


def test_every_tolerance_says_where_it_comes_from():
    without = [keyword for keyword, entry in ENTRIES["rule"].items() if "within" in entry and not entry.get("source")]
    assert not without


def test_every_recorded_attribute_has_a_unit_of_the_program():
    assert {entry["unit"] for entry in ENTRIES["record"].values()} <= set(Unit)


def test_a_modality_gets_its_own_tolerance():
    within = {m: next(a for a in attributes_of(m).rules if a.keyword == "KVP").within for m in ("CT", "CR", "MG")}
    assert within == {"CT": 1.0, "CR": 1.0, "MG": 0.5}
    exposure = {m: next(a for a in attributes_of(m).rules if a.keyword == "Exposure") for m in ("CT", "DX")}
    assert (exposure["CT"].within, exposure["CT"].relative, exposure["CT"].manual_only) == (0.05, True, False)
    assert (exposure["DX"].within, exposure["DX"].manual_only) == (0.02, True)


def test_an_unknown_modality_has_what_all_have():
    table = attributes_of("XY")
    assert {a.keyword for a in table.rules if a.required} == {
        "Modality",
        "Manufacturer",
        "ManufacturerModelName",
        "DeviceSerialNumber",
    }
    assert not table.recorded
