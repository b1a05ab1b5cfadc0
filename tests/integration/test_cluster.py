# SPDX-License-Identifier: LGPL-3.0-or-later
"""The same work on a Dask cluster on loopback, through the same seam."""

import re
import subprocess
import sys
from collections.abc import Iterator
from importlib.util import find_spec
from pathlib import Path

import pytest

from optimage.errors import SettingsError
from optimage.workflow.jobs.cluster import ClusterExecutor
from tests.integration.site import Site
from tests.integration.test_kill import comparable, run_with_kills, write_sets

pytestmark = pytest.mark.skipif(find_spec("distributed") is None, reason="the extra cluster is not installed")
SCHEDULER = """
import sys
from distributed import LocalCluster
if __name__ == "__main__":
    with LocalCluster(n_workers=2, threads_per_worker=1, dashboard_address=None, host="127.0.0.1") as cluster:
        print(cluster.scheduler_address, flush=True)
        sys.stdin.read()
"""


@pytest.fixture
def scheduler(tmp_path: Path) -> Iterator[str]:
    """Start a cluster of two workers; it ends with its standard input."""
    program = tmp_path / "cluster.py"
    program.write_text(SCHEDULER)
    with subprocess.Popen(
        [sys.executable, str(program)], stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True
    ) as process:
        assert process.stdout is not None
        assert process.stdin is not None
        address = process.stdout.readline().strip()
        assert re.fullmatch(r"tcp://127\.0\.0\.1:\d+", address), address
        yield address
        process.stdin.close()
        process.wait(timeout=30)


def test_a_cluster_gives_the_results_of_a_single_machine_and_survives_a_kill(tmp_path: Path, scheduler: str) -> None:
    paths = write_sets(tmp_path / "images", 4)
    alone, shared = Site(tmp_path / "alone" / "home"), Site(tmp_path / "shared" / "home")
    shared.environment |= {"OPTIMAGE_EXECUTOR": "dask", "OPTIMAGE_CLUSTER": scheduler}
    for site in (alone, shared):
        site.home.parent.mkdir()
        site.apply_profile()
    expected = run_with_kills(alone, paths, 0, seed=0)
    found = run_with_kills(shared, paths, 1, seed=1)
    assert len(found) == 4
    assert comparable(found) == comparable(expected)


def test_a_scheduler_that_does_not_answer_is_told_in_one_sentence(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("optimage.workflow.jobs.cluster.CONNECT_TIMEOUT_S", 1)
    with pytest.raises(SettingsError) as refused:
        ClusterExecutor("tcp://127.0.0.1:9")
    assert refused.value.code == "cluster_unreachable"
