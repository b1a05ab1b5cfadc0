# SPDX-License-Identifier: LGPL-3.0-or-later
"""Where the shipped data folders are: inside the wheel, or beside the package in a checkout."""

from pathlib import Path

PACKAGE = Path(__file__).parent


def data_folder(name: str) -> Path:
    """Return the folder `profiles`, `report_templates` or `locales`."""
    installed = PACKAGE / "_data" / name
    return installed if installed.is_dir() else PACKAGE.parent / name
