# SPDX-License-Identifier: LGPL-3.0-or-later
"""MkDocs hook: adds the pages that are made from the code, and orders all pages by what a reader wants."""

import os
import sys
from pathlib import Path
from typing import Any

from mkdocs.config.defaults import MkDocsConfig
from mkdocs.structure.files import File, Files

ROOT = Path(__file__).resolve().parents[2]
sys.path.insert(0, str(Path(__file__).parent))
os.environ["OPTIMAGE_LANGUAGE"] = "en"  # before the command line is imported: its help is translated then

import pages  # noqa: E402 - lies beside this file, which MkDocs loads by its path
from navigation import navigation  # noqa: E402


def on_config(config: MkDocsConfig) -> MkDocsConfig:
    """Build the navigation out of the files that are there."""
    config.nav = navigation(Path(config.docs_dir), generated=tuple(pages.PAGES))
    return config


def on_files(files: Files, config: MkDocsConfig) -> Files:
    """Add every generated page."""
    for uri, build in pages.PAGES.items():
        files.append(File.generated(config, uri, content=build()))
    return files


def on_page_context(context: dict[str, Any], **_: Any) -> dict[str, Any]:
    """Leave out the date of the build, so that the same sources give the same site."""
    context.pop("build_date_utc", None)
    return context
