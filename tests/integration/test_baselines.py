# SPDX-License-Identifier: LGPL-3.0-or-later
"""From old results to frozen lines, to a drift that is told, and back: at the command line, on a real store."""

import json
from collections.abc import Mapping, Sequence
from datetime import UTC, datetime, timedelta
from pathlib import Path

import numpy as np
import pytest

from optimage.model.control import TrendKey
from optimage.model.outcome import (
    Acquisition,
    DeviceIdentity,
    JudgedMeasurement,
    ProfileReference,
    Provenance,
    Result,
)
from optimage.model.results import Measurement
from optimage.model.tolerance import Judgement, Verdict
from optimage.spc.limits import mean, unbiased_sigma
from optimage.workflow.freeze import propose
from optimage.workflow.history import trends_of
from tests.integration.desk import Desk
from tests.integration.site import PROFILE, enter

READINGS = """
[readings]
dose_index = { unit = "mGy" }
steps = { unit = "1" }

[tolerances.dose_index]
reference = 20.0
fail = 9.0
"""
WITH_READINGS = PROFILE.format(quiet_period_s=1) + READINGS
FIRST = datetime(2026, 1, 5, 7, tzinfo=UTC)
DAY, HOUR = timedelta(days=1), timedelta(hours=1)
VALUES = np.random.default_rng(4).normal(20.0, 0.5, 40).round(3).tolist()


@pytest.fixture
def desk(tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]) -> Desk:
    """A home with one applied profile of readings, and no result."""
    enter(tmp_path / "home", monkeypatch)
    monkeypatch.setenv("OPTIMAGE_LANGUAGE", "en")
    monkeypatch.setenv("OPTIMAGE_OPERATOR", "anna")
    desk = Desk(tmp_path, capsys)
    desk.apply(WITH_READINGS)
    return desk


def bring(
    desk: Desk,
    values: Sequence[float],
    *,
    key: str = "dose_index",
    device: str = "CT 1",
    hour: int = 0,
    attributes: Sequence[Mapping[str, str]] = (),
) -> None:
    """Store one result a day, as an import does."""
    results = [
        Result(
            phantom="ct_level_a",
            verdict=Verdict.NOT_JUDGED,
            acquisition=Acquisition(
                FIRST + day * DAY + hour * HOUR,
                "file",
                device=DeviceIdentity(name=device),
                attributes=attributes[day] if attributes else {},
            ),
            provenance=Provenance("0.1", ""),
            profile=ProfileReference("ct_water", 1),
            measurements=(
                JudgedMeasurement(
                    Measurement(key, value, "mGy" if key == "dose_index" else "1", method="reading@1"),
                    Judgement(Verdict.NOT_JUDGED),
                ),
            ),
        )
        for day, value in enumerate(values)
    ]
    with desk.store() as store:
        store.imports.add(results, sha256=f"{key}{device}{len(values)}", file_name="old.csv", operator="anna")


def measure(desk: Desk, day: int, value: float) -> None:
    """Enter today's reading."""
    at = (FIRST + day * DAY).isoformat()
    desk("results", "add", "--profile", "ct_water", "--at", at, f"dose_index={value}")


def frozen(desk: Desk) -> list[dict[str, object]]:
    return list(json.loads(desk("baseline", "list", "--json"))["baselines"])


def signals(desk: Desk) -> list[dict[str, object]]:
    return list(json.loads(desk("signals", "--json"))["signals"])


def test_forty_results_give_a_baseline_with_the_lines_of_its_first_thirty(desk: Desk) -> None:
    bring(desk, VALUES)
    said = desk("baseline", "freeze", "ct_water", "dose_index", "--reason", "acceptance")
    assert "n = 30" in said
    assert "frozen as baseline 1" in said
    (one,) = frozen(desk)
    assert (one["operator"], one["reason"], len(one["result_ids"])) == ("anna", "acceptance", 30)
    assert one["lines"]["centre"] == pytest.approx(mean(VALUES[:30]), abs=1e-12)
    assert one["lines"]["sigma"] == pytest.approx(unbiased_sigma(VALUES[:30]), abs=1e-12)
    assert one["valid_from"].startswith("2026-01-05")
    assert one["checks"]["shapiro_p"] > 0.05


