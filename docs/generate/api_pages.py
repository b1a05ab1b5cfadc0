# SPDX-License-Identifier: LGPL-3.0-or-later
"""What plugin authors may import, out of the docstrings."""

import pkgutil
from importlib import import_module

INTRODUCTIONS = {
    "optimage.api": "What phantom modules and plugins import. Stable across releases.",
    "optimage.document": "What blocks of reports read and yield, as plain values. Stable across releases.",
    "optimage.imaging": "Measuring on images: pure functions, one idea per module.",
    "optimage.synthetic": "Digital phantoms with known truth, for tests and for trying things out.",
    "optimage.testing": "Ready-made checks for the authors of phantom modules.",
}


def api_page(package: str) -> str:
    """Return the page of a module, or of every module in a package."""
    blocks = "\n".join(f"::: {name}\n" for name in modules(package))
    return f"# {package}\n\n{INTRODUCTIONS[package]}\n\n{blocks}"


def modules(package: str) -> list[str]:
    """Return the dotted names of the public modules in `package`; itself where it is one file."""
    found = import_module(package)
    if not hasattr(found, "__path__"):
        return [package]
    names = sorted(module.name for module in pkgutil.iter_modules(found.__path__))
    return [f"{package}.{name}" for name in names if not name.startswith("_")]
