# SPDX-License-Identifier: LGPL-3.0-or-later
"""`optimage report schedule` and `optimage run-due`: from what a person asks for to the files."""

import json
from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest
from pypdf import PdfReader

from optimage.model.notice import Channel, Notice, Recipient
from optimage.store.engine import Store
from tests.integration.desk import Desk
from tests.integration.periodic import DAY, open_another
from tests.integration.site import PROFILE, enter

pytestmark = pytest.mark.only_on("sqlite", "postgresql")
MONTHLY = ("--every", "monthly", "--on", "2199-12-01", "--zone", "Europe/Luxembourg")


@pytest.fixture
def desk(tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]) -> Desk:
    """A home with one applied profile."""
    enter(tmp_path / "home", monkeypatch)
    monkeypatch.setenv("OPTIMAGE_LANGUAGE", "en")
    monkeypatch.setenv("OPTIMAGE_OPERATOR", "anna")
    desk = Desk(tmp_path, capsys)
    desk.apply(PROFILE.format(quiet_period_s=1))
    return desk


@pytest.fixture
def store(desk: Desk) -> Iterator[Store]:
    """The database that the desk works on."""
    with open_another(desk.folder / "home") as opened:
        yield opened


def add(desk: Desk, *more: object, name: str = "month", code: int = 0) -> str:
    return desk("report", "schedule", "add", name, "--template", "site", *MONTHLY, *more, code=code)


def make_due(store: Store, name: str = "month", *, days: int = 1) -> None:
    """Let a schedule be daily, and added before its last due moments."""
    from dataclasses import replace

    now = datetime.now(UTC)
    at = (now - timedelta(hours=1)).astimezone(UTC)
    first = replace(
        store.schedules.get(name),
        every="daily",
        anchor=(at - 9 * DAY).date(),
        at=at.time().replace(second=0),
        zone="UTC",
    )
    store.schedules.change(first, now=now - days * DAY)


def schedules(desk: Desk) -> list[dict]:
    return list(json.loads(desk("report", "schedule", "list", "--json"))["schedules"])


def test_a_schedule_is_added_listed_shown_paused_and_removed(desk):
    said = add(desk, "--format", "pdf,json", "--language", "de", "--mail", "a@example.org", "--only-when-something")
    assert "the first report is made on 2199-12-01 06:00 Europe/Luxembourg" in said
    (one,) = schedules(desk)
    assert (one["name"], one["every"], one["at"], one["forms"], one["language"], one["operator"]) == (
        *("month", "monthly", "06:00", ["pdf", "json"]),
        *("de", "anna"),
    )
    assert one["recipients"] == [{"channel": "mail", "address": "a@example.org"}]
    shown = desk("report", "schedule", "show", "month")
    assert "monthly from 2199-12-01 at 06:00 Europe/Luxembourg" in shown
    assert "a@example.org" in shown
    desk("report", "schedule", "pause", "month")
    assert "paused" in desk("report", "schedule", "list")
    assert "goes on: next on" in desk("report", "schedule", "resume", "month")
    desk("report", "schedule", "remove", "month")
    assert "no schedules" in desk("report", "schedule", "list")
    assert "there is no schedule month" in desk("report", "schedule", "show", "month", code=2)


@pytest.mark.parametrize(
    ("wrong", "said"),
    [
        (("--zone", "Luxemburg"), "Europe/Luxembourg"),
        (("--template", "sight"), "there is no report template sight"),
        (("--on", "1.12.2026"), "is no date"),
        (("--on", "0001-01-01"), "is no day on which reports can begin"),
        (("--at", "6 Uhr"), "write it as 06:00"),
        (("--device", "CT 9"), "CT 9"),
        (("--profile", "ct_watre"), "ct_watre"),
        (("--format", "docx"), "there is no form docx"),
        (("--mail", "nobody"), "nobody is no address of mail"),
        (("--mail", "a@b\nBcc: c@d"), "is no address of mail"),
        (("--webhook", "file:///etc/passwd"), "is no address of webhook"),
    ],
)
def test_every_mistake_is_told_when_a_schedule_is_added(desk, store, wrong, said):
    assert said in add(desk, *wrong, code=2)
    assert store.schedules.list() == ()


@pytest.mark.parametrize("name", ["../../x", "a b", "", "a/b", "x" * 41, "a\0b", "a.pdf"])
def test_a_name_that_would_lead_out_of_the_folder_is_refused(desk, store, name):
    assert "cannot be the name of a schedule" in add(desk, name=name, code=2)
    assert store.schedules.list() == ()


