# SPDX-License-Identifier: LGPL-3.0-or-later
"""Values to store, small and complete."""

from dataclasses import replace
from datetime import UTC, datetime, timedelta
from hashlib import sha256
from math import inf, nan

from optimage.messages import Message
from optimage.model.jobs import Arrival, NewInstance
from optimage.model.outcome import (
    Acquisition,
    DeviceIdentity,
    InputReference,
    JudgedMeasurement,
    ProfileReference,
    Provenance,
    Result,
)
from optimage.model.profile import Equals, InputRule, MatchRule, Near, Profile
from optimage.model.results import Curve, Failure, Measurement, Note
from optimage.model.shapes import Disc, Localisation, Overlay
from optimage.model.tolerance import Band, Bound, Judgement, Limits, Verdict

NOON = datetime(2026, 3, 2, 12, 0, tzinfo=UTC)

PROFILE = Profile(
    id="ct_daily",
    title="CT, daily",
    phantom="ct_level_a",
    match=(MatchRule("Modality", Equals(("CT",)), required=True), MatchRule("KVP", Near(120.0, 1.0))),
    inputs=(InputRule("series"),),
    parameters={"kernel": 9, "model": "500", "strict": True, "share": 0.8},
    tolerances={"noise": Bound(5.0, 6.5, upper=True), "ct_water": Band(0.0, 4.0, 8.0, source="acceptance")},
)

DISC = Disc(10.5, 11.25, 30.0, (0.5, 0.75))


def part10(data_set: bytes) -> bytes:
    """Put a preamble and a file meta of no elements but its length before `data_set`."""
    return bytes(128) + b"DICM" + b"\x02\x00\x00\x00UL\x04\x00" + bytes(4) + data_set


def digest(data_set: bytes) -> str:
    return sha256(data_set).hexdigest()


def new_instance(uid: str = "1.2.3", data_set: bytes = b"pixels", association: str = "a1") -> NewInstance:
    return NewInstance(
        sop_instance_uid=uid,
        sop_class_uid="1.2.840.10008.5.1.4.1.1.2",
        transfer_syntax_uid="1.2.840.10008.1.2.1",
        sha256=digest(data_set),
        size=len(data_set),
        arrival=Arrival("network", "CT2", "127.0.0.1", association),
    )


def judged(value: float, key: str = "noise", item: str = "", method: str = "noise@1") -> JudgedMeasurement:
    measurement = Measurement(key, value, "HU", 0.1, method, item)
    return JudgedMeasurement(measurement, Judgement(Verdict.PASS, 4.0, Limits(-inf, 5.0, -inf, 6.5), "manual"))


def result(value: float = 4.25, *, day: int = 0, inputs: str = "inputs", profile: bool = True) -> Result:
    at = NOON + timedelta(days=day)
    return Result(
        phantom="ct_level_a",
        verdict=Verdict.PASS,
        acquisition=Acquisition(at, "AcquisitionDateTime", "CT", DeviceIdentity("Maker", "M1", "4711", "CT2"), "Main"),
        provenance=Provenance("0.1", "1", "geo", {"kernel": 9}, {"python": "3.11"}, "me", at, digest(inputs.encode())),
        profile=ProfileReference("ct_daily", 1, "CT, daily") if profile else None,
        measurements=(
            judged(value),
            judged(value + 1.0, item="slice=2"),
            JudgedMeasurement(Measurement("mtf50", nan, "1/mm"), Judgement(Verdict.NOT_MEASURED)),
        ),
        failures=(
            Failure(
                "mtf", "no_edge", Message("no edge in {n} rows", {"n": 3}), Message("look {there}", {"there": "{x}"})
            ),
        ),
        notes=(Note("tilted", Message("tilted by {angle:.1f}°", {"angle": 1.25})),),
        localisation=Localisation((Overlay("phantom", DISC, "1.2.3"),), (("1.2.3", 0),), confidence=0.9),
        curves=(Curve("mtf", (0.0, 0.5), (1.0, 0.5), "frequency", "MTF", "1/mm", "1"),),
        overlays=(Overlay("centre", DISC.scaled(0.4), "1.2.3", keys=("noise",)),),
        inputs=(InputReference("1.2.3", "series", digest(b"pixels")),),
    )


def not_measured(inputs: str = "inputs") -> Result:
    failure = Failure("", "worker_died", Message("the process died"))
    return replace(result(inputs=inputs), verdict=Verdict.NOT_MEASURED, measurements=(), failures=(failure,))
