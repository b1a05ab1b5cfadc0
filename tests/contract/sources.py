# SPDX-License-Identifier: LGPL-3.0-or-later
"""The source files the contracts look at, parsed once."""

import ast
from functools import cache
from pathlib import Path

ROOT = Path(__file__).resolve().parents[2]
CODE = ("optimage", "phantoms/optimage_phantoms")


def product_files() -> list[Path]:
    """Return every Python file that is shipped."""
    return [path for folder in CODE for path in sorted((ROOT / folder).rglob("*.py"))]


def project_files() -> list[Path]:
    """Return every Python file of the project, with tests and tools."""
    others = (path for folder in ("tests", "docs") for path in sorted((ROOT / folder).rglob("*.py")))
    return [*product_files(), *others, ROOT / "hatch_build.py"]


def shown(path: Path) -> str:
    """Return `path` as seen from the root."""
    return path.relative_to(ROOT).as_posix()


@cache
def tree_of(path: Path) -> ast.Module:
    """Return the syntax tree of `path`."""
    return ast.parse(path.read_text(encoding="utf-8"))
