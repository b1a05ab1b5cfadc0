# SPDX-License-Identifier: LGPL-3.0-or-later
"""Other programs to compare with, each in a virtual environment of its own, never the project's."""

import subprocess
import sys
import tempfile
import venv
from pathlib import Path

PEERS = Path(sys.prefix) / "peers"
PATIENCE_S = 600


MODULES = {"hazen": "hazenlib"}  # what is imported where it has another name than the package


def peer_python(name: str) -> Path | None:
    """Return the interpreter that has the package `name`, installed on first use; None where that fails."""
    folder = PEERS / name
    python = folder / "bin" / "python"
    module = MODULES.get(name, name)
    if _has(python, module):
        return python
    print(f"installing {name} into {folder}", flush=True)
    venv.create(folder, with_pip=True, clear=True)
    install = [str(python), "-m", "pip", "install", "--quiet", "--disable-pip-version-check", name]
    try:
        subprocess.run(install, check=False, capture_output=True, timeout=PATIENCE_S)
    except subprocess.TimeoutExpired:
        return None
    return python if _has(python, module) else None


def _has(python: Path, name: str) -> bool:
    if not python.exists():
        return False
    with tempfile.TemporaryDirectory() as elsewhere:  # some write a log where they are imported
        imported = subprocess.run(
            [str(python), "-c", f"import {name}"], check=False, capture_output=True, cwd=elsewhere
        )
    return imported.returncode == 0
