# SPDX-License-Identifier: LGPL-3.0-or-later
"""A result with everything a report can show, and the digital picture it was measured in."""

from datetime import UTC, datetime, timedelta
from math import nan

import numpy as np
import pytest

from optimage.document.measurement import MeasurementContext
from optimage.messages import Message
from optimage.model.control import ControlLines, Phase, TrendPoint
from optimage.model.images import Image
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
from optimage.model.phantom import InputSpec, MeasurementSpec, PhantomInfo
from optimage.model.profile import RECORDED_METHOD, Profile
from optimage.model.results import Failure, Measurement, Note
from optimage.model.shapes import Disc, Localisation, Overlay, RoiStatistics
from optimage.model.tolerance import Judgement, Limits, Verdict

AT = datetime(2026, 3, 4, 5, 6, 7, tzinfo=UTC)
UID = "1.2.826.0.1.3680043.8.498.1"
ROWS, COLUMNS, SPACING_MM = 256, 256, (1.0, 1.0)
PHANTOM = Disc(127.3, 121.8, 100.0, SPACING_MM)
CENTRE = Disc(127.3, 121.8, 30.0, SPACING_MM)
TRACKED = ("ct_water", "noise", "uniformity")


@pytest.fixture(autouse=True)
def english(monkeypatch):
    monkeypatch.setenv("OPTIMAGE_LANGUAGE", "en")


@pytest.fixture
def image():
    row, column = np.mgrid[:ROWS, :COLUMNS]
    inside = np.hypot(row - PHANTOM.row, column - PHANTOM.column) <= PHANTOM.radius_mm
    noise = np.random.default_rng(1).normal(0, 4, (ROWS, COLUMNS))
    pixels = np.where(inside, noise, -1000).round().astype(np.int16)
    return Image(pixels, uid=UID, spacing_mm=SPACING_MM)


def judged(key, value, unit, verdict, limits=None, *, reference=None, u=nan, method="", item="", verified=True):
    measurement = Measurement(key, value, unit, u, method or f"{key}@1", item)
    source = "IEC 61223-3-5" if limits else ""
    return JudgedMeasurement(measurement, Judgement(verdict, reference, limits, source, verified))


@pytest.fixture
def result():
    names = (("centre", 0, 0), ("top", 0, -70), ("bottom", 0, 70), ("left", -70, 0), ("right", 70, 0))
    overlays = tuple(
        Overlay(
            name,
            CENTRE.with_radius(30.0 if name == "centre" else 10.0).moved(right_mm=right, down_mm=down),
            UID,
            statistics=RoiStatistics(0.123 + right / 1000, 4.05, 0, -14, 15, 2821, 2821.0),
        )
        for name, right, down in names
    )
    measurements = (
        judged("ct_water", -0.21, "HU", Verdict.PASS, Limits(-4, 4, -8, 8), reference=0.0, u=0.08),
        judged("noise", 4.05, "HU", Verdict.WARNING, Limits(warning_high=4.0, fail_high=5.0), u=0.0043, verified=False),
        judged("uniformity", 9.5, "HU", Verdict.FAIL, Limits(-4, 4, -8, 8), reference=0.0, u=0.3),
        judged("mtf_50", 0.3456, "1/mm", Verdict.NOT_JUDGED),
        judged("integral_non_uniformity", 3.2104, "%", Verdict.PASS, Limits(fail_high=6.5), u=0.02),
        judged("slice_thickness", nan, "mm", Verdict.NOT_MEASURED),
        judged("kvp", 120.0, "kV", Verdict.PASS, Limits(119, 121, 118, 122), reference=120.0, method=RECORDED_METHOD),
        *(judged("noise", 4.0 + i / 100, "HU", Verdict.NOT_JUDGED, item=f"slice={i}") for i in range(50)),
    )
    return Result(
        phantom="ct_level_a",
        verdict=Verdict.FAIL,
        acquisition=Acquisition(
            AT, "AcquisitionDateTime", "CT", DeviceIdentity("Maker", "Model 64", "SN-42"), "Hospital"
        ),
        provenance=Provenance(
            "1.0.0",
            "3",
            "ab" * 32,
            {"noise_fraction": 0.4, "slices": "all"},
            {"python": "3.11.2", "numpy": "2.3.1", "machine": "x86_64"},
            "anna",
            AT + timedelta(minutes=5),
            "cd" * 32,
            "PH-007",
            "ef" * 32,
        ),
        profile=ProfileReference("ct_daily", 3, "Daily water check"),
        measurements=measurements,
        failures=(
            Failure(
                "slice_thickness",
                "no_ramp",
                Message("no ramp found in {n} rows", {"n": 256}),
                Message("check that the phantom has a ramp and lies level"),
            ),
        ),
        notes=(Note("off_centre", Message("the phantom lies {distance_mm:.1f} mm off centre", {"distance_mm": 7.0})),),
        localisation=Localisation((Overlay("phantom", PHANTOM, UID),), ((UID, 0),)),
        overlays=overlays,
        inputs=(InputReference(UID, "image", "01" * 32),),
        id=77,
        reviews=(Review("accept", "bob", AT + timedelta(days=1), "tube was replaced"),),
    )


@pytest.fixture
def context(result, image):
    specs = {
        "ct_water": "CT number of water",
        "noise": "Noise",
        "uniformity": "Uniformity, worst deviation",
        "mtf_50": "Spatial frequency at 50 % MTF",
    }
    info = PhantomInfo(
        "ct_level_a",
        "CT water phantom",
        "3",
        frozenset({"CT"}),
        (InputSpec("image"),),
        tuple(MeasurementSpec(key, "HU", title) for key, title in specs.items()),
    )
    summaries = {
        j.measurement.key: j for j in result.measurements if j.measurement.key in TRACKED and not j.measurement.item
    }
    return MeasurementContext(
        result=result,
        info=info,
        images={(UID, 0): image},
        trends={key: trend(summaries[key]) for key in TRACKED},
        lines={"noise": ControlLines(Phase.FULL, 30, 3.9, 0.06), "ct_water": None},
        profile=Profile("ct_daily", "Daily water check", "ct_level_a", site="Radiology, room 3"),
    )


def trend(summary, n=39):
    """`n` earlier points about the judged one, one of them excluded by a person."""
    rng = np.random.default_rng(len(summary.measurement.key))
    centre = {"ct_water": 0.0, "noise": 3.9, "uniformity": 2.0}[summary.measurement.key]
    judgement = Judgement(Verdict.PASS, summary.judgement.reference, summary.judgement.limits)
    return tuple(
        TrendPoint(
            i,
            AT - timedelta(days=7 * (n - i)),
            centre + float(rng.normal(0, 0.06)),
            "HU",
            judgement,
            nan,
            3,
            counts=i != 5,
        )
        for i in range(n)
    )
