# SPDX-License-Identifier: LGPL-3.0-or-later
"""Two services on one database and one spool share the work, and nothing is done twice."""

import threading
from contextlib import ExitStack
from pathlib import Path
from typing import Any

import psycopg
import pytest

from tests.integration.site import Site
from tests.integration.test_kill import GIVE_UP_S, send_until_acknowledged, write_sets

TWICE = "SELECT set_id, generation FROM analysis GROUP BY set_id, generation HAVING count(*) > 1"
NOT_ONE_CURRENT = "SELECT set_id FROM analysis GROUP BY set_id HAVING count(*) FILTER (WHERE current) <> 1"
ATTEMPTS = "SELECT DISTINCT attempt FROM job WHERE worker <> ''"
WORKERS = "SELECT worker, count(*) FROM job WHERE worker <> '' GROUP BY worker"


def asked(url: str, question: str) -> list[Any]:
    with psycopg.connect(url) as connection:
        return connection.execute(question).fetchall()


def check_two_services(tmp_path: Path, url: str, *, sets: int) -> None:
    """Send the slices of every set to both services, wait, and count."""
    paths = write_sets(tmp_path / "images", sets, slices=2)
    sites = []
    for name in "ab":
        (tmp_path / name).mkdir()
        sites.append(Site(tmp_path / name / "home", database=url, spool=tmp_path / "spool"))
    sites[0].apply_profile(quiet_period_s=2.0)
    with ExitStack() as running:
        for site in sites:
            running.enter_context(site.service())
        acknowledged: list[Path] = []
        senders = [
            threading.Thread(target=send_until_acknowledged, args=(site, paths[first::2], acknowledged))
            for first, site in enumerate(sites)
        ]
        for sender in senders:
            sender.start()
        for sender in senders:
            sender.join()
        assert len(acknowledged) == len(paths)
        sites[0].patience_s = GIVE_UP_S
        sites[0].wait_until(lambda results: sum(len(r.inputs) for r in results) == len(paths))
    assert len(sites[1].results()) == sets
    assert asked(url, TWICE) == []
    assert asked(url, NOT_ONE_CURRENT) == []
    assert asked(url, ATTEMPTS) == [(1,)], "no job was given to a second worker"
    shares = dict(asked(url, WORKERS))
    assert len(shares) == len(sites), shares
    # Each takes the next job when it is free. A quarter of them is far below half, and far above chance.
    assert min(shares.values()) >= sets / 4, shares
    for site in sites:
        assert "no findings" in site.run("db", "check")
        assert "every file is as it was received" in site.run("db", "verify")


def test_two_services_share_forty_sets_and_double_none(tmp_path: Path, pg_url: str) -> None:
    check_two_services(tmp_path, pg_url, sets=40)


@pytest.mark.campaign
def test_two_services_share_two_hundred_sets_and_double_none(tmp_path: Path, pg_url: str) -> None:
    check_two_services(tmp_path, pg_url, sets=200)
