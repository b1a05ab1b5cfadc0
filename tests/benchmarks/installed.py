# SPDX-License-Identifier: LGPL-3.0-or-later
"""The program as its users have it: in a virtual environment of its own, without the tools that test it.

pydicom and scipy import whatever happens to be there beside them, so a command that starts among
test tools is slower than the same command in a hospital.
"""

import subprocess
import sys
import venv
from functools import cache
from pathlib import Path

FOLDER = Path(sys.prefix) / "as_installed"
CHECKOUT = Path(__file__).parents[2]
PIP = ("-m", "pip", "install", "--quiet", "--disable-pip-version-check")


@cache
def installed_python() -> Path:
    """Return the interpreter that the checkout as it stands is installed for."""
    python = FOLDER / "bin" / "python"
    if not python.exists():
        print(f"installing optimage into {FOLDER}", flush=True)
        venv.create(FOLDER, with_pip=True, clear=True)
    pinned = (str(python), *PIP, "--constraint", str(CHECKOUT / "constraints.txt"))
    subprocess.run([*pinned, str(CHECKOUT)], check=True)  # what it depends on
    subprocess.run([*pinned, "--no-deps", "--force-reinstall", str(CHECKOUT)], check=True)  # itself, whatever it was
    return python


def installed_optimage() -> str:
    """Return the command of that installation."""
    return str(installed_python().with_name("optimage"))
