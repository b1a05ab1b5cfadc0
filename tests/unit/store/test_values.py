# SPDX-License-Identifier: LGPL-3.0-or-later
from datetime import UTC, datetime, timedelta, timezone
from math import inf, isnan, nan

import pytest
from hypothesis import given
from hypothesis import strategies as st

from optimage.model.outcome import Review
from optimage.store.codec import digest
from optimage.store.columns import UtcDateTime, finite, known, or_nan
from optimage.store.database import database_url
from optimage.store.reviews import standing

NOON = datetime(2026, 3, 2, 12, 0, tzinfo=UTC)


@given(st.datetimes(timezones=st.timezones()))
def test_an_instant_comes_back_the_same_whatever_its_zone(instant):
    column = UtcDateTime()
    kept = column.process_bind_param(instant, None)
    assert kept.tzinfo is None
    assert column.process_result_value(kept, None) == instant.astimezone(UTC)


def test_a_time_without_a_zone_is_no_instant():
    with pytest.raises(ValueError, match="no time zone"):
        UtcDateTime().process_bind_param(NOON.replace(tzinfo=None), None)


def test_the_zone_does_not_change_what_is_kept():
    column = UtcDateTime()
    local = NOON.astimezone(timezone(timedelta(hours=-7)))
    assert column.process_bind_param(local, None) == column.process_bind_param(NOON, None)


def test_nan_is_null_and_null_is_nan():
    assert known(nan) is None
    assert isnan(or_nan(None))
    assert or_nan(known(-inf)) == -inf


def test_infinite_limits_are_null():
    assert [finite(limit) for limit in (-inf, 2.5, inf)] == [None, 2.5, None]


def test_the_order_of_parameters_does_not_change_their_hash():
    assert digest({"a": 1, "b": 2}) == digest({"b": 2, "a": 1}) != digest({"a": 2, "b": 1})


@pytest.mark.parametrize(
    ("actions", "counts", "accepted"),
    [
        ("", True, False),
        ("accept", True, True),
        ("accept reject", False, False),
        ("reject accept", True, True),
        ("exclude comment", False, False),
        ("exclude accept", False, True),
        ("exclude include", True, False),
        ("reject include", False, False),
    ],
)
def test_the_latest_of_each_pair_of_reviews_counts(actions, counts, accepted):
    stands = standing(Review(action, "me", NOON) for action in actions.split())
    assert (stands.counts, stands.accepted) == (counts, accepted)


def test_a_path_means_sqlite_and_a_url_what_it_says(tmp_path):
    assert database_url(tmp_path / "a b%20.db").database == str(tmp_path / "a b%20.db")
    assert database_url("postgresql://host/optimage").drivername == "postgresql+psycopg"
