# SPDX-License-Identifier: LGPL-3.0-or-later
"""TOML to Template, with every mistake at once: file, line, key, what was expected, what was found."""

import re
import tomllib
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from optimage.document.block import Scope, Wording
from optimage.errors import TemplateError
from optimage.messages import N_, Message
from optimage.profile_files.lines import lines_of
from optimage.report.registry import block_of, blocks
from optimage.report.templates.look import ENTRIES, Entries, look_of, manner_from, read_entries, wording_of
from optimage.report.templates.problems import Found, Problems
from optimage.report.templates.settings import read_settings, read_text, read_wording
from optimage.report.templates.template import Placed, Template
from optimage.report.variables import names_in

LARGEST = 256 << 10  # bytes of a template
LINE = re.compile(r"at line (\d+)")
OWN_KEYS = ("title", "scope", "block")
TEMPLATE_KEYS = (*OWN_KEYS, "opening")


@dataclass(frozen=True, slots=True)
class SiteLook:
    """The look that a site gives to all its reports, and what is wrong in its file."""

    entries: Entries
    problems: Problems


def read_template(file: Path, *, shipped: bool, site: SiteLook | None = None) -> Template:
    """Read one file.

    Raises
    ------
    TemplateError
        `bad_template`, with all `problems`, those of the look of the site among them.
    """
    table, problems = read_table(file)
    template = _template(table, problems, file, shipped=shipped, site=site)
    if problems.fatal or (site and site.problems.fatal):
        raise bad_template(file, (*problems.messages, *(site.problems.messages if site else ())))
    return template


def read_site_look(file: Path) -> SiteLook:
    """Read the look of a site; nothing where there is no such file, its mistakes where it has some."""
    if not file.exists():
        return SiteLook({}, Problems(str(file), {(): 1}))
    try:
        table, problems = read_table(file)
    except TemplateError as error:
        found = [Found(1, message) for message in error.problems]
        return SiteLook({}, Problems(str(file), {(): 1}, found))
    for name in table:
        if name in TEMPLATE_KEYS:
            problems.add(
                (name,),
                N_("{where}: this file gives the look of all templates and is none itself; give yours another name"),
            )
        elif name not in ENTRIES:
            problems.unknown((name,), name, ENTRIES)
    return SiteLook(read_entries(table, file.parent, problems, names_in(Scope)), problems)


def read_table(file: Path) -> tuple[dict[str, Any], Problems]:
    """Return the table in a file, and where to note its mistakes.

    Raises
    ------
    TemplateError
        `bad_template`: the file cannot be read, is too large, or is no TOML.
    """
    try:
        with file.open("rb") as stream:
            data = stream.read(LARGEST + 1)
        if len(data) > LARGEST:
            too_large = Message(N_("{where}: is larger than {most} KiB"), {"where": str(file), "most": LARGEST >> 10})
            raise bad_template(file, (too_large,))
        text = data.decode()
        return tomllib.loads(text), Problems(str(file), lines_of(text))
    except (OSError, UnicodeDecodeError, tomllib.TOMLDecodeError) as error:
        line = LINE.search(str(error))
        where = f"{file}:{line.group(1)}" if line else str(file)
        reason = (error.strerror if isinstance(error, OSError) else None) or str(error)
        wrong = Message(N_("{where}: {problem}"), {"where": where, "problem": reason})
        raise bad_template(file, (wrong,)) from error


def bad_template(file: Path, problems: tuple[Message, ...]) -> TemplateError:
    """Create the error of a template with mistakes."""
    return TemplateError(
        "bad_template",
        N_("the report template {file} has mistakes: {count}"),
        advice=N_("correct it; optimage report template check tells whether all is well"),
        file=str(file),
        count=len(problems),
    ).with_problems(problems)


def _template(
    table: Mapping[str, Any], problems: Problems, file: Path, *, shipped: bool, site: SiteLook | None
) -> Template:
    scope = Scope(read_text(table.get("scope", "measurement"), ("scope",), problems, tuple(Scope)) or "measurement")
    variables = names_in({scope})
    known = (*OWN_KEYS, *ENTRIES, *(("opening",) if scope is Scope.MEASUREMENT else ()))
    for name in table:
        if name not in known:
            problems.unknown((name,), name, known)
    own = read_entries(table, file.parent, problems, variables)
    entries = {**(site.entries if site else {}), **own}
    return Template(
        name=file.stem,
        title=read_wording(table["title"], ("title",), problems, ()) if "title" in table else Wording({"": file.stem}),
        scope=scope,
        blocks=_placed(table, "block", scope, problems),
        opening=_placed(table, "opening", Scope.PERIOD, problems) if scope is Scope.MEASUREMENT else (),
        look=look_of(entries),
        header=wording_of(entries, "header"),
        footer=wording_of(entries, "footer"),
        manner=manner_from(entries),
        origin=file,
        shipped=shipped,
        remarks=(*problems.messages, *_remarks(site, own)),
    )


def _remarks(site: SiteLook | None, own: Entries) -> tuple[Message, ...]:
    """Return what is remarked on the logo of the site, where it is the one that is shown."""
    return site.problems.messages if site and "logo" not in own else ()


def _placed(table: Mapping[str, Any], name: str, scope: Scope, problems: Problems) -> tuple[Placed, ...]:
    listed = table.get(name, [])
    if not isinstance(listed, list) or not all(isinstance(one, dict) for one in listed):
        problems.add((name,), N_("{where}: need tables that begin with [[{name}]]"), name=name)
        return ()
    if name == "block" and not listed:
        problems.add((name,), N_("{where}: there is none; write [[block]] and a kind"))
    found = (_place(one, (name, str(number)), scope, problems) for number, one in enumerate(listed))
    return tuple(placed for placed in found if placed)


def _place(table: Mapping[str, Any], key: tuple[str, str], scope: Scope, problems: Problems) -> Placed | None:
    if "kind" not in table:
        problems.add((*key, "kind"), N_("{where}: is missing"))
        return None
    kind = read_text(table["kind"], (*key, "kind"), problems)
    block = block_of(kind, scope) if kind else None
    if block:
        return Placed(block, read_settings(block, table, key, problems, names_in({scope})))
    elsewhere = next((other for other in Scope if kind and block_of(kind, other)), None)
    if elsewhere:
        problems.add(
            (*key, "kind"),
            N_("{where}: {kind} cannot stand here, only in a template with the scope {scope}"),
            kind=kind,
            scope=elsewhere.value,
        )
    elif kind:
        problems.unknown((*key, "kind"), kind, blocks(scope))
    return None
