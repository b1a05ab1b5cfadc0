# SPDX-License-Identifier: LGPL-3.0-or-later
"""Reports on what is rare: years that end elsewhere, units called alike or not at all, hostile texts."""

import re
from collections.abc import Iterator
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from io import BytesIO
from math import nan
from pathlib import Path
from zoneinfo import ZoneInfo

import pytest
from pypdf import PdfReader

from optimage.document.period import Period, Selection
from optimage.errors import UsageError
from optimage.judge import judge
from optimage.model.baseline import EventKind, ServiceEvent
from optimage.model.outcome import (
    Acquisition,
    DeviceIdentity,
    JudgedMeasurement,
    ProfileReference,
    Provenance,
    Result,
)
from optimage.model.profile import Profile
from optimage.model.results import Measurement
from optimage.model.tolerance import Band
from optimage.report.templates.files import load_template
from optimage.report.templates.template import in_language
from optimage.store.engine import Store, open_store
from optimage.store.entered import set_without_images
from optimage.workflow.reporting.make import Made, Order, make_report
from optimage.workflow.watch import keep_signals
from tests.integration.reporting.conftest import BERLIN, report_site

NOW = datetime(2026, 2, 1, 12, 0, tzinfo=UTC)
DAILY = Profile("daily", "Daily test", "x", schedule="daily", tolerances={"level": Band(10.0, 1.0, 2.0, source="rule")})
SCANNER = DeviceIdentity("Maker", "Model", "1", "ST1", "Scanner")
NEW_YEAR = datetime(2025, 12, 31, 23, 30, tzinfo=UTC)


@pytest.fixture
def store(tmp_path: Path) -> Iterator[Store]:
    with open_store(tmp_path / "optimage.db", spool=tmp_path / "spool", reserve_bytes=0) as opened:
        report_site.apply(opened, DAILY, datetime(2024, 1, 1, tzinfo=UTC), "acceptance")
        yield opened


def result(at: datetime, value: float, device: DeviceIdentity = SCANNER, revision: int = 1, **of: str) -> Result:
    measured = Measurement("level", value, "mm", nan, "m@1")
    judgement = judge(measured, DAILY.tolerances["level"])
    return Result(
        phantom="x",
        verdict=judgement.verdict,
        acquisition=Acquisition(at, "AcquisitionDateTime", "CT", device, of.get("institution", "House")),
        provenance=Provenance("1", "1", operator=of.get("operator", "anna"), inputs_sha256=f"{at} {value}"[:64]),
        profile=ProfileReference("daily", revision, of.get("title", DAILY.title)),
        measurements=(JudgedMeasurement(measured, judgement),),
    )


def keep(store: Store, kept: Result, group: str = "") -> Result:
    revision = store.profiles.get("daily")
    set_id = set_without_images(
        store.database, revision, group_key=group or f"{kept.acquisition.at} {kept.acquisition.device}", now=NOW
    )
    return store.results.add(kept, set_id=set_id, job_id=None, operator=kept.provenance.operator)


def year(number: int, zone: ZoneInfo = BERLIN) -> Period:
    return Period(datetime(number, 1, 1, tzinfo=zone), datetime(number + 1, 1, 1, tzinfo=zone), zone)


def made(store: Store, template: str, period: Period, selection: Selection | None = None, language: str = "en") -> Made:
    order = Order(NOW, selection or Selection(), period, operator="anna")
    return make_report(store, {}, in_language(load_template(template), language), order)


def text_of(report: Made) -> str:
    pages = PdfReader(BytesIO(report.write("pdf"))).pages
    return " ".join(" ".join(page.extract_text() for page in pages).split())


def test_the_last_hour_of_a_year_is_the_first_of_the_next_further_east(store: Store) -> None:
    keep(store, result(NEW_YEAR, 10.0))
    here = text_of(made(store, "tasks", year(2026)))
    assert "1 measurement: ✔ 1 pass" in here
    assert "1 Jan 2026 00:30" in here.replace("00:30", " 00:30").replace("  ", " ")
    assert "Nothing was measured in this period." in text_of(made(store, "tasks", year(2025)))
    utc = ZoneInfo("UTC")
    assert "1 measurement: ✔ 1 pass" in text_of(made(store, "tasks", year(2025, utc)))
    assert "Nothing was measured in this period." in text_of(made(store, "tasks", year(2026, utc)))


def test_the_year_of_the_values_is_that_of_the_zone_as_well(store: Store) -> None:
    for minutes, value in ((-31, 9.1), (-30, 9.2), (-29, 9.3)):
        keep(store, result(datetime(2026, 1, 1, tzinfo=BERLIN) + timedelta(minutes=minutes + 30), value))
    values = text_of(made(store, "parameter", year(2026)))
    assert "9.20" in values
    assert "9.30" in values
    assert "9.10" not in values
    values = text_of(made(store, "parameter", year(2025)))
    assert "9.10" in values
    assert "9.20" not in values


def test_units_called_alike_are_told_apart_by_their_numbers(store: Store) -> None:
    other = replace(SCANNER, serial="2")
    keep(store, result(datetime(2026, 1, 5, tzinfo=UTC), 10.0))
    keep(store, result(datetime(2026, 1, 6, tzinfo=UTC), 12.5, other))
    text = text_of(made(store, "device_year", year(2026)))
    assert "Scanner (device 1)" in text
    assert "Scanner (device 2)" in text
    with pytest.raises(UsageError) as refused:
        made(store, "device_year", year(2026), Selection(device="Scanner"))
    assert refused.value.code == "several_devices"
    lines = text_of(made(store, "site", year(2026)))
    assert "Daily test – Scanner (device 1)" in lines
    assert "Daily test – Scanner (device 2)" in lines
    assert "Daily test – Scanner House" not in lines, "no third one"
    one = text_of(made(store, "device_year", year(2026), Selection(device="2")))
    assert "✖ 1 fail" in one
    assert "✔ 1 pass" not in one


