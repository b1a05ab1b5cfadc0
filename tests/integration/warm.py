# SPDX-License-Identifier: LGPL-3.0-or-later
"""Commands as processes of their own, forked from one that has loaded their modules: a start costs no second.

Imports are most of what a short command does. A process that must begin with
nothing loaded is started as `[*OPTIMAGE, ...]` instead, see `site.py`.
"""

import os
import runpy
import shlex
import signal
import sys
import tempfile
from collections.abc import Mapping, Sequence
from multiprocessing import get_context
from pathlib import Path
from subprocess import CompletedProcess, TimeoutExpired

LOADED = (
    "optimage.cli.common",
    "optimage.cli.edge",
    "optimage.cli.inbox",
    "optimage.cli.main",
    "optimage.cli.profile",
    "optimage.cli.results",
    "optimage.cli.send",
    "optimage.cli.serve",
    "optimage.cli.show",
    "optimage.dicom.reader",
    "optimage.dicom.scu",
    "optimage.plugins.manager",
    "optimage.profile_files.promises",
    "optimage.service.daemon",
    "optimage.store.engine",
    "optimage.workflow.by_hand",
    "optimage.workflow.profiles",
    "optimage.workflow.publish",
    "optimage_phantoms.nm_level_a",
    "pynetdicom",
    "sqlite3",
)

os.environ.setdefault("OPENBLAS_NUM_THREADS", "1")  # as the command does, but before numpy is loaded
_context = get_context("forkserver")
_context.set_forkserver_preload(list(LOADED))


class Command:
    """`optimage` with `arguments` in nothing but `environment`, its output added to two files; used like a `Popen`."""

    def __init__(self, arguments: Sequence[str], environment: Mapping[str, str], out: Path, err: Path) -> None:
        self._words = shlex.join(arguments)
        self._process = _context.Process(target=_become, args=(list(arguments), dict(environment), out, err))
        self._process.start()
        assert self._process.pid
        self.pid: int = self._process.pid

    def poll(self) -> int | None:
        """Return the exit code, or minus the signal that ended it; None while it runs."""
        return self._process.exitcode

    def wait(self, timeout: float) -> int:
        """Return the exit code once the process has ended."""
        self._process.join(timeout)
        code = self.poll()
        if code is None:
            raise TimeoutExpired(self._words, timeout)
        return code

    def send_signal(self, number: signal.Signals) -> None:
        """Send a signal unless the process is known to have ended."""
        if self.poll() is None:
            os.kill(self.pid, number)

    def kill(self) -> None:
        """End the process without warning."""
        self.send_signal(signal.SIGKILL)


def run(arguments: Sequence[str], environment: Mapping[str, str], timeout_s: float) -> "CompletedProcess[str]":
    """Run one command; return its exit code and what it printed."""
    with tempfile.TemporaryDirectory() as folder:
        out, err = Path(folder, "out"), Path(folder, "err")
        command = Command(arguments, environment, out, err)
        try:
            code = command.wait(timeout_s)
        finally:
            command.kill()
        return CompletedProcess(list(arguments), code, out.read_text(), err.read_text())


def _become(arguments: list[str], environment: dict[str, str], out: Path, err: Path) -> None:
    """Turn this process into the command."""
    for stream, path in ((1, out), (2, err)):
        os.dup2(os.open(path, os.O_WRONLY | os.O_CREAT | os.O_APPEND, 0o644), stream)
    os.environ.clear()
    os.environ.update(environment)
    sys.argv = ["optimage", *arguments]
    sys.path[:0] = [folder for folder in environment.get("PYTHONPATH", "").split(os.pathsep) if folder]
    runpy.run_module("optimage", run_name="__main__", alter_sys=True)
