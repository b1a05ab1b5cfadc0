# SPDX-License-Identifier: LGPL-3.0-or-later
"""`optimage export`: a profile's results as a table."""

from pathlib import Path

import click

from optimage.cli.common import open_application, parse_date, parse_end_date
from optimage.errors import UsageError
from optimage.i18n import _
from optimage.messages import N_

FORMATS = ("csv", "xlsx", "json")
SUFFIXES = {".xlsx": "xlsx", ".json": "json"}


@click.command("export", help=_("Write the results of a profile and period as CSV, XLSX or JSON."))
@click.option("--profile", "profile_id", metavar="ID", required=True, help=_("the profile"))
@click.option("--since", metavar="DATE", help=_("acquired on this day or later"))
@click.option("--until", metavar="DATE", help=_("acquired on this day or earlier"))
@click.option(
    "--table",
    type=click.Choice(["long", "wide"]),
    default="long",
    help=_("long: a row per value (default); wide: a row per result, with mean, 2 SD and n below"),
)
@click.option("--key", "keys", multiple=True, metavar="KEY", help=_("only this measurement; may be repeated"))
@click.option("--format", "form", type=click.Choice(FORMATS), help=_("default: by the name of the file, else csv"))
@click.option(
    "--dialect",
    type=click.Choice(["standard", "semicolon"]),
    help=_("of CSV; standard: RFC 4180 (default), semicolon: with decimal comma, as Excel writes it in much of Europe"),
)
@click.option("-o", "--output", required=True, type=click.Path(dir_okay=False, path_type=Path), help=_("the file"))
def command(
    profile_id: str,
    since: str | None,
    until: str | None,
    table: str,
    keys: tuple[str, ...],
    form: str | None,
    dialect: str | None,
    output: Path,
) -> None:
    from optimage.files import write_atomically
    from optimage.workflow.tables import TableRequest, export_table

    form = form or SUFFIXES.get(output.suffix.lower(), "csv")
    if dialect and form != "csv":
        raise UsageError(
            "dialect_without_csv", N_("only CSV has dialects"), advice=N_("leave out --dialect, or choose --format csv")
        )
    store = open_application().store
    store.profiles.get(profile_id)
    request = TableRequest(form, dialect or "standard", table == "wide", tuple(dict.fromkeys(keys)))
    content = export_table(store, profile_id, request, since=parse_date(since), until=parse_end_date(until))
    write_atomically(output, content)
    click.echo(str(output))
