# SPDX-License-Identifier: LGPL-3.0-or-later
"""Every reason the program can give, out of the places where it gives them."""

from collections.abc import Iterator
from pathlib import Path

from babel.messages.pofile import read_po
from error_codes import Reason, reasons
from tables import cell, code, table

ROOT = Path(__file__).resolve().parents[2]
FOLDERS = (ROOT / "optimage", ROOT / "phantoms" / "optimage_phantoms")
INTRODUCTION = """# Errors and remarks

Made from the code and its catalogues. Every error has a stable code, one sentence, and where something can be done
about it, advice, in English, German and French. Fields in braces are filled with what was found. Errors and failed
sub-tests share the codes; a remark (note) stands beside values that were measured.

"""


def all_reasons() -> list[Reason]:
    """Return every reason in the shipped code, by code."""
    files = sorted(path for folder in FOLDERS for path in folder.rglob("*.py"))
    return sorted({reason for path in files for reason in reasons(path.read_text(encoding="utf-8"))})


def error_page() -> str:
    """Return the page: one table, a line for each code, sentence and language."""
    catalogues = {language: _catalogue(language) for language in ("de", "fr")}
    rows = [row for reason in all_reasons() for row in _rows(reason, catalogues)]
    return INTRODUCTION + table(("Code", "", "Sentence", "What to do"), rows)


def _rows(reason: Reason, catalogues: dict[str, dict[str, str]]) -> Iterator[tuple[str, ...]]:
    yield code(reason.code), "en", _plain(reason.sentence), _plain(reason.advice)
    for language, said in catalogues.items():
        yield code(reason.code), language, _plain(said.get(reason.sentence, "")), _plain(said.get(reason.advice, ""))


def _catalogue(language: str) -> dict[str, str]:
    path = ROOT / "locales" / language / "LC_MESSAGES" / "optimage.po"
    with path.open("rb") as stream:
        return {str(message.id): str(message.string) for message in read_po(stream) if message.id}


def _plain(text: str) -> str:
    """Keep signs of Markdown in a sentence what they are."""
    return cell(text.replace("*", "\\*").replace("_", "\\_"))