def test_a_device_without_a_name_is_told_by_its_number(store: Store) -> None:
    keep(store, result(datetime(2026, 1, 5, tzinfo=UTC), 10.0, DeviceIdentity()))
    for template in ("device_year", "tasks", "configuration", "site"):
        assert "Daily test" in text_of(made(store, template, year(2026), Selection(device="1")))
    assert "device 1" in text_of(made(store, "device_year", year(2026)))


def test_superseded_rejected_and_excluded_results_stay_out_of_figures_and_are_told(store: Store) -> None:
    days = [datetime(2026, 1, day, 8, 0, tzinfo=UTC) for day in range(5, 10)]
    kept = [keep(store, result(day, value)) for day, value in zip(days, (10.0, 10.2, 10.4, 17.0, 18.0), strict=True)]
    keep(store, result(days[0], 9.8), group=f"{days[0]} {SCANNER}")
    store.reviews.add(kept[3].id, "reject", operator="anna", text="wrong phantom")
    store.reviews.add(kept[4].id, "exclude", operator="anna", text="test of a coil")
    text = text_of(made(store, "parameter", year(2026)))
    assert "(17.00)" in text
    assert "(18.00)" in text
    assert "Mean 10.13" in text, "of 9.8, 10.2 and 10.4"
    assert "2 SD 0.61" in text, "twice 0.3055"
    assert "10.00" not in text.split("Values: ")[1].split("Provenance")[0], "the superseded value"
    listed = text_of(made(store, "tasks", year(2026)))
    assert "rejected: wrong phantom" in listed
    assert "excluded: test of a coil" in listed
    assert "1 superseded result is not listed." in listed
    assert "5 measurements" in listed


def test_imported_values_and_those_of_two_revisions_are_in_one_table(store: Store) -> None:
    store.imports.add(
        [result(datetime(2026, 1, 5, tzinfo=UTC), 10.1)], sha256="0", file_name="old.csv", operator="anna"
    )
    stricter = replace(DAILY, tolerances={"level": Band(10.0, 0.5, 1.0, source="stricter rule")})
    report_site.apply(store, stricter, datetime(2026, 1, 6, tzinfo=UTC), "house rule 7")
    keep(store, result(datetime(2026, 1, 6, tzinfo=UTC), 10.2, revision=2))
    text = text_of(made(store, "parameter", year(2026)))
    assert "10.10" in text
    assert "10.20" in text
    assert "1 value was imported from a file." in text
    told = text_of(made(store, "configuration", Period(zone=BERLIN)))
    assert re.search(r"▲ 9\.50* … 10\.50*", told)
    assert "stricter rule" in told
    assert "M. Weber: house rule 7" in told


HOSTILE = (
    "<b>x</b>&amp;{{ 7*7 }}{0}%s =1+1",
    "\u202etfel\u202c \u2067",
    "A" * 10_000,
    "tab\tnul\x00bell\x07",
)


@pytest.mark.parametrize("text", HOSTILE, ids=["markup", "right to left", "long", "controls"])
@pytest.mark.parametrize("form", ["pdf", "html", "rtf", "json"])
def test_hostile_texts_are_shown_and_never_obeyed(store: Store, text: str, form: str) -> None:
    device = DeviceIdentity(text, text, text, text, "")
    kept = keep(store, result(datetime(2026, 1, 5, tzinfo=UTC), 17.0, device, institution=text, operator=text))
    keep_signals(store, kept)
    store.reviews.add(kept.id, "comment", operator=text, text=text)
    store.events.add(ServiceEvent(1, datetime(2026, 1, 6, tzinfo=UTC), EventKind.OTHER, text, operator=text))
    for template in ("device_year", "tasks", "configuration", "alarms", "site", "parameter"):
        report = made(store, template, year(2026), Selection(device="1"))
        content = report.write(form)
        assert content
        assert re.fullmatch(r"[A-Za-z0-9_-]+", report.stem)
        assert (
            b"49" not in content.replace(b"7*7", b"") or form != "html" or "{{" not in text or b"{{ 7*7 }}" in content
        )
    if "<b>" in text and form == "html":
        assert b"<b>x</b>" not in content


def test_a_site_of_a_hostile_name_gives_a_harmless_file_name(store: Store) -> None:
    keep(store, result(datetime(2026, 1, 5, tzinfo=UTC), 10.0, institution="../../etc/passwd"))
    report = made(store, "site", year(2026), Selection(site="../../etc/passwd"))
    assert re.fullmatch(r"site-site[0-9a-f]{8}-2026", report.stem)


def test_a_report_changes_what_is_behind_it_with_the_store_and_not_else(store: Store) -> None:
    kept = keep(store, result(datetime(2026, 1, 5, tzinfo=UTC), 17.0))
    before = made(store, "device_year", year(2026)).behind
    assert made(store, "device_year", year(2026), language="fr").behind == before
    store.reviews.add(kept.id, "accept", operator="anna", text="seen")
    after = made(store, "device_year", year(2026)).behind
    assert after != before
    keep(store, result(datetime(2024, 1, 5, tzinfo=UTC), 10.0))
    assert made(store, "device_year", year(2026)).behind == after, "another year"
