# SPDX-License-Identifier: LGPL-3.0-or-later
"""`optimage report template`: from a shipped template to one's own."""

from pathlib import Path
from typing import TYPE_CHECKING

import click

from optimage.cli.common import open_application
from optimage.cli.edge import visible
from optimage.cli.table import format_table
from optimage.i18n import _

if TYPE_CHECKING:
    from optimage.report.templates.files import Listed


@click.group("template", help=_("List, check, start and try out report templates."))
def command() -> None:
    pass


def _folder() -> Path:
    """Return the folder of own templates."""
    from optimage.settings import load_settings

    return load_settings().templates


@command.command("list", help=_("List report templates, the site's own ones too, and whether they are correct."))
def list_templates() -> None:
    from optimage.report.templates.files import templates

    rows = [(one.name, _scope(one), _origin(one), _state(one), _title(one)) for one in templates(_folder())]
    click.echo(visible(format_table((_("template"), _("scope"), _("origin"), _("state"), _("title")), rows)))


def _scope(one: "Listed") -> str:
    return one.template.scope.value if one.template else "–"


def _title(one: "Listed") -> str:
    return one.template.title.here() if one.template else "–"


def _origin(one: "Listed") -> str:
    if one.shipped:
        return _("shipped")
    return _("own, in place of the shipped one") if one.replaces else _("own")


def _state(one: "Listed") -> str:
    return _("mistakes: {count}").format(count=len(one.problems)) if one.problems else _("correct")


@command.command("check", help=_("Check report templates, all if none is named; tells every mistake at once."))
@click.argument("given", metavar="[FILE|NAME]...", nargs=-1)
def check(given: tuple[str, ...]) -> None:
    from optimage.report.templates.files import check_templates

    for path in check_templates(given, _folder()):
        click.echo(_("{file}: correct").format(file=path))


@command.command("new", help=_("Start a template of one's own as a copy of another, with comments."))
@click.argument("name")
@click.option("--from", "source", metavar="NAME", default="measurement", show_default=True, help=_("what is copied"))
def new(name: str, source: str) -> None:
    from optimage.report.templates.draft import write_draft
    from optimage.report.templates.files import load_template

    folder = _folder()
    click.echo(str(write_draft(load_template(source, folder), name, folder)))


@command.command("preview", help=_("Write what comes of a template, by default of digital phantoms."))
@click.argument("given", metavar="FILE|NAME")
@click.option("-o", "--output", required=True, type=click.Path(dir_okay=False, path_type=Path), help=_("the file"))
@click.option("--result", "result_id", type=int, help=_("number of a stored result to show instead"))
def preview(given: str, output: Path, result_id: int | None) -> None:
    from optimage.files import write_atomically
    from optimage.report.templates.files import choose
    from optimage.workflow.preview import preview_of_example, preview_of_result

    template, form = choose(given, _folder()), output.suffix.removeprefix(".").lower() or "pdf"
    if result_id is None:
        content = preview_of_example(template, form)
    else:
        app = open_application()
        content = preview_of_result(app.store, app.modules, template, result_id, form)
    write_atomically(output, content)
    click.echo(str(output))
