# SPDX-License-Identifier: LGPL-3.0-or-later
"""Plugins of strangers: the template of the documentation as a wheel, and tiny ones written by a test."""

import shutil
import subprocess
import sys
from pathlib import Path
from textwrap import dedent

ROOT = Path(__file__).resolve().parents[3]
TEMPLATE = ROOT / "docs" / "examples" / "acme_ring"

# A module that finds any bright disc; `measure` is what each test fills in.
MODULE = """
import os, sys, time
from math import nan
from optimage.api import (
    AnalysisResult, InputSpec, Localisation, Measurement, MeasurementSpec, PhantomInfo, hookimpl,
)
from optimage.imaging.disc import find_bright_disc

class Module:
    info = PhantomInfo(
        {id!r}, "A test", "1", frozenset({{"MR"}}), inputs=(InputSpec("series"),),
        measures=(MeasurementSpec({key!r}, {unit!r}, "A value"),),
    )

    def locate(self, images, parameters):
        image = images.middle("series")
        return Localisation.of_disc("ring", image, find_bright_disc(image))

    def measure(self, images, localisation, parameters):
        {measure}

@hookimpl
def optimage_register_phantoms():
    return [Module()]
"""


def module(name: str, measure: str = "return AnalysisResult()", *, key: str = "value", unit: str = "%") -> str:
    """Return the source of a plugin with one module whose `measure` is the statement given."""
    return MODULE.format(id=name, measure=measure, key=key, unit=unit)


def write_distribution(folder: Path, name: str, code: str, *, owner: str = "stranger") -> None:
    """Put an installed distribution with one entry point into `folder`, as `pip install --target` leaves it."""
    package = f"plugin_{owner}_{name}"
    (folder / f"{package}.py").write_text(dedent(code))
    info = folder / f"{owner}_{name}-1.0.dist-info"
    info.mkdir(parents=True)
    (info / "METADATA").write_text(f"Metadata-Version: 2.1\nName: {owner}-{name}\nVersion: 1.0\n")
    (info / "entry_points.txt").write_text(f"[optimage]\n{name} = {package}\n")


def install_template(source: Path, target: Path) -> None:
    """Copy the template to `source`, build its wheel there, and install it into `target`; no network is asked."""
    shutil.copytree(TEMPLATE, source, ignore=shutil.ignore_patterns("__pycache__", ".*"))
    wheels = source / "dist"
    quiet = ("--quiet", "--disable-pip-version-check", "--no-index", "--no-deps")
    pip = (sys.executable, "-m", "pip")
    subprocess.run([*pip, "wheel", *quiet, "--no-build-isolation", "--wheel-dir", wheels, source], check=True)
    (wheel,) = wheels.glob("*.whl")
    subprocess.run([*pip, "install", *quiet, "--target", target, wheel], check=True)
