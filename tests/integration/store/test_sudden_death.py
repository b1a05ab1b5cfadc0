# SPDX-License-Identifier: LGPL-3.0-or-later
"""kill -9 in the middle of writing: what was acknowledged is there, nothing is there by half."""

import signal
import subprocess
import sys
import time

import pytest

from optimage.store.backup import verify
from optimage.store.engine import open_store
from tests.integration.store.samples import digest

WRITER = """
import sys
from pathlib import Path
from optimage.store.engine import open_store
from tests.integration.store.samples import NOON, digest, new_instance, part10, result

home = Path(sys.argv[1])
store = open_store(home / "optimage.db", spool=home / "spool", reserve_bytes=0)
for n in range(100_000):
    data_set = f"{sys.argv[2]}:{n}".encode() * 5000
    store.spool.put(part10(data_set), digest(data_set))
    instance = store.instances.add(new_instance(f"1.{n}", data_set), operator="me")
    set_id = store.sets.join(None, phantom="ct_level_a", group_key=f"{sys.argv[2]}:{n}", role="series",
                             instance_id=instance.id, now=NOON)
    job = store.sets.complete(set_id, NOON)
    store.results.add(result(profile=False), set_id=set_id, job_id=job.id, operator="me")
    print(digest(data_set), flush=True)
"""


def killed_after(home, n: int, seconds: float) -> list[str]:
    """Let a writer work, kill it, and return the hashes it acknowledged."""
    with subprocess.Popen([sys.executable, "-c", WRITER, str(home), str(n)], stdout=subprocess.PIPE) as writer:
        first = writer.stdout.readline()
        time.sleep(seconds)
        writer.send_signal(signal.SIGKILL)
        rest = writer.stdout.read()
    lines = (first + rest).decode().splitlines(keepends=True)
    return [line.strip() for line in lines if line.endswith("\n")]


@pytest.mark.skipif(sys.platform == "win32", reason="no SIGKILL")
def test_what_was_acknowledged_survives_a_kill_and_nothing_is_there_by_half(home):
    acknowledged = []
    for n, seconds in enumerate((0.05, 0.11, 0.17, 0.23)):
        acknowledged += killed_after(home, n, seconds)
        with open_store(home / "optimage.db", spool=home / "spool", reserve_bytes=0) as store:
            found = store.results.list()
            assert set(acknowledged) <= store.instances.hashes()
            assert len(found) >= len(acknowledged)
            assert all(len(r.measurements) == 3 for r in found)
            assert store.check() == ()
            # The one file that may lie there without its row is the one under way; it is whole.
            findings = verify(store)
            assert {finding.code for finding in findings} <= {"spool_orphan"}
            assert len(findings) <= n + 1
            for orphan in store.spool.reconcile(store.instances.hashes()).orphans:
                assert digest(store.spool.read(orphan)[144:]) == orphan
    assert len(acknowledged) >= 4
