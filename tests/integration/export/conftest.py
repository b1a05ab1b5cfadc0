# SPDX-License-Identifier: LGPL-3.0-or-later
from datetime import UTC, datetime
from math import nan

import pytest

from optimage.messages import Message
from optimage.model.outcome import (
    Acquisition,
    DeviceIdentity,
    InputReference,
    JudgedMeasurement,
    ProfileReference,
    Provenance,
    Result,
    Review,
)
from optimage.model.results import Curve, Failure, Measurement, Note
from optimage.model.shapes import Disc, Localisation, Overlay, RoiStatistics
from optimage.model.tolerance import Judgement, Limits, Verdict

AT = datetime(2026, 3, 4, 5, 6, 7, tzinfo=UTC)


@pytest.fixture(autouse=True)
def english(monkeypatch):
    monkeypatch.setenv("OPTIMAGE_LANGUAGE", "en")


@pytest.fixture
def full_result():
    disc = Overlay(
        "centre", Disc(10.5, 20.25, 30.0, (0.5, 0.5)), "1.2.3", 0, ("noise",), RoiStatistics(1, nan, 1, 0, 2, 9, 2.25)
    )
    return Result(
        phantom="ct_level_a",
        verdict=Verdict.WARNING,
        acquisition=Acquisition(AT, "AcquisitionDateTime", "CT", DeviceIdentity("Maker", "Model", "42"), "Site"),
        provenance=Provenance("1.0", "2", parameters={"fraction": 0.4}, analysed_at=AT, operator="anna"),
        profile=ProfileReference("daily", 3, "Daily"),
        measurements=(
            JudgedMeasurement(
                Measurement("noise", 0.1 + 0.2, "HU", 0.01, "noise@1"),
                Judgement(Verdict.WARNING, None, Limits(warning_high=0.2, fail_high=4.0), "IEC 61223-3-5", False),
            ),
            JudgedMeasurement(Measurement("mtf", nan, "1/mm", item="slice=2"), Judgement(Verdict.NOT_MEASURED)),
        ),
        failures=(Failure("mtf", "no_edge", Message("no edge in {n} rows", {"n": 3}), Message("centre it")),),
        notes=(Note("tilted", Message("tilted by {angle:.1f}°", {"angle": 2.0})),),
        localisation=Localisation((disc,), (("1.2.3", 0),), figures={"shell_mm": nan}),
        curves=(Curve("profile", (0.0, 1.0), (nan, float("inf"))),),
        overlays=(disc,),
        inputs=(InputReference("1.2.3", "image", "ab" * 32),),
        id=7,
        set_id=5,
        reviews=(Review("accept", "bob", AT, "fine"), Review("comment", "bob", AT, "see log")),
    )


@pytest.fixture
def refused_result():
    return Result(
        phantom="ct_level_a",
        verdict=Verdict.NOT_MEASURED,
        acquisition=Acquisition(),
        provenance=Provenance("1.0", "2"),
        failures=(Failure("", "phantom_not_found", Message("no phantom found")),),
    )
