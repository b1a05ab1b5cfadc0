# SPDX-License-Identifier: LGPL-3.0-or-later
"""A whole installation for a test: its own home, its own service process, its own command line."""

import json
import os
import re
import signal
import sqlite3
import sys
import time
from collections.abc import Callable, Iterator, Sequence
from contextlib import closing, contextmanager
from pathlib import Path
from typing import Any

import psycopg
import pytest

from optimage.model.outcome import Result
from optimage.store.engine import Store, open_store
from tests.integration import ground, warm
from tests.integration.plugins.distribution import write_distribution
from tests.integration.warm import Command

OPTIMAGE = (sys.executable, "-m", "optimage")
PATIENCE_S = 60.0

PROFILE = """\
id = "ct_water"
title = "CT, water, every morning"
device = "CT 1"
phantom = "ct_level_a"
quiet_period_s = {quiet_period_s}

[match]
Modality = {{ equals = "CT", required = true }}

[record]
KVP = {{ unit = "kV" }}

[tolerances.ct_water]
reference = 0.0
warning = 2.0
fail = 4.0
source = "test"

[tolerances.noise]
reference = 5.0
warning = "10 %"
fail = "20 %"
source = "test"
"""


def settings_of(home: Path) -> dict[str, str]:
    """Return the variables of an installation on the ground of this run."""
    return {
        "OPTIMAGE_HOME": str(home),
        "OPTIMAGE_MINIMUM_FREE_BYTES": "0",
        "OPTIMAGE_DATABASE": ground.current.database(home),
        **ground.current.settings,
    }


def enter(home: Path, patch: pytest.MonkeyPatch) -> None:
    """Let the verbs that a test runs in its own process use the installation."""
    for name, value in settings_of(home).items():
        patch.setenv(name, value)


class Site:
    """One OPTIMAGE_HOME and what runs in it; several may share a database and a spool."""

    def __init__(self, home: Path, *, database: str = "", spool: Path | None = None) -> None:
        self.home = home
        self.database = database or ground.current.database(home)
        self.spool = spool or home / "spool"
        self.environment = {**os.environ, "OPTIMAGE_LANGUAGE": "en", **settings_of(home)}
        self.environment |= {"OPTIMAGE_DATABASE": self.database, "OPTIMAGE_SPOOL": str(spool or "")}
        self.log = home.parent / "service.log"
        self.port = 0
        self.patience_s = PATIENCE_S

    def install(self, **plugins: str) -> None:
        """Install plugins, each by its name and its source, for the service and for every other worker."""
        folder = self.home.parent / "plugins"
        folder.mkdir(exist_ok=True)
        for name, code in plugins.items():
            write_distribution(folder, name, code)
            ground.current.install(name, code)
        self.environment["PYTHONPATH"] = str(folder)

    def store(self) -> Store:
        """Open what the service stores."""
        return open_store(self.database or self.home / "optimage.db", spool=self.spool, reserve_bytes=0)

    def sql(self, statement: str) -> list[tuple[Any, ...]]:
        """Run one statement behind the back of the service, and return its rows."""
        if self.database:
            with psycopg.connect(self.database) as connection:
                cursor = connection.execute(statement)
                return cursor.fetchall() if cursor.description else []
        with closing(sqlite3.connect(self.home / "optimage.db", timeout=30)) as file, file:
            return file.execute(statement).fetchall()

    def workers(self, process: Command) -> set[int]:
        """Return the processes that analyse."""
        return ground.current.workers(process.pid)

    def run(self, *arguments: str | Path, code: int | None = 0) -> str:
        """Run one command; its exit code is checked unless None is given."""
        done = warm.run(list(map(str, arguments)), self.environment, timeout_s=120)
        assert code is None or done.returncode == code, (done.returncode, done.stdout, done.stderr)
        return done.stdout

    def apply_profile(self, text: str = PROFILE, quiet_period_s: float = 0.5) -> None:
        """Apply a profile for any CT water image."""
        path = self.home.parent / "profile.toml"
        path.write_text(text.format(quiet_period_s=quiet_period_s))
        self.run("profile", "apply", path, "--reason", "test")

    @contextmanager
    def service(self) -> Iterator[Command]:
        """Run `optimage serve` until the block ends; `port` is set once it accepts associations."""
        self.log.parent.joinpath("said").mkdir(exist_ok=True)
        said = self.log.parent / "said" / f"{time.monotonic_ns()}"
        process = Command(["serve", "--port", "0", "--aet", "TESTSITE"], self.environment, said, self.log)
        try:
            self.port = self._port(process, said)
            yield process
        finally:
            if process.poll() is None:
                process.send_signal(signal.SIGTERM)
                process.wait(timeout=30)

    def _port(self, process: Command, said: Path) -> int:
        deadline = time.monotonic() + PATIENCE_S
        while not (found := re.search(r"listening on .*:(\d+) ", said.read_text() if said.exists() else "")):
            assert process.poll() is None, self.log.read_text()
            assert time.monotonic() < deadline, self.log.read_text()
            time.sleep(0.02)
        return int(found[1])

    def send(self, *paths: Path, code: int | None = 0) -> str:
        """Send with `optimage send`."""
        return self.run("send", *paths, "--port", str(self.port), "--aet", "TESTSITE", code=code)

    def results(self, *arguments: str) -> list[dict[str, Any]]:
        """Return the stored results."""
        return list(json.loads(self.run("results", "--json", *arguments))["results"])

    def wait_for(self, count: int, *arguments: str) -> list[dict[str, Any]]:
        """Wait until there are `count` results; with `--all` superseded ones count, too."""
        return self.wait_until(lambda results: len(results) >= count, *arguments)

    def wait_until(self, fulfilled: Callable[[Sequence[Result]], bool], *arguments: str) -> list[dict[str, Any]]:
        """Wait until what is stored is as it should be, and return what the command line says of it."""
        deadline = time.monotonic() + self.patience_s
        with self.store() as store:  # to ask it by a command again and again would keep a processor busy
            find = store.results.list if "--all" in arguments else store.results.current
            while not fulfilled(found := find()):
                assert time.monotonic() < deadline, (len(found), self.log.read_text())
                time.sleep(0.1)
        return self.results(*arguments)


def value(result: dict[str, Any], key: str, item: str = "") -> dict[str, Any]:
    """Return one measurement of a JSON result."""
    return next(m for m in result["measurements"] if m["key"] == key and m["item"] == item)
