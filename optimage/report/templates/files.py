# SPDX-License-Identifier: LGPL-3.0-or-later
"""Where templates lie: the shipped ones, and a site's own in a folder of its home, which come first."""

import re
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
        raise UsageError(
            "unknown_report_template",
            N_("there is no report template {name}"),
            advice=N_("choose one of {known}"),
            name=name,
            known=", ".join(sorted(found)),
        )
    return _read(found[name], folder)


def load_file(file: Path) -> Template:
    """Return the template in a file wherever it lies, with the look of the site beside it; raises `TemplateError`."""
    return _read(file, file.parent)


def templates(folder: Path | None = None) -> tuple[Listed, ...]:
    """Return every template by name, with its mistakes."""
    shipped = _named(data_folder("report_templates"))
    return tuple(
        _listed(name, file, folder, replaces=name in shipped and file != shipped[name])
        for name, file in sorted(_files(folder).items())
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
