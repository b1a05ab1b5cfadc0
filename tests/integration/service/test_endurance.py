# SPDX-License-Identifier: LGPL-3.0-or-later
"""Association after association, report after report, the service is left with what it had before."""

from datetime import UTC, datetime
from pathlib import Path

import pytest

from optimage.dicom.scu import send
from tests.integration.service.conftest import Write, eventually
from tests.integration.site import Site

SLICES = 15  # of a series, each sent by an association of its own; a series makes one set, one result and one report
MEGABYTE = 1 << 20


def held(pid: int) -> tuple[int, int, int]:
    """Return threads, file descriptors and bytes of memory in use."""
    process = Path(f"/proc/{pid}")
    status = dict(line.split(":", 1) for line in (process / "status").read_text().splitlines())
    return int(status["Threads"]), len(list((process / "fd").iterdir())), int(status["VmRSS"].split()[0]) << 10


def published(site: Site, count: int) -> None:
    """Wait until there are `count` reports, and a table with the last result."""
    table = site.home / "exports" / "stand_in.csv"
    with site.store() as store:
        eventually(lambda: len(store.reports.list()) >= count and table.exists(), 60)
        last = store.reports.last_results()["stand_in"]
        eventually(lambda: datetime.fromtimestamp(table.stat().st_mtime, UTC) >= last)


def check_growth(site: Site, write: Write, *, warm_up: int, series: int) -> None:
    folders = [write(f"series {number}", slices=SLICES) for number in range(warm_up + series)]

    def give(some: list[Path]) -> None:
        for path in (path for folder in some for path in sorted(folder.iterdir())):
            assert send([path], host="127.0.0.1", port=site.port, called_ae="TESTSITE").all_stored

    with site.service() as process:
        give(folders[:warm_up])
        published(site, warm_up)
        threads, files, memory = held(process.pid)
        give(folders[warm_up:])
        published(site, warm_up + series)
        eventually(lambda: held(process.pid)[0] <= threads and held(process.pid)[1] <= files)
        grown = held(process.pid)[2] - memory
    # Both readings follow work of the same kinds, so that no font, statement or module is loaded between them. What
    # may grow: when each association was last open, kept for an hour in a quarter of a KiB; 4096 values of headers in
    # some 2 MiB; and what the allocator keeps of the largest work so far, as trends and tables grow with the history.
    # An association that is kept takes 35 KiB, a result with its report 30 KiB (either kept on purpose once).
    count = series * SLICES
    print(f"{count} associations, {series} reports: {threads} threads, {files} files, {grown / MEGABYTE:+.1f} MB")
    assert grown < 5 * MEGABYTE + count * 1024


def test_forty_five_associations_leave_nothing_behind(site: Site, write: Write) -> None:
    check_growth(site, write, warm_up=3, series=3)


@pytest.mark.campaign
@pytest.mark.timeout(1800)
def test_three_thousand_associations_and_two_hundred_reports_leave_nothing_behind(site: Site, write: Write) -> None:
    check_growth(site, write, warm_up=40, series=200)
