# SPDX-License-Identifier: LGPL-3.0-or-later
"""What the sites of a test run stand on; the option --on chooses, and every test is the same on each."""

import hashlib
import os
import re
import signal
import subprocess
import sys
from collections.abc import Iterator
from contextlib import ExitStack, contextmanager
from pathlib import Path

from tests.integration.plugins.distribution import write_distribution
from tests.integration.postgres.server import Server

CLUSTER = """
import sys
from distributed import LocalCluster
if __name__ == "__main__":
    port, workers = map(int, sys.argv[1:])
    with LocalCluster(n_workers=workers, threads_per_worker=1, dashboard_address=None, host="127.0.0.1",
                      scheduler_port=port, silence_logs=False) as cluster:
        print(cluster.scheduler_address, flush=True)
        sys.stdin.read()
"""


class Ground:
    """SQLite files in the home folders, analyses in processes of the service's own."""

    name = "sqlite"

    def database(self, home: Path) -> str:
        """Return the setting `database` of an installation, the same for the same home folder."""
        return ""

    @property
    def settings(self) -> dict[str, str]:
        """Further variables of every installation."""
        return {}

    def install(self, name: str, code: str) -> None:
        """Make a plugin known to workers that are not the service's own."""

    def workers(self, service: int) -> set[int]:
        """Return the processes that analyse for the service."""
        return below(guards(service))

    def forget(self) -> None:
        """Drop what the installations of a finished test have kept here."""


class OnPostgresql(Ground):
    """One server for the run, one database for every home folder."""

    name = "postgresql"

    def __init__(self, server: Server, template: str) -> None:
        self._server, self._template = server, template
        self._databases = ExitStack()
        self._urls: dict[Path, str] = {}

    def database(self, home: Path) -> str:
        """Return the URL of the home's database, made where there is none."""
        if home not in self._urls:
            self._urls[home] = self._databases.enter_context(self._server.database(self._template))
        return self._urls[home]

    def forget(self) -> None:
        """Drop the databases."""
        self._databases.close()
        self._urls.clear()


class OnDask(Ground):
    """SQLite files, and one cluster on loopback for the run."""

    name = "dask"

    def __init__(self, cluster: "Cluster") -> None:
        self._cluster = cluster

    @property
    def settings(self) -> dict[str, str]:
        """Let the cluster analyse."""
        return {"OPTIMAGE_EXECUTOR": "dask", "OPTIMAGE_CLUSTER": self._cluster.address}

    def install(self, name: str, code: str) -> None:
        """Put the plugin where the workers of the cluster look; the same name has the same code in every test."""
        mark = self._cluster.plugins / f"{name}.sha256"
        digest = hashlib.sha256(code.encode()).hexdigest()
        if mark.exists():
            assert mark.read_text() == digest, "workers keep what they have imported"
            return
        write_distribution(self._cluster.plugins, name, code)
        mark.write_text(digest)

    def workers(self, service: int) -> set[int]:
        """Return the processes that the workers of the cluster have started."""
        return below(below(guards(self._cluster.process.pid)))


class Cluster:
    """A scheduler and its workers on loopback; they end with their standard input."""

    def __init__(self, folder: Path, *, workers: int = 2, port: int = 0) -> None:
        self.plugins = folder / "plugins"
        self.plugins.mkdir(parents=True, exist_ok=True)
        program, log = folder / "cluster.py", folder / "cluster.log"
        program.write_text(CLUSTER)
        with log.open("a") as stream:
            self.process = subprocess.Popen(
                [sys.executable, str(program), str(port), str(workers)],
                env=environment_with(self.plugins),
                stdin=subprocess.PIPE,
                stdout=subprocess.PIPE,
                stderr=stream,
                text=True,
            )
        assert self.process.stdout is not None
        self.address = self.process.stdout.readline().strip()
        assert re.fullmatch(r"tcp://127\.0\.0\.1:\d+", self.address), (self.address, log.read_text())

    @property
    def port(self) -> int:
        """Return where the scheduler listens."""
        return int(self.address.rsplit(":", 1)[1])

    def stop(self) -> None:
        """End scheduler and workers."""
        self.process.communicate(timeout=60)

    def kill(self) -> None:
        """End scheduler and workers without warning, as where the power fails."""
        workers = guards(self.process.pid)
        self.process.kill()
        for pid in workers:
            os.kill(pid, signal.SIGKILL)
        self.process.communicate(timeout=60)


current = Ground()


@contextmanager
def standing_on(ground: Ground) -> Iterator[Ground]:
    """Let every site made in the block stand on `ground`."""
    global current  # noqa: PLW0603 - one choice for a whole run
    before, current = current, ground
    try:
        yield ground
    finally:
        current = before


def environment_with(plugins: Path) -> dict[str, str]:
    """Return the variables of this process, the folder on the path of modules."""
    return {**os.environ, "PYTHONPATH": str(plugins)}


def children(pid: int) -> set[int]:
    """Return the processes that `pid` started and that still run."""
    found = set()
    for stat in Path("/proc").glob("[0-9]*/stat"):
        try:
            fields = stat.read_text().rsplit(")", 1)[1].split()
        except OSError:
            continue
        if int(fields[1]) == pid and fields[0] != "Z":
            found.add(int(stat.parent.name))
    return found


def guards(pid: int) -> set[int]:
    """Return the processes that stand between `pid` and its workers."""
    return {child for child in children(pid) if "spawn_main" in command_line(child)}


def below(pids: set[int]) -> set[int]:
    """Return the processes that any of `pids` started."""
    return {child for pid in pids for child in children(pid)}


def command_line(pid: int) -> str:
    """Return what a process was started with; empty where it has ended."""
    try:
        return Path(f"/proc/{pid}/cmdline").read_text()
    except OSError:
        return ""


def is_running(pid: int) -> bool:
    """Whether there is such a process."""
    return Path(f"/proc/{pid}").exists()
