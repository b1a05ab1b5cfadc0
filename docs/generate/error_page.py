# SPDX-License-Identifier: LGPL-3.0-or-later
"""Every reason the program can give, out of the places where it gives them."""

from pathlib import Path

from error_codes import Reason, reasons
from tables import cell, code, table

ROOT = Path(__file__).resolve().parents[2]
FOLDERS = (ROOT / "optimage", ROOT / "phantoms" / "optimage_phantoms")
INTRODUCTION = """# Errors and remarks

Made from the code. Every error has a stable code, one sentence, and where something can be done about it, advice.
Fields in braces are filled with what was found. Errors and failed sub-tests share the codes; a remark (note) stands
beside values that were measured.

"""


def all_reasons() -> list[Reason]:
    """Return every reason in the shipped code, by code."""
    files = sorted(path for folder in FOLDERS for path in folder.rglob("*.py"))
    return sorted({reason for path in files for reason in reasons(path.read_text(encoding="utf-8"))})


def error_page() -> str:
    """Return the page: one table, a line for each code and sentence."""
    rows = [(code(reason.code), _plain(reason.sentence), _plain(reason.advice)) for reason in all_reasons()]
    return INTRODUCTION + table(("Code", "Sentence", "What to do"), rows)


def _plain(text: str) -> str:
    """Keep signs of Markdown in a sentence what they are."""
    return cell(text.replace("*", "\\*").replace("_", "\\_"))
