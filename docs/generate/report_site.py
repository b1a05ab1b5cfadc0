# SPDX-License-Identifier: LGPL-3.0-or-later
"""A site with a year of measurements, made up and always the same: what the reports of the documentation speak of.

Two scanners of a hospital and one of an outpatient centre. The noise of the first scanner drifts in autumn until its
tube is replaced, somebody put the phantom awry once, a monthly test was forgotten, and one was never done.
"""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, replace
from datetime import UTC, datetime, timedelta
from hashlib import sha256
from pathlib import Path

import numpy as np
from sqlalchemy import Table, update

from optimage.judge import judge
from optimage.model.baseline import EventKind, ServiceEvent
from optimage.model.control import TrendKey
from optimage.model.outcome import (
    Acquisition,
    DeviceIdentity,
    JudgedMeasurement,
    ProfileReference,
    Provenance,
    Result,
)
from optimage.model.profile import Equals, MatchRule, Profile, ProfileRevision, ReadingRule
from optimage.model.results import Measurement
from optimage.model.tolerance import Band, Bound, Verdict
from optimage.store.engine import Store, open_store
from optimage.store.entered import set_without_images
from optimage.store.schema import ACKNOWLEDGEMENT, BASELINE, PROFILE_REVISION, REVIEW
from optimage.workflow.freeze import freeze, propose
from optimage.workflow.watch import keep_signals

HOSPITAL, CENTRE = "St Anna Hospital", "Outpatient Centre South"
CT1 = DeviceIdentity("Maker A", "CT 64", "A-1042", "CTAW01", "CT 1")
CT2 = DeviceIdentity("Maker B", "CT 32", "B-0077", "CTBW01", "CT 2")
MR1 = DeviceIdentity("Maker C", "MR 1.5", "C-3310", "MRW01", "MR 1")
NOW = datetime(2026, 1, 12, 9, 0, tzinfo=UTC)
BEGIN = datetime(2024, 9, 2, 6, 30, tzinfo=UTC)
WEEK = timedelta(days=7)
DRIFT_FROM, TUBE_AT = datetime(2025, 8, 25, tzinfo=UTC), datetime(2025, 11, 5, 14, 0, tzinfo=UTC)
STRICTER_FROM = datetime(2025, 4, 1, 8, 0, tzinfo=UTC)
WORST = (Verdict.FAIL, Verdict.WARNING, Verdict.PASS, Verdict.NOT_JUDGED)
UNITS = {"ct_water": "HU", "noise": "HU", "uniformity_max_dev": "HU", "dose_index": "mGy"} | {
    "snr_subtraction": "1",
    "piu": "%",
    "psg": "%",
}
METHODS = {
    "ct_water": "centre_disc_10pct@1",
    "noise": "disc_40pct_sd_detrend0@1",
    "uniformity_max_dev": "five_discs_10pct@1",
    "dose_index": "reading@1",
    "snr_subtraction": "difference_75pct_detrend0@1",
    "piu": "nine_points_75pct@1",
    "psg": "four_ellipses_1000mm2@1",
}
IS_CT, IS_MR = (MatchRule("Modality", Equals((modality,)), required=True) for modality in ("CT", "MR"))
ACCEPTANCE = "acceptance of 2 September 2024"

CT1_WATER = Profile(
    id="ct1_water",
    title="CT 1, water phantom, weekly",
    phantom="ct_level_a",
    match=(IS_CT,),
    site=HOSPITAL,
    device="CT 1",
    schedule="weekly",
    readings=(ReadingRule("dose_index", "mGy", "Dose index"),),
    tolerances={
        "ct_water": Band(0.0, 2.0, 4.0, source="constancy test, house rule 3"),
        "noise": Band(5.0, 0.15, 0.25, relative=True, source=ACCEPTANCE),
        "uniformity_max_dev": Band(0.0, 3.0, 4.0, source="constancy test, clause not checked", verified=False),
        "dose_index": Band(10.0, 0.10, 0.20, relative=True, source=ACCEPTANCE),
    },
)
CT1_STRICTER = replace(
    CT1_WATER, tolerances={**CT1_WATER.tolerances, "noise": Band(5.0, 0.10, 0.20, relative=True, source=ACCEPTANCE)}
)
CT2_WATER = replace(
    CT1_WATER,
    id="ct2_water",
    title="CT 2, water phantom, monthly",
    device="CT 2",
    schedule="monthly",
    readings=(),
    tolerances={
        "ct_water": Band(0.0, 2.0, 4.0, source="constancy test, house rule 3"),
        "noise": Band(6.2, 0.10, 0.20, relative=True, source="acceptance of 9 September 2024"),
        "uniformity_max_dev": Band(0.0, 3.0, 4.0, source="constancy test, clause not checked", verified=False),
    },
)
MR1_FLOOD = Profile(
    id="mr1_flood",
    title="MR 1, head coil, weekly",
    phantom="mri_level_a",
    match=(IS_MR,),
    site=CENTRE,
    device="MR 1",
    schedule="weekly",
    tolerances={
        "snr_subtraction": Bound(180.0, 160.0, upper=False, source="acceptance of 16 September 2024"),
        "piu": Bound(85.0, 80.0, upper=False, source="house rule 5"),
        "psg": Bound(2.0, 2.5, upper=True, source="house rule 5, not checked", verified=False),
    },
)
MR1_SLICE = replace(
    MR1_FLOOD,
    id="mr1_slice",
    title="MR 1, slice width, quarterly",
    schedule="quarterly",
    tolerances={"slice_width": Band(5.0, 0.5, 1.0, source="house rule 6")},
)


