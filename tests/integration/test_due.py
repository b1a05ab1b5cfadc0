# SPDX-License-Identifier: LGPL-3.0-or-later
"""`optimage due`: what a person and a script see."""

import json
from datetime import date, datetime, time, timedelta
from pathlib import Path
from typing import Any

import pytest

from tests.integration.desk import Desk
from tests.integration.site import PROFILE, enter

READING = '\n[readings]\ndose_index = { unit = "mGy" }\n'
DAY = timedelta(days=1)


@pytest.fixture
def desk(tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]) -> Desk:
    """A home without profiles."""
    enter(tmp_path / "home", monkeypatch)
    monkeypatch.setenv("OPTIMAGE_LANGUAGE", "en")
    return Desk(tmp_path, capsys)


def apply(desk: Desk, profile: str, schedule: str, site: str = "") -> None:
    """Apply a profile of readings."""
    head = f'schedule = "{schedule}"\nsite = "{site}"\ndevice = "CT of {profile}"\n'
    text = PROFILE.format(quiet_period_s=1).replace('device = "CT 1"\n', head).replace('"ct_water"', f'"{profile}"', 1)
    desk.apply(text + READING)


def today() -> date:
    """Return the local day."""
    return datetime.now().astimezone().date()


def measure(desk: Desk, profile: str, days_ago: int) -> None:
    """Enter a reading of noon some days ago."""
    at = datetime.combine(today() - days_ago * DAY, time(12)).astimezone()
    desk("results", "add", "dose_index=20", "--profile", profile, "--at", at.isoformat())


def due(desk: Desk, *arguments: str, code: int = 0) -> list[dict[str, Any]]:
    """Return what `due` says."""
    return list(json.loads(desk("due", "--json", *arguments, code=code))["due"])


def test_something_overdue_makes_the_exit_code_1_at_its_site_and_nowhere_else(desk: Desk) -> None:
    for profile, schedule, site, days_ago in (
        ("late", "weekly", "North", 20),
        ("ready", "weekly", "South", 7),
        ("done", "yearly", "South", 7),
    ):
        apply(desk, profile, schedule, site)
        measure(desk, profile, days_ago)
    assert [one["state"] for one in due(desk, code=1)] == ["overdue", "due", "done"]
    (late,) = due(desk, "--site", "North", code=1)
    assert (late["profile_id"], late["device"], late["days_over"]) == ("late", "CT of late", 12)  # 20 days less 7 + 1
    assert late["due"] == (today() - 13 * DAY).isoformat()
    assert [one["profile_id"] for one in due(desk, "--site", "South")] == ["ready", "done"]
    assert [one["profile_id"] for one in due(desk, "--overdue", code=1)] == ["late"]
    assert due(desk, "--overdue", "--site", "South") == []
    table = desk("due", code=1)
    assert "✖ overdue for 12 days" in table
    assert "▲ due" in table
    assert "✔ done" in table
    assert "known: North; South" in desk("due", "--site", "East", code=2)


def test_a_profile_without_schedule_is_named_and_nothing_else_is(desk: Desk) -> None:
    assert "nothing" in desk("due")
    apply(desk, "free", "")
    assert "without a schedule: free" in desk("due")
    assert json.loads(desk("due", "--json"))["without_schedule"] == ["free"]


def test_grace_and_closed_days_are_settings(desk: Desk, monkeypatch: pytest.MonkeyPatch) -> None:
    apply(desk, "late", "weekly")
    measure(desk, "late", 9)
    assert due(desk, code=1)[0]["days_over"] == 1
    monkeypatch.setenv("OPTIMAGE_GRACE_PERCENT", "30")  # 2.1 days
    assert due(desk)[0]["state"] == "due"
    monkeypatch.setenv("OPTIMAGE_GRACE_PERCENT", "0")
    days = ("mon", "tue", "wed", "thu", "fri", "sat", "sun")
    monkeypatch.setenv("OPTIMAGE_CLOSED_DAYS", " ".join(day for n, day in enumerate(days) if n != today().weekday()))
    (row,) = due(desk)
    assert (row["state"], row["due"]) == ("due", today().isoformat())