def test_a_drift_is_told_once_in_plain_words_and_a_person_takes_note(desk: Desk) -> None:
    bring(desk, VALUES[:30])
    desk("baseline", "freeze", "ct_water", "dose_index", "--reason", "acceptance")
    centre, sigma = mean(VALUES[:30]), unbiased_sigma(VALUES[:30])
    for day in range(7):
        measure(desk, 30 + day, centre + 0.5 * sigma + 0.01 * (-1) ** day)
    assert signals(desk) == []  # one point short of eight
    measure(desk, 37, centre + 0.5 * sigma)
    (told,) = signals(desk)
    assert (told["rule"], told["words"]) == ("WE4", "eight results in a row above the centre line since 2026-02-04")
    assert len(told["points"]) == 8
    assert told["lines"]["baseline_id"] == 1
    measure(desk, 38, centre + 0.5 * sigma)  # still true, not told again
    assert len(signals(desk)) == 1
    assert "the reason is missing" in desk("signals", "acknowledge", told["id"], code=2)
    desk("signals", "acknowledge", told["id"], "--reason", "new dosimeter")
    assert signals(desk) == []
    assert "already: new dosimeter" in desk("signals", "acknowledge", told["id"], "--reason", "again", code=2)


def test_what_chance_raises_all_the_time_is_listed_on_request_only(desk: Desk) -> None:
    bring(desk, VALUES[:30])
    desk("baseline", "freeze", "ct_water", "dose_index", "--reason", "acceptance")
    measure(desk, 30, mean(VALUES[:30]) + 2.5 * unbiased_sigma(VALUES[:30]))
    assert signals(desk) == []
    assert "R1w" in desk("signals", "--all")


def test_applying_a_profile_says_how_many_signals_chance_alone_raises(desk: Desk) -> None:
    (desk.folder / "profile.toml").write_text(WITH_READINGS.replace("fail = 9.0", "fail = 8.0"))
    said = desk("profile", "apply", desk.folder / "profile.toml", "--reason", "test")
    # 4.55 in 100 outside two sigma, and 0.7 by the runs of the default rules, for each of three
    assert "100 results of a healthy device raise about 16 signals (measurements watched: 3)" in said


def test_results_against_a_frozen_baseline_do_not_move_it(desk: Desk) -> None:
    bring(desk, VALUES[:30])
    desk("baseline", "freeze", "ct_water", "dose_index", "--reason", "acceptance")
    measure(desk, 40, 24.0)
    with desk.store() as store:
        trend = trends_of(store, store.results.get(31))["dose_index"]
    assert trend.lines is not None
    assert trend.lines.centre == pytest.approx(mean(VALUES[:30]), abs=1e-12)
    assert [signal.rule for signal in trend.signals] == ["R1"]


def test_a_released_baseline_stays_in_the_record_and_out_of_use(desk: Desk) -> None:
    bring(desk, VALUES[:30])
    desk("baseline", "freeze", "ct_water", "dose_index", "--reason", "acceptance")
    desk("baseline", "release", "1", "--reason", "tilted phantom")
    assert frozen(desk) == []
    assert "out of use" in desk("baseline", "list", "--all")
    assert "already: tilted phantom" in desk("baseline", "release", "1", "--reason", "again", code=2)
    desk("baseline", "freeze", "ct_water", "dose_index", "--reason", "again")
    assert [one["id"] for one in frozen(desk)] == [2]


def test_a_trial_stores_nothing_and_says_what_would_be_left_out(desk: Desk) -> None:
    bring(desk, VALUES[:30])
    desk("results", "exclude", "3", "--text", "air bubble")
    said = desk("baseline", "freeze", "ct_water", "dose_index", "--dry-run")
    assert "n = 29" in said
    assert "without result 3: air bubble" in said
    assert "29 results carry it; with 30 it would no longer be provisional" in said
    assert frozen(desk) == []
    assert "no baselines" in desk("baseline", "list")


