# SPDX-License-Identifier: LGPL-3.0-or-later
"""The entries that say how pages look and how reports speak: of one template, or of all templates of a site."""

from collections.abc import Collection, Mapping
from pathlib import Path
from typing import Any

from optimage.document.block import Wording
from optimage.document.parts import Look, Paper
from optimage.errors import UsageError
from optimage.i18n import Manner, languages
from optimage.messages import N_
from optimage.report.templates.problems import Problems
from optimage.report.templates.settings import read_flag, read_text, read_wording

CHOICES = {"paper": tuple(Paper), "decimal": (".", ","), "dates": ("iso", "local")}
ENTRIES = ("language", "paper", "landscape", "logo", "header", "footer", "decimal", "dates")
LARGEST_LOGO = 2 << 20
Entries = Mapping[str, Any]


def read_entries(table: Mapping[str, Any], folder: Path, problems: Problems, variables: Collection[str]) -> Entries:
    """Return the checked entries among those of `table`; what is wrong is noted in `problems`."""
    return {name: _read(name, table[name], folder, problems, variables) for name in ENTRIES if name in table}


def look_of(entries: Entries) -> Look:
    """Return paper and logo."""
    return Look(
        paper=Paper(entries.get("paper") or Paper.A4),
        landscape=entries.get("landscape", False),
        logo=entries.get("logo"),
    )


def manner_from(entries: Entries) -> Manner:
    """Return how to speak; where a language is named, dates are written its way, too, unless `dates` says otherwise."""
    language = entries.get("language", "")
    return Manner(language, entries.get("decimal", ""), entries.get("dates") or ("local" if language else ""))


def _read(name: str, value: object, folder: Path, problems: Problems, variables: Collection[str]) -> object:
    if name == "landscape":
        return read_flag(value, (name,), problems)
    if name in ("header", "footer"):
        return read_wording(value, (name,), problems, variables)
    if name == "language":
        return read_text(value, (name,), problems, sorted(languages()))
    text = read_text(value, (name,), problems, CHOICES.get(name, ()))
    return _logo(folder / text, problems) if name == "logo" and text else text


def _logo(file: Path, problems: Problems) -> bytes | None:
    """Return the bytes of a picture; None after noting why there is none, which costs nobody a report."""
    from optimage.report.logo import read_logo

    try:
        if file.stat().st_size > LARGEST_LOGO:
            most = LARGEST_LOGO >> 20
            problems.remark(("logo",), N_("{where}: {file} is larger than {most} MiB"), file=str(file), most=most)
            return None
        data = file.read_bytes()
        read_logo(data)
    except UsageError:
        problems.remark(("logo",), N_("{where}: {file} is no picture; save it as PNG or JPEG"), file=str(file))
    except OSError as error:
        reason = error.strerror or str(error)
        problems.remark(("logo",), N_("{where}: {file} cannot be read: {error}"), file=str(file), error=reason)
    else:
        return data
    return None


def wording_of(entries: Entries, name: str) -> Wording:
    """Return header or footer; empty where none is given."""
    found = entries.get(name)
    return found if isinstance(found, Wording) else Wording()
