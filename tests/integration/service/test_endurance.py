# SPDX-License-Identifier: LGPL-3.0-or-later
"""Association after association, the service is left with what it had before."""

from pathlib import Path

import pytest

from optimage.dicom.scu import send
from tests.integration.service.conftest import Write, eventually, stored
from tests.integration.site import Site

WARM_UP = 40
MEGABYTE = 1 << 20


def held(pid: int) -> tuple[int, int, int]:
    """Return threads, file descriptors and bytes of memory in use."""
    process = Path(f"/proc/{pid}")
    status = dict(line.split(":", 1) for line in (process / "status").read_text().splitlines())
    return int(status["Threads"]), len(list((process / "fd").iterdir())), int(status["VmRSS"].split()[0]) << 10


def check_associations(site: Site, write: Write, count: int) -> None:
    paths = sorted(write("many", slices=count + WARM_UP).iterdir())

    def give(some: list[Path]) -> None:
        for path in some:
            assert send([path], host="127.0.0.1", port=site.port, called_ae="TESTSITE").all_stored

    with site.service() as process:
        give(paths[:WARM_UP])
        stored(site, 1)
        threads, files, memory = held(process.pid)
        give(paths[WARM_UP:])
        stored(site, 2)
        eventually(lambda: held(process.pid)[0] <= threads and held(process.pid)[1] <= files)
        grown = held(process.pid)[2] - memory
        print(f"{count} associations: {threads} threads, {files} files, memory {grown / MEGABYTE:+.1f} MB")
        # What is kept of an association is some hundred bytes; the allowance is for the allocator.
        assert grown < 16 * MEGABYTE + count * 2048


def test_forty_associations_leave_nothing_behind(site: Site, write: Write) -> None:
    check_associations(site, write, 40)


@pytest.mark.campaign
def test_three_thousand_associations_leave_nothing_behind(site: Site, write: Write) -> None:
    check_associations(site, write, 3000)