def test_what_cannot_be_frozen_is_refused_with_what_to_do(desk: Desk) -> None:
    bring(desk, VALUES[:9])
    bring(desk, [4.0] * 12, key="steps", hour=1)
    freeze = ("baseline", "freeze", "ct_water")
    assert "the reason is missing" in desk(*freeze, "dose_index", code=2)
    assert "9 results that can carry a baseline, 10 are needed" in desk(*freeze, "dose_index", "--reason", "r", code=2)
    assert 'spread = "steps"' in desk(*freeze, "steps", "--reason", "r", code=2)
    assert "has no values of noise" in desk(*freeze, "noise", "--reason", "r", code=2)
    assert "there is no baseline 7" in desk("baseline", "release", "7", "--reason", "r", code=2)
    bring(desk, VALUES[:12], device="CT 2", hour=2)
    assert "choose one of them with --device" in desk(*freeze, "dose_index", "--reason", "r", code=2)
    assert "n = 12" in desk(*freeze, "dose_index", "--device", "CT 2", "--reason", "r")


def test_two_populations_are_told_with_the_attribute_that_separates_them(desk: Desk) -> None:
    kernels = ["soft" if day % 3 else "sharp" for day in range(30)]
    values = [value + (4.0 if kernel == "sharp" else 0.0) for value, kernel in zip(VALUES, kernels, strict=False)]
    bring(desk, values, attributes=[{"ConvolutionKernel": kernel, "KVP": "120"} for kernel in kernels])
    said = desk("baseline", "freeze", "ct_water", "dose_index", "--dry-run")
    assert "two populations" in said
    assert "what tells them apart: ConvolutionKernel;" in said


def test_one_population_is_not_told_to_be_two(desk: Desk) -> None:
    bring(desk, VALUES[:30], attributes=[{"KVP": "120"}] * 30)
    assert "populations" not in desk("baseline", "freeze", "ct_water", "dose_index", "--dry-run")


def test_a_revision_that_changes_how_is_measured_begins_anew_and_one_of_limits_does_not(desk: Desk) -> None:
    bring(desk, VALUES[:30])
    desk.apply(WITH_READINGS.replace("fail = 9.0", "fail = 8.0"))
    measure(desk, 40, 20.1)
    desk.apply(WITH_READINGS + "\n[parameters]\ndetrend = 2\n")
    measure(desk, 41, 20.2)
    with desk.store() as store:
        goes_on, anew = (trends_of(store, store.results.get(number))["dose_index"] for number in (31, 32))
    assert goes_on.lines is not None
    assert goes_on.control.borders == ()
    assert anew.lines is None
    assert anew.control.borders == (FIRST + 41 * DAY,)


def test_the_baseline_begins_at_the_last_border_unless_a_person_says_otherwise(desk: Desk) -> None:
    bring(desk, VALUES)
    key = TrendKey(1, "ct_water", "dose_index", "reading@1")
    with desk.store() as store:
        late = propose(store, key, since=FIRST + 20 * DAY)
        short = propose(store, key, until=FIRST + 14 * DAY)
    assert (late.baseline.valid_from, late.baseline.lines.n) == (FIRST + 20 * DAY, 20)
    assert (short.baseline.until, short.baseline.lines.n) == (FIRST + 14 * DAY, 15)


def test_a_trend_is_told_in_numbers_with_the_day_on_which_it_reaches_its_limit(desk: Desk) -> None:
    """1 mGy a year on 20 ± 0.1, limit 29 at 9 above the reference: about nine years from the last day."""
    noise = np.array(VALUES) - 20.0
    bring(desk, [20.0 + day / 365.25 + 0.02 * float(noise[day]) for day in range(40)])
    measure(desk, 40, 20.0 + 40 / 365.25)  # judged, so that there is a limit
    said = desk("trend", "ct_water", "dose_index")
    assert "41 results since 2026-01-05" in said
    assert "reaches the limit about 203" in said
    (told,) = json.loads(desk("trend", "ct_water", "dose_index", "--json"))["trends"]
    assert told["slope"]["p"] < 1e-6
    # noise of 0.01 over 41 days moves a slope by 0.01 * sqrt(12 / 41) / 41 days = 0.05 a year
    assert told["slope"]["per_year"] == pytest.approx(1.0, abs=0.15)
    assert told["lines"]["n"] == 30


def test_a_trend_of_one_result_says_what_there_is(desk: Desk) -> None:
    bring(desk, [20.0])
    said = desk("trend", "ct_water", "dose_index")
    assert "1 result since 2026-01-05" in said
    assert "no control lines yet" in said
    (told,) = json.loads(desk("trend", "ct_water", "dose_index", "--json"))["trends"]
    assert (told["sd"], told["lines"], told["slope"], told["capability"]) == (None, None, None, None)
