# SPDX-License-Identifier: LGPL-3.0-or-later
"""Seen from the system: file, folder and database are on the disk before the sender hears "stored"."""

import re
import shutil
import subprocess
import time
from pathlib import Path

import pytest

from tests.integration.service.conftest import Write, eventually
from tests.integration.site import Site

OBJECTS = 3
CALLS = "fsync,fdatasync,linkat,sendto,sendmsg,write"
SUCCESS = r"\\0\\0\\0\\t\\2\\0\\0\\0\\0\\0"  # (0000,0900) US, 2 bytes, 0000: the last element of a C-STORE-RSP


def trace(pid: int, output: Path) -> "subprocess.Popen[bytes]":
    """Attach strace; the test is skipped by name where that is not possible."""
    if shutil.which("strace") is None:
        pytest.skip("strace is not installed")
    command = ["strace", "-f", "-y", "-s", "256", "-e", f"trace={CALLS}", "-o", str(output), "-p", str(pid)]
    tracer = subprocess.Popen(command, stderr=subprocess.PIPE)
    time.sleep(1.0)
    if tracer.poll() is not None:
        assert tracer.stderr is not None
        pytest.skip(f"strace may not attach: {tracer.stderr.read().decode().strip()}")
    return tracer


def kind_of(line: str) -> str:
    """Name what one line of the trace means for an object; empty for what does not matter."""
    if "resumed>" in line:
        return ""
    if re.search(r"(fsync|fdatasync)\(\d+<[^>]*-wal>|send\w+\(\d+<[^>]*>, \"[^\"]*COMMIT", line):
        return "log"  # of SQLite; a server is asked for it, and answers when it is on its disk
    if re.search(r"fsync\(\d+<[^>]*/spool/[0-9a-f]{2}>", line):
        return "folder"
    if re.search(r"fsync\(\d+<[^>]*/spool/", line):
        return "file"
    if "linkat(" in line:
        return "name"
    return "answer" if re.search(rf"(send\w+|write)\(\d+<(TCP|socket)[^>]*>.*{SUCCESS}", line) else ""


def test_file_folder_and_database_are_synced_before_each_success(site: Site, write: Write, tmp_path: Path) -> None:
    folder, output = write("images", slices=OBJECTS), tmp_path / "trace"
    with site.service() as process:
        tracer = trace(process.pid, output)
        site.send(folder)
        eventually(lambda: sum(kind_of(line) == "answer" for line in output.read_text().splitlines()) == OBJECTS)
        tracer.terminate()
        tracer.wait(timeout=20)
    kinds = [kind for kind in map(kind_of, output.read_text().splitlines()) if kind]
    shown = " ".join(kinds)
    for each in shown.split("answer")[:OBJECTS]:
        steps = each.split()
        assert {"file", "name", "folder", "log"} <= set(steps), shown
        assert steps.index("file") < steps.index("name") < len(steps) - 1 - steps[::-1].index("folder"), shown
        assert steps.index("name") < len(steps) - 1 - steps[::-1].index("log"), shown
