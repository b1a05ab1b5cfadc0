# SPDX-License-Identifier: LGPL-3.0-or-later
"""A new template as a copy of another, with a comment for everything that could be said and is not."""

import json
from collections.abc import Iterator, Sequence
from pathlib import Path

from optimage.document.block import Setting, Wording
from optimage.errors import UsageError
from optimage.files import write_atomically
from optimage.i18n import _
from optimage.messages import N_
from optimage.profile_files.lines import lines_of
from optimage.report.templates.files import NAME, SITE_LOOK
from optimage.report.templates.template import Placed, Template

LOOK = (
    ('language = "de"', N_("en, de or fr; without it the language of whoever makes the report")),
    ('paper = "Letter"', N_("A4 or Letter")),
    ("landscape = true", N_("the long side lies below")),
    ('logo = "logo.png"', N_("PNG or JPEG in the folder of this file")),
    ('header = "{{ site }}"', N_("stands in the head of every page")),
    ('footer = "{{ software }}"', N_("stands at the foot of every page instead of the usual one")),
    ('decimal = ","', N_("decimal mark, . or ,")),
    ('dates = "local"', N_("iso or local: 2026-11-25, or as the language writes it")),
)


def write_draft(source: Template, name: str, folder: Path) -> Path:
    """Write a copy of `source` as the template `name` into the folder of own templates; return the file.

    Raises
    ------
    UsageError
        `bad_template_name`, or `template_exists`: nothing is overwritten.
    StoreError
        `cannot_write`.
    """
    if not NAME.fullmatch(name) or name == Path(SITE_LOOK).stem:
        raise UsageError(
            "bad_template_name",
            N_("{name} cannot be the name of a report template"),
            advice=N_("take 1 to 64 of a-z, 0-9 and _; {reserved} is the look of all templates"),
            name=name,
            reserved=SITE_LOOK,
        )
    target = folder / f"{name}.toml"
    if target.exists():
        raise UsageError(
            "template_exists",
            N_("there is a report template {file} already"),
            advice=N_("edit it, or choose another name"),
            file=str(target),
        )
    text = source.origin.read_text(encoding="utf-8")
    write_atomically(target, (_annotated(text, source) if source.shipped else text).encode())
    return target


def _annotated(text: str, source: Template) -> str:
    """Return the text of a shipped template with comments; its own ones above the first entry are left out."""
    lines = text.splitlines()
    lines_at = lines_of(text)
    before: dict[int, list[str]] = {}
    after: dict[int, list[str]] = {}
    for name, placed in (("opening", source.opening), ("block", source.blocks)):
        for number, one in enumerate(placed):
            before[lines_at[name, str(number)]] = [f"# {_(one.block.help)}"]
            given = {key[2] for key in lines_at if key[:2] == (name, str(number)) and len(key) > 2}
            after[lines_at[name, str(number), "kind"]] = list(_settings(one, given))
    first = next(n for n, line in enumerate(lines, start=1) if line.strip() and not line.startswith("#"))
    body = [
        said
        for number, line in enumerate(lines, start=1)
        if number >= first
        for said in (*before.get(number, ()), line, *after.get(number, ()))
    ]
    return "\n".join((*_head(source), *_with_look(body, text), ""))


def _head(source: Template) -> Iterator[str]:
    yield "# " + _("A copy of the report template {name}. Lines that begin with # say what else is possible.").format(
        name=source.name
    )
    yield "# " + _("Leave out, repeat or move blocks freely. Then: optimage report template check, and preview.")


def _with_look(body: Sequence[str], text: str) -> Iterator[str]:
    """Yield the lines with what could be said of the look before the first table."""
    told = {key[0] for key in lines_of(text) if len(key) == 1}
    tables = [number for number, line in enumerate(body) if line.startswith("[[")]
    begin = tables[0] - 1 if tables else len(body)  # the comment of the first block stands above it
    yield from (line for line in body[:begin] if line.strip())
    yield from (f"# {entry}  # {_(help_)}" for entry, help_ in LOOK if entry.partition(" ")[0] not in told)
    yield ""
    yield from body[begin:]


def _settings(placed: Placed, given: set[str]) -> Iterator[str]:
    for setting in placed.block.settings:
        if setting.name not in given:
            yield f"# {setting.name} = {_value(setting)}  # {_(setting.help)}{_choices(setting)}"


def _value(setting: Setting) -> str:
    default = setting.default
    if setting.type in (str, Wording):
        return json.dumps(str(default or ""), ensure_ascii=False)
    return json.dumps(default if not isinstance(default, tuple) else list(default), ensure_ascii=False)


def _choices(setting: Setting) -> str:
    return f": {', '.join(setting.choices)}" if setting.choices else ""