def test_a_second_schedule_of_the_same_name_is_refused(desk):
    add(desk)
    assert "there is a schedule month already" in add(desk, code=2)


def test_what_is_due_is_made_once_and_told(desk, store):
    add(desk, "--format", "pdf,json", "--mail", "a@example.org")
    assert "nothing is due" in desk("run-due")
    make_due(store)
    assert "month: due on" in desk("run-due", "--dry-run")
    assert store.runs.list() == ()
    assert "✔ made" in desk("run-due")
    assert "nothing is due" in desk("run-due")
    reports = store.reports.list(kind="period")
    assert [one.form for one in reports] == ["pdf", "json"]
    folder = desk.folder / "home" / "reports"
    assert sorted(path.name for path in folder.iterdir()) == sorted(one.file_name for one in reports)
    assert "%PDF" in (folder / reports[0].file_name).read_bytes()[:5].decode()
    assert len(PdfReader(folder / reports[0].file_name).pages) == 1
    assert [one.about for one in store.notices.list()] == ["run:1"]
    assert reports[0].file_name in desk("report", "schedule", "runs", "month")
    assert "✔ made" in desk("report", "schedule", "list")


def test_a_report_that_is_made_again_has_the_same_bytes(desk, store):
    add(desk, "--format", "pdf,json")
    make_due(store)
    desk("run-due")
    files = {path: path.read_bytes() for path in (desk.folder / "home" / "reports").iterdir()}
    from optimage.app import open_app
    from optimage.settings import load_settings
    from optimage.workflow.periodic.by_templates import reporter_of

    app = open_app(load_settings())
    (run,) = store.runs.list()
    made = reporter_of(app.settings, app.store, app.modules).make(store.schedules.get("month"), run)
    assert set(made.files.values()) == set(files.values())
    assert made.empty
    assert {one.behind for one in store.reports.list()} == {made.behind}


def test_a_schedule_that_only_speaks_when_there_is_something_stays_silent_on_an_empty_site(desk, store):
    add(desk, "--only-when-something", "--mail", "a@example.org")
    make_due(store)
    assert "nothing to report" in desk("run-due")
    assert store.reports.list() == store.notices.list() == ()


def test_a_report_that_fails_gives_exit_code_1_and_the_doctor_tells_it_in_the_end(desk, store):
    (desk.folder / "home" / "report_templates").mkdir()
    own = desk.folder / "home" / "report_templates" / "own.toml"
    own.write_text('title = "Own"\nscope = "period"\n\n[[block]]\nkind = "title"\n')
    desk("report", "schedule", "add", "own", "--template", "own", *MONTHLY)
    make_due(store, "own")
    own.write_text('title = "Own"\nscope = "period"\n\n[[block]]\nkind = "nothing_of_ours"\n')
    assert "failed, to be tried again" in desk("run-due", code=1)
    assert "nothing is due" in desk("run-due"), "its pause is not over"
    desk("report", "schedule", "retry", "own")
    for _ in range(3):
        (run,) = store.runs.list()
        desk("run-due", code=1)
        store.runs.latest()
        wait_is_over(store)
    (run,) = store.runs.list()
    assert run.state == "failed"
    said = desk("doctor", code=1)
    assert "the report own failed" in said
    assert "optimage report schedule retry own" in said
    own.write_text('title = "Own"\nscope = "period"\n\n[[block]]\nkind = "title"\n')
    desk("report", "schedule", "retry", "own")
    assert "✔ made" in desk("run-due")
    assert "nothing needs care" in desk("doctor") or "the report own" not in desk("doctor", code=1)


def wait_is_over(store: Store) -> None:
    """Let the pause of a run that waits be over."""
    from sqlalchemy import update

    from optimage.store.schema_reports import REPORT_RUN

    with store.database.writing() as connection:
        past = datetime.now(UTC) - timedelta(seconds=1)
        connection.execute(update(REPORT_RUN).where(REPORT_RUN.c.state == "waiting").values(next_try=past))


def test_the_doctor_tells_what_is_late_and_who_was_not_told(desk, store):
    add(desk)
    make_due(store, days=3)
    store.notices.add(
        Notice("run:1", Recipient(Channel.MAIL, "a@b"), "s", "t"), now=datetime.now(UTC) - timedelta(hours=1)
    )
    said = desk("doctor", code=1)
    assert "the report month has been due since" in said
    assert "1 notice waits to be sent" in said