@dataclass(frozen=True, slots=True)
class Unit:
    """A device with the institution and modality of its images."""

    identity: DeviceIdentity
    institution: str
    modality: str


UNITS_OF = {
    "ct1_water": Unit(CT1, HOSPITAL, "CT"),
    "ct2_water": Unit(CT2, HOSPITAL, "CT"),
    "mr1_flood": Unit(MR1, CENTRE, "MR"),
}


def build(folder: Path) -> Store:
    """Fill a new store in `folder` and return it open."""
    store = open_store(folder / "optimage.db", spool=folder / "spool", reserve_bytes=0)
    _scanner_1(store)
    _scanner_2(store)
    _magnet(store)
    return store


def apply(store: Store, profile: Profile, at: datetime, reason: str) -> ProfileRevision:
    """Make a profile hold from `at` on."""
    text = f"{profile.id} {reason}"
    revision = store.profiles.apply(
        profile, text=text, sha256=sha256(text.encode()).hexdigest(), author="M. Weber", reason=reason
    )
    _date(store, PROFILE_REVISION, at, profile_id=profile.id, revision=revision.revision)
    return replace(revision, applied_at=at)


def keep(
    store: Store, revision: ProfileRevision, at: datetime, values: Mapping[str, float], *, operator: str = "J. Klein"
) -> Result:
    """Store a result of a profile, judged, and what stands out of its history; another of that moment supersedes it."""
    profile, unit = revision.profile, UNITS_OF[revision.profile.id]
    measured = [Measurement(key, value, UNITS[key], 0.01 * value, METHODS[key]) for key, value in values.items()]
    judged = tuple(JudgedMeasurement(one, judge(one, profile.tolerances.get(one.key))) for one in measured)
    verdicts = {one.judgement.verdict for one in judged}
    result = Result(
        phantom=profile.phantom,
        verdict=next(verdict for verdict in WORST if verdict in verdicts),
        acquisition=Acquisition(at, "AcquisitionDateTime", unit.modality, unit.identity, unit.institution),
        provenance=Provenance(
            "1.0", "1", operator=operator, analysed_at=at, inputs_sha256=sha256(repr((at, values)).encode()).hexdigest()
        ),
        profile=ProfileReference(profile.id, revision.revision, profile.title),
        measurements=judged,
    )
    set_id = set_without_images(store.database, revision, group_key=at.isoformat(), now=at)
    kept = store.results.add(result, set_id=set_id, job_id=None, operator=operator)
    keep_signals(store, kept)
    return kept


def _scanner_1(store: Store) -> None:
    noise = np.random.default_rng(1)
    revision = apply(store, CT1_WATER, BEGIN, "acceptance of the scanner")
    for week in range(71):
        at = BEGIN + week * WEEK
        if revision.revision == 1 and at >= STRICTER_FROM:
            revision = apply(store, CT1_STRICTER, STRICTER_FROM, "noise limits as in the new house rule")
        awry = datetime(2025, 6, 15, tzinfo=UTC) < at < datetime(2025, 6, 20, tzinfo=UTC)
        values = _water(noise, at, awry=awry)
        result = keep(store, revision, at, values)
        if awry:
            _review(store, result, "reject", at + timedelta(hours=2), "phantom not centred, measured again")
            keep(store, revision, at + timedelta(hours=1), _water(noise, at))
        if week == 40:
            keep(store, revision, at, {**values, "dose_index": round(values["dose_index"] + 0.01, 3)})
        if week == 30:
            _baseline(store, result, "noise", datetime(2025, 4, 2, 8, 0, tzinfo=UTC))
        if at < TUBE_AT <= at + WEEK:
            _tube(store, result)


