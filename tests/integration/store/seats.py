# SPDX-License-Identifier: LGPL-3.0-or-later
"""What every store promises about images that find their set by protocol and time. Inherit, and supply `store`."""

from datetime import timedelta
from itertools import permutations

import pytest

from optimage.matching.grouping import key_of
from optimage.model.profile import InputRule
from optimage.store.engine import Store
from tests.integration.store.contract import receive
from tests.integration.store.samples import NOON

RULE = InputRule("series", same=("EchoTime", "PixelSpacing"), acquired_within_s=3600.0)
HEADER = {"EchoTime": 30.0, "PixelSpacing": (0.9765625, 0.9765625)}
MINUTE, MONTH = timedelta(minutes=1), timedelta(days=30)


def seat(store: Store, instance: int, *, at=None, now=NOON, header=HEADER, rule=RULE) -> int:
    return store.sets.join(
        None,
        phantom="mr",
        group_key=key_of(header, rule, at).text,
        role="series",
        instance_id=instance,
        now=now,
        maximum=rule.maximum,
        acquired_within_s=rule.acquired_within_s,
    )


def instances(store: Store, count: int) -> list[int]:
    return [receive(store, f"1.{n}", bytes([n])) for n in range(count)]


class SeatContract:
    """The promises."""

    @pytest.mark.parametrize("spacing", [0.976562, 0.976563, 0.9766])
    def test_a_number_written_otherwise_finds_the_same_set(self, store, spacing):
        first, second = instances(store, 2)
        other = HEADER | {"PixelSpacing": (spacing, spacing)}
        assert seat(store, first, at=NOON) == seat(store, second, at=NOON + 5 * MINUTE, header=other)

    def test_another_echo_time_is_another_set(self, store):
        first, second = instances(store, 2)
        assert seat(store, first, at=NOON) != seat(store, second, at=NOON, header=HEADER | {"EchoTime": 20.0})

    @pytest.mark.parametrize("order", list(permutations(range(4))))
    def test_pairs_of_two_months_make_two_sets_in_whatever_order_they_come(self, store, order):
        times = (NOON, NOON + 5 * MINUTE, NOON + MONTH, NOON + MONTH + 5 * MINUTE)
        known = instances(store, 4)
        found = {number: seat(store, known[number], at=times[number]) for number in order}
        assert found[0] == found[1] != found[2] == found[3]

    def test_an_image_that_comes_again_stays_in_its_set(self, store):
        first, second = instances(store, 2)
        before = [seat(store, first, at=NOON), seat(store, second, at=NOON + MONTH)]
        again = [seat(store, first, at=NOON, now=NOON + MONTH), seat(store, second, at=NOON + MONTH, now=NOON + MONTH)]
        assert before == again

    def test_without_a_known_time_the_arrival_counts(self, store):
        first, second, late = instances(store, 3)
        assert seat(store, first) == seat(store, second, at=NOON - MONTH, now=NOON + 5 * MINUTE)
        assert seat(store, late, now=NOON + MONTH) != seat(store, first)
        assert seat(store, late, now=NOON + MONTH + MONTH) == seat(store, late, now=NOON + MONTH)

    def test_a_full_set_leaves_the_next_image_to_another(self, store):
        rule = InputRule("series", maximum=2, same=RULE.same, acquired_within_s=3600.0)
        ids = [seat(store, n, at=NOON, rule=rule) for n in instances(store, 4)]
        assert ids[0] == ids[1] != ids[2] == ids[3]

    def test_the_same_image_in_other_bytes_takes_no_second_place_and_is_measured_once(self, store):
        rule = InputRule("series", maximum=2, same=RULE.same, acquired_within_s=3600.0)
        same = [receive(store, "1.2", b"plain"), receive(store, "1.2", b"compressed")]
        other = receive(store, "1.3", b"second")
        ids = {seat(store, instance, at=NOON, rule=rule) for instance in (*same, other)}
        (found,) = (store.sets.get(one) for one in ids)
        assert [given.instance.id for given in found.images] == [same[0], other]
        (resting,) = store.sets.at_rest(since=NOON)
        assert resting.counts == {"series": 2}
