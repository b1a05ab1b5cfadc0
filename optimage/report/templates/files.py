# SPDX-License-Identifier: LGPL-3.0-or-later
"""Where templates lie: the shipped ones, and a site's own in a folder of its home, which come first."""

import re
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path

from optimage.errors import TemplateError, UsageError
from optimage.messages import N_, Message
from optimage.report.templates.load import read_site_look, read_template
from optimage.report.templates.template import Template
from optimage.resources import data_folder

SITE_LOOK = "site.toml"
NAME = re.compile(r"[a-z0-9_]{1,64}")


@dataclass(frozen=True, slots=True)
class Listed:
    """A template in the list: `template` is None where it has mistakes, which are then among the `problems`."""

    name: str
    origin: Path
    shipped: bool
    replaces: bool
    template: Template | None
    problems: tuple[Message, ...]


def load_template(name: str, folder: Path | None = None) -> Template:
    """Return a template by its name, read anew each time, so that an edited file holds at once.

    Parameters
    ----------
    name : str
        Name of the file without its suffix.
    folder : Path, optional
        Folder of a site's own templates, which come before the shipped ones; it need not exist.

    Raises
    ------
    UsageError
        `unknown_report_template`: there is no such file.
    TemplateError
        `bad_template`, with all `problems`.
    """
    found = _files(folder)
    if name not in found:
        raise _unknown(name, found)
    return _read(found[name], folder)


def check_templates(given: Sequence[str], folder: Path | None = None) -> tuple[Path, ...]:
    """Check templates, each named or given as a file, all where none is given; return those looked at.

    Parameters
    ----------
    given : sequence of str
        Names, or paths of files.
    folder : Path, optional
        Folder of a site's own templates.

    Raises
    ------
    UsageError
        `unknown_report_template`.
    TemplateError
        `bad_template`: every mistake in every file, remarks on logos among them.
    """
    known = _files(folder)
    files = [_chosen(one, known) for one in given] or list(known.values())
    problems: dict[str, Message] = {}  # by their words: a mistake in the look of the site counts once
    for file in files:
        try:
            found = _read(file, folder).remarks
        except TemplateError as error:
            found = error.problems
        problems |= {str(message): message for message in found}
    if problems:
        raise TemplateError(
            "bad_template",
            N_("mistakes in report templates: {count}"),
            advice=N_("mend the lines named and check again"),
            count=len(problems),
        ).with_problems(tuple(problems.values()))
    return tuple(files)


def _chosen(given: str, known: Mapping[str, Path]) -> Path:
    if given in known:
        return known[given]
    if Path(given).exists():
        return Path(given)
    raise _unknown(given, known)


def choose(given: str, folder: Path | None = None) -> Template:
    """Return the template of a name, or the one in a file; raises as `load_template`."""
    return _read(_chosen(given, _files(folder)), folder)


def templates(folder: Path | None = None) -> tuple[Listed, ...]:
    """Return every template by name, with its mistakes."""
    shipped = _named(data_folder("report_templates"))
    return tuple(
        _listed(name, file, folder, replaces=name in shipped and file != shipped[name])
        for name, file in sorted(_files(folder).items())
    )


def _unknown(name: str, known: Iterable[str]) -> UsageError:
    return UsageError(
        "unknown_report_template",
        N_("there is no report template {name}"),
        advice=N_("choose one of {known}"),
        name=name,
        known=", ".join(sorted(known)),
    )


def _files(folder: Path | None) -> dict[str, Path]:
    own = _named(folder) if folder else {}
    own.pop(Path(SITE_LOOK).stem, None)
    return _named(data_folder("report_templates")) | own


def _named(folder: Path) -> dict[str, Path]:
    return {path.stem: path for path in folder.glob("*.toml") if NAME.fullmatch(path.stem)}


def _read(file: Path, folder: Path | None) -> Template:
    shipped = file.parent == data_folder("report_templates")
    return read_template(file, shipped=shipped, site=read_site_look(folder / SITE_LOOK) if folder else None)


def _listed(name: str, file: Path, folder: Path | None, *, replaces: bool) -> Listed:
    shipped = file.parent == data_folder("report_templates")
    try:
        template = _read(file, folder)
    except TemplateError as error:
        return Listed(name, file, shipped, replaces, None, error.problems)
    return Listed(name, file, shipped, replaces, template, template.remarks)
