# SPDX-License-Identifier: LGPL-3.0-or-later
"""Days as people of a language write them, and as machines do where nobody asks."""

from datetime import UTC, date, datetime, timedelta

import pytest

from optimage.charts.ticks import time_axis
from optimage.document.words import day, moment
from optimage.i18n import Manner, local_date, local_hour, local_month, speaking

AT = datetime(2026, 11, 5, 23, 30, tzinfo=UTC)


@pytest.mark.parametrize(
    ("language", "full", "month", "hour"),
    [
        ("en", "5 Nov 2026", "Nov 2026", "5 Nov 23:30"),
        ("de", "05.11.2026", "Nov. 2026", "5. Nov. 23:30"),
        ("fr", "5 nov. 2026", "nov. 2026", "5 nov. 23:30"),
        ("xx", "2026-11-05", "2026-11", "11-05 23:30"),
    ],
)
def test_a_day_is_written_as_the_language_writes_it(language, full, month, hour):
    with speaking(Manner(language, dates="local")):
        assert (local_date(AT), local_month(AT), local_hour(AT)) == (full, month, hour)
        assert moment(AT) == f"{full} 23:30:00 UTC"


@pytest.mark.parametrize("manner", [Manner(), Manner("de"), Manner("de", dates="iso")])
def test_a_day_is_written_as_machines_do_where_nobody_asks(manner):
    with speaking(manner):
        assert (local_date(date(2026, 1, 2)), local_month(AT), local_hour(AT)) == (
            "2026-01-02",
            "2026-11",
            "11-05 23:30",
        )


def test_the_day_is_the_one_of_the_zone():
    from zoneinfo import ZoneInfo

    assert day(AT) == "2026-11-05"
    assert day(AT, ZoneInfo("Europe/Berlin")) == "2026-11-06"
    assert day(None) == moment(None) == "–"


@pytest.mark.parametrize(("length", "first"), [(timedelta(days=1), "6 Nov 06:00"), (timedelta(days=9), "7 Nov 2026"),
                                               (timedelta(days=400), "Jan 2027")])  # fmt: skip
def test_axes_of_charts_follow(length, first):
    with speaking(Manner("en", dates="local")):
        axis = time_axis([AT.timestamp(), (AT + length).timestamp()], title="")
    assert any(tick.label.startswith(first) for tick in axis.ticks), axis.ticks
