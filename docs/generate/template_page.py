# SPDX-License-Identifier: LGPL-3.0-or-later
"""What report templates can say: entries, blocks with their settings, variables of texts."""

from collections.abc import Iterator

from tables import code, table

from optimage.document.block import ReportBlock, Scope, Setting, Wording
from optimage.report.registry import ALL
from optimage.report.templates.files import templates
from optimage.report.texts import FILTERS, MOST_WRITTEN
from optimage.report.variables import VARIABLES

INTRODUCTION = """# Report templates

Made from the code. [Our own report](../how-to/our-own-report.md) leads from a copy of a shipped template to the PDF.

A template is a TOML file that lists blocks in the order in which they stand in the report. A site's own lie in the
folder `report_templates` of its home ([settings](settings.md)); their names are 1 to 64 of `a-z`, `0-9` and `_`, with
the suffix `.toml`. An own template of a shipped name replaces the shipped one.

A profile names its template: `report = "ours"`. Templates are read anew for each report: an edited file holds at once.
A template with mistakes makes no report; `optimage report template check` tells every mistake at once, with its line.
The service makes up for the reports when the template is mended.

```toml
title = "Constancy test"
language = "de"
logo = "logo.png"

[[block]]
kind = "title"

[[block]]
kind = "text"
text = "Measured on {{ device }} by {{ operator }}.{% if state == 'fail' %} Call the service.{% endif %}"

[[block]]
kind = "results"
```

"""
DATES = (
    "2026-11-25, or as the language writes it: 25 Nov 2026, 25.11.2026, 25 nov. 2026; `local` where a language is"
    " named, else `iso`"
)
ENTRIES = (
    ("title", "text", "what reports are called"),
    ("scope", "`measurement` or `period`", "what it reports on; `measurement` if it does not say so"),
    ("language", "`en`, `de` or `fr`", "the language of the report; without it that of whoever makes it"),
    ("paper", "`A4` or `Letter`", "size of the paper; `A4` if it does not say so"),
    ("landscape", "true or false", "whether the long side lies below"),
    ("logo", "name of a file", "a PNG or JPEG of 2 MiB at most, beside the template; shown in the head of every page"),
    ("header", "text", "stands in the head of every page"),
    ("footer", "text", "stands at the foot of every page, instead of the program and its version"),
    ("decimal", "`.` or `,`", "decimal mark; without it that of the language"),
    ("dates", "`iso` or `local`", DATES),
    ("[[block]]", "tables", "the blocks; of a template for measurements once for each measurement, on a new page"),
    ("[[opening]]", "tables", "blocks for a period that stand once in front where several measurements are reported"),
)  # fmt: skip
TYPES = {
    str: "text",
    int: "whole number",
    float: "number",
    bool: "true or false",
    tuple: "list of texts",
    Wording: "text",
}
SCOPES = {Scope.MEASUREMENT: "Blocks for measurements", Scope.PERIOD: "Blocks for a period"}


def template_page() -> str:
    """Return the page."""
    return INTRODUCTION + "\n".join(_sections())


def _sections() -> Iterator[str]:
    yield "## Shipped templates\n"
    yield table(("Name", "Title", "Scope"), ((code(one.name), one.template.title.here(), one.template.scope.value)
                                             for one in templates() if one.template))  # fmt: skip
    yield "## Entries\n"
    yield table(("Entry", "Type", "Meaning"), ((code(name), kind, text) for name, kind, text in ENTRIES))
    yield (
        "The file `site.toml` in the folder of own templates holds `language`, `paper`, `landscape`, `logo`,\n"
        "`header`, `footer`, `decimal` and `dates` for all templates, the shipped ones too; what a template says\n"
        "itself is stronger.\n"
        "A logo that is missing or no picture costs no report: a line at its end says what is wrong.\n"
    )
    yield "## Blocks\n\nEvery block is named by `kind`; what it needs and a template does not give is an error.\n"
    yield "### Blocks for every template\n"
    yield _blocks([block for block in ALL if block.scopes == frozenset(Scope)])
    for scope, title in SCOPES.items():
        yield f"### {title}\n"
        yield _blocks([block for block in ALL if block.scopes == {scope}])
    yield "Plugins bring more: [a block for reports](plugins.md#a-block-for-reports).\n"
    yield _texts()


def _blocks(blocks: list[ReportBlock]) -> str:
    rows = [row for block in blocks for row in _rows(block)]
    return table(("Kind", "Setting", "Type", "Default", "Meaning"), rows)


def _rows(block: ReportBlock) -> Iterator[tuple[str, str, str, str, str]]:
    yield code(block.kind), "", "", "", block.help
    for setting in block.settings:
        yield "", code(setting.name), _type(setting), _default(setting), setting.help


def _type(setting: Setting) -> str:
    if setting.choices:
        return ", ".join(map(code, setting.choices))
    least = f" from {setting.minimum:g}" if setting.type in (int, float) else ""
    return TYPES[setting.type] + least


def _default(setting: Setting) -> str:
    if setting.default is None:
        return "must be given"
    return code(str(setting.default).lower() if isinstance(setting.default, bool) else str(setting.default or ""))


def _texts() -> str:
    rows = (
        (code(one.name), *("✔" if scope in one.scopes else "" for scope in Scope), one.meaning, code(one.example))
        for one in VARIABLES
    )
    return (
        '## Texts\n\nA text stands once or as a table by language, `{ en = "Results", de = "Ergebnisse" }`; one that'
        " stands once\nis translated where the catalogues know it. Texts may hold\n\n"
        '* variables, `{{ device }}` or `{{ values["noise"] }}`; what is not known of a device is empty,\n'
        "* filters, `{{ device | upper }}`: " + ", ".join(map(code, FILTERS)) + ",\n"
        '* conditions, `{% if state == "fail" and site %} … {% else %} … {% endif %}`.\n\n'
        f"Nothing else is taken, and {MOST_WRITTEN} characters at most. What is filled in is shown as it stands,"
        " braces and all.\nVariables are those of a measurement or of a period, according to the scope; where several"
        " measurements are reported,\nheader and footer know what is the same in all of them.\n\n"
        + table(("Variable", "Measurement", "Period", "Meaning", "Example"), rows)
    )
