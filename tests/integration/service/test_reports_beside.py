# SPDX-License-Identifier: LGPL-3.0-or-later
"""The service makes reports when they are due, beside receiving and evaluating."""

import signal
import socket
import subprocess
import sys
from dataclasses import replace
from datetime import UTC, datetime, timedelta

from optimage.model.periodic import RunState
from optimage.store.engine import Store
from optimage.workflow.periodic.pending import pending
from tests.integration.periodic import DAY, schedule
from tests.integration.service.conftest import Write, eventually
from tests.integration.site import Site


def add_due(store: Store, name: str = "day", *, template: str = "site") -> None:
    """Add a schedule that became due an hour ago."""
    at = datetime.now(UTC) - timedelta(hours=1)
    one = schedule(name, "daily", anchor=(at - 5 * DAY).date(), at=at.time(), zone="UTC")
    store.schedules.add(replace(one, template=template), now=datetime.now(UTC) - DAY)


def test_what_is_due_is_made_soon_after_the_start_while_images_are_evaluated(site: Site, write: Write) -> None:
    with site.store() as store:
        add_due(store)
        with site.service() as process:
            site.send(write("images", "plain"))
            site.wait_for(1)
            eventually(lambda: [run.state for run in store.runs.list()] == [RunState.DONE])
            process.send_signal(signal.SIGTERM)
            assert process.wait(timeout=30) == 0
        (run,) = store.runs.list()
        (report,) = (store.reports.get(number) for number in run.report_ids)
        assert (site.home / "reports" / report.file_name).read_bytes().startswith(b"%PDF")
        assert len(store.reports.list(kind="measurement")) == 1
        assert store.check() == ()


def test_a_run_whose_service_was_killed_on_this_computer_is_taken_up_at_the_next_start(site: Site) -> None:
    gone = subprocess.Popen([sys.executable, "-c", ""])
    gone.wait()
    with site.store() as store:
        add_due(store)
        (one,) = pending(store, datetime.now(UTC))
        claim = {"worker": f"{socket.gethostname()}:{gone.pid}", "lease_s": 3600.0, "now": datetime.now(UTC)}
        assert store.runs.claim(one.schedule.id, one.due_at, begin=one.begin, **claim)
        with site.service():
            eventually(lambda: [run.state for run in store.runs.list()] == [RunState.DONE])
        assert [run.attempts for run in store.runs.list()] == [2]
        assert len(store.reports.list(kind="period")) == 1


def test_a_report_that_fails_costs_neither_the_service_nor_other_reports(site: Site, write: Write) -> None:
    with site.store() as store:
        add_due(store, "bad", template="not_there")
        add_due(store, "good")
        with site.service():
            eventually(lambda: [run.state for run in store.runs.list()] == [RunState.WAITING, RunState.DONE])
            site.send(write("images", "plain"))
            site.wait_for(1)
        assert store.runs.list()[0].code == "unknown_report_template"
