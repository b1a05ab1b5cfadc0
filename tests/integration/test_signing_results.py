# SPDX-License-Identifier: LGPL-3.0-or-later
"""A named person stands for a result; its report shows that, and what changes afterwards."""

from pathlib import Path

import pytest
from sqlalchemy import create_engine, text

from tests.integration.desk import Desk
from tests.integration.site import PROFILE, enter

READINGS = '\n[readings]\ndose_index = { unit = "mGy" }\n'


@pytest.fixture
def desk(tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]) -> Desk:
    """A home with one result of a profile that has a reading."""
    enter(tmp_path / "home", monkeypatch)
    monkeypatch.setenv("OPTIMAGE_LANGUAGE", "en")
    monkeypatch.setenv("OPTIMAGE_OPERATOR", "anna")
    desk = Desk(tmp_path, capsys)
    desk.apply(PROFILE.format(quiet_period_s=1) + READINGS)
    desk.add("--profile", "ct_water", "--at", "2026-03-02", "dose_index=20.5")
    return desk


def sign(desk: Desk, result_id: int = 1, *, name: str = "Dr. Marie Weber", code: int = 0) -> str:
    return desk("results", "sign", result_id, "--name", name, "--reason", "as at acceptance", code=code)


def test_the_report_shows_who_signed_and_why(desk: Desk) -> None:
    assert "signed by" not in desk.text_of_report(1)
    assert "Dr. Marie Weber" in sign(desk)
    told = desk.text_of_report(1)
    assert "signed by Dr. Marie Weber" in told
    assert "as at acceptance" in told
    assert "changed since" not in told
    assert "signed by Dr. Marie Weber" in desk("results", "show", 1)
    (result,) = desk.results()
    assert [review["action"] for review in result["reviews"]] == ["accept"]


def test_two_people_sign_and_both_are_shown(desk: Desk) -> None:
    sign(desk)
    sign(desk, name="Paul Klein")
    told = desk.text_of_report(1)
    assert told.index("Dr. Marie Weber") < told.index("Paul Klein")
    assert "changed since" not in told


def test_a_result_that_took_its_place_is_told_and_is_not_signed_itself(desk: Desk) -> None:
    sign(desk)
    desk.add(1, "dose_index=21.5")
    assert "changed since: result 2 took its place" in desk.text_of_report(1)
    assert "signed by" not in desk.text_of_report(2)
    assert "a later result took the place of result 1" in sign(desk, code=2)


@pytest.mark.parametrize(("action", "said"), [("reject", "rejected"), ("exclude", "excluded")])
def test_a_later_review_against_it_is_told_with_its_reason(desk: Desk, action: str, said: str) -> None:
    sign(desk)
    desk("results", action, 1, "--text", "wrong chamber")
    assert f"changed since: {said} by anna: wrong chamber" in desk.text_of_report(1)


def test_a_comment_and_a_review_before_the_signature_change_nothing(desk: Desk) -> None:
    desk("results", "exclude", 1, "--text", "tube was cold")
    desk("results", "include", 1)
    sign(desk)
    desk("results", "comment", 1, "--text", "seen")
    assert "changed since" not in desk.text_of_report(1)


def test_values_that_somebody_altered_in_the_database_are_told(desk: Desk) -> None:
    sign(desk)
    engine = create_engine(f"sqlite:///{desk.folder / 'home' / 'optimage.db'}")
    with engine.begin() as connection:
        connection.execute(text("UPDATE measurement SET value = 19.5 WHERE key = 'dose_index'"))
    engine.dispose()
    assert "what the database holds is not what was signed" in desk.text_of_report(1)


def test_refusals_name_what_is_missing_and_leave_no_trace(desk: Desk) -> None:
    assert "the reason is missing" in desk("results", "sign", 1, "--name", "A", "--reason", " ", code=2)
    assert "the name of who signs is missing" in sign(desk, name=" ", code=2)
    assert "9" in sign(desk, 9, code=2)
    with desk.store() as store:
        assert store.signatures.list() == ()
        assert store.results.get(1).reviews == ()


def test_a_name_with_markup_is_shown_as_it_was_written(desk: Desk) -> None:
    sign(desk, name="<b>Eve</b> {{ 7*7 }}")
    assert "<b>Eve</b> {{ 7*7 }}" in desk.text_of_report(1)
