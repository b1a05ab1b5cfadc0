# SPDX-License-Identifier: LGPL-3.0-or-later
"""Which pages are made from the code, and by what."""

from collections.abc import Callable
from pathlib import Path

from api_pages import api_page
from command_page import command_page
from error_page import error_page
from hook_page import hook_page
from measurement_page import measurement_page
from template_page import template_page

ROOT = Path(__file__).resolve().parents[2]


def _from_root(name: str) -> Callable[[], str]:
    """Return what shows a file of the project's root, its links bent to where the pages lie."""
    return lambda: (ROOT / name).read_text(encoding="utf-8").replace("](docs/", "](")


PAGES: dict[str, Callable[[], str]] = {
    "reference/cli.md": command_page,
    "reference/errors.md": error_page,
    "reference/measurements.md": measurement_page,
    "reference/hooks.md": hook_page,
    "reference/report-templates.md": template_page,
    "reference/api/index.md": lambda: api_page("optimage.api"),
    "reference/api/document.md": lambda: api_page("optimage.document"),
    "reference/api/imaging.md": lambda: api_page("optimage.imaging"),
    "reference/api/synthetic.md": lambda: api_page("optimage.synthetic"),
    "reference/api/testing.md": lambda: api_page("optimage.testing"),
    "changelog.md": _from_root("CHANGELOG.md"),
    "contributing.md": _from_root("CONTRIBUTING.md"),
}