def _water(noise: np.random.Generator, at: datetime, *, awry: bool = False) -> Mapping[str, float]:
    drifting = max(0.0, (min(at, TUBE_AT) - DRIFT_FROM) / WEEK) if at < TUBE_AT else 0.0
    return {
        "ct_water": round(float(noise.normal(0.2, 0.35)) + (2.6 if awry else 0.0), 3),
        "noise": round(float(noise.normal(5.0, 0.08)) + 0.11 * drifting, 3),
        "uniformity_max_dev": round(float(noise.normal(1.1, 0.25)) + (4.2 if awry else 0.0), 3),
        "dose_index": round(float(noise.normal(10.02, 0.1)) + 0.02 * drifting, 3),
    }


def _tube(store: Store, last: Result) -> None:
    device = store.devices.find("CT 1")
    store.events.add(
        ServiceEvent(device.id, TUBE_AT, EventKind.TUBE, "new tube, calibrated", operator="Service A", border=True)
    )
    for signal in store.signals.open(profile_id="ct1_water"):
        if signal.key == "noise" and signal.result_id and signal.result_id > 40:
            noted = store.signals.acknowledge(signal.id or 0, operator="M. Weber", reason="tube ageing, replaced")
            _date(store, ACKNOWLEDGEMENT, TUBE_AT + timedelta(days=1), signal_id=noted.id)
    _review(store, last, "comment", TUBE_AT, "scanner out of clinical use until the tube was replaced")


def _scanner_2(store: Store) -> None:
    noise = np.random.default_rng(2)
    revision = apply(store, CT2_WATER, datetime(2024, 9, 9, 8, 0, tzinfo=UTC), "acceptance of the scanner")
    device_known = False
    for month in range(15):
        at = datetime(2024 + (8 + month) // 12, (8 + month) % 12 + 1, 12, 7, 15, tzinfo=UTC)
        keep(
            store,
            revision,
            at,
            {
                "ct_water": round(float(noise.normal(-0.3, 0.4)), 3),
                "noise": round(float(noise.normal(6.2, 0.12)), 3),
                "uniformity_max_dev": round(float(noise.normal(1.4, 0.3)) + (1.6 if month == 9 else 0.0), 3),
            },
        )
        if not device_known:
            device_known = True
            _event(store, "CT 2", datetime(2024, 9, 9, tzinfo=UTC), EventKind.INSTALLATION, "installed")
    _event(store, "CT 2", datetime(2025, 3, 18, 9, 0, tzinfo=UTC), EventKind.SOFTWARE, "release 7.2")


def _magnet(store: Store) -> None:
    noise = np.random.default_rng(3)
    apply(store, MR1_SLICE, datetime(2025, 12, 1, 8, 0, tzinfo=UTC), "new test of the house rule")
    revision = apply(store, MR1_FLOOD, datetime(2024, 9, 16, 8, 0, tzinfo=UTC), "acceptance of the magnet")
    for week in range(69):
        at = datetime(2024, 9, 19, 16, 45, tzinfo=UTC) + week * WEEK
        fading = max(0, week - 58)
        keep(
            store,
            revision,
            at,
            {
                "snr_subtraction": round(float(noise.normal(214.0, 3.0)) - 2.6 * fading, 1),
                "piu": round(float(noise.normal(91.0, 0.6)), 2),
                "psg": round(abs(float(noise.normal(0.9, 0.12))), 2),
            },
            operator="L. Roth",
        )


def _baseline(store: Store, result: Result, key: str, at: datetime) -> None:
    trend = TrendKey(store.devices.find("CT 1").id, result.profile.id if result.profile else "", key, METHODS[key])
    frozen = freeze(
        store, propose(store, trend), operator="M. Weber", reason="thirty weeks after acceptance, nothing to report"
    )
    _date(store, BASELINE, at, id=frozen.id)


def _event(store: Store, device: str, at: datetime, kind: EventKind, text: str) -> None:
    store.events.add(ServiceEvent(store.devices.find(device).id, at, kind, text, operator="M. Weber"))


def _review(store: Store, result: Result, action: str, at: datetime, text: str) -> None:
    store.reviews.add(result.id or 0, action, operator="M. Weber", text=text)
    _date(store, REVIEW, at, analysis_id=result.id, text=text)


def _date(store: Store, table: Table, at: datetime, **row: object) -> None:
    """Let a row be of the time it tells of: the store itself writes the present one."""
    name = "applied_at" if table is PROFILE_REVISION else "at"
    with store.database.writing() as connection:
        connection.execute(update(table).where(*_same(table, row.items())).values({name: at}))


def _same(table: Table, row: Iterable[tuple[str, object]]) -> list[object]:
    return [table.c[name] == value for name, value in row]
