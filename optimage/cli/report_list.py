# SPDX-License-Identifier: LGPL-3.0-or-later
"""`optimage report list`: which reports were made, who signed them, and whether what is behind them changed."""

from typing import TYPE_CHECKING

import click

from optimage.cli.common import open_application
from optimage.i18n import _, say

if TYPE_CHECKING:
    from optimage.app import App
    from optimage.model.records import ReportRecord
    from optimage.model.signature import Signed
    from optimage.workflow.signing.reports import Archive

SHOWN = 50


@click.command("list", help=_("List reports on periods and on chosen results, the latest last."))
@click.option("--template", metavar="TEMPLATE", help=_("only those made by this template"))
@click.option("--check", is_flag=True, help=_("tell of unsigned reports, too, whether what is behind them changed"))
@click.option("--all", "whole", is_flag=True, help=_("all of them, not only the last fifty"))
def command(template: str | None, check: bool, whole: bool) -> None:
    from optimage.cli.edge import visible
    from optimage.cli.table import format_table
    from optimage.workflow.signing.reports import OF_THE_SERVICE

    app = open_application()
    archive = archive_of(app)
    records = [one for one in app.store.reports.list(template=template) if one.kind != OF_THE_SERVICE]
    rows = [_row(archive, one, check) for one in (records if whole else records[-SHOWN:])]
    header = ("id", _("made"), _("template"), _("form"), _("file"), _("signed by"), "")
    click.echo(visible(format_table(header, rows)) if rows else _("no reports"))


def archive_of(app: "App") -> "Archive":
    """Return where the reports of this installation come from."""
    from optimage.workflow.due import grace_of
    from optimage.workflow.signing.reports import Archive

    return Archive(app.store, app.modules, app.settings.templates, grace_of(app.settings))


def _row(archive: "Archive", record: "ReportRecord", check: bool) -> tuple[str, ...]:
    signed = archive.signed(record)
    return (
        str(record.id),
        f"{record.at.astimezone():%Y-%m-%d %H:%M}",
        record.template,
        record.form,
        record.file_name,
        ", ".join(one.signature.name for one in signed),
        _state(archive, record, signed, check),
    )


def _state(archive: "Archive", record: "ReportRecord", signed: tuple["Signed", ...], check: bool) -> str:
    if not signed and not check:
        return ""
    changes = signed[0].changes if signed else tuple(archive.changes(record))
    return "; ".join(map(say, changes)) or _("as it was")
