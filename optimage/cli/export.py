# SPDX-License-Identifier: LGPL-3.0-or-later
"""`optimage export`: a profile's results as CSV."""

from pathlib import Path

import click

from optimage.cli.common import open_application, parse_date, parse_end_date
from optimage.i18n import _


@click.command("export", help=_("Write all results of a profile and period as CSV."))
@click.option("--profile", "profile_id", metavar="ID", required=True, help=_("the profile"))
@click.option("--since", metavar="DATE", help=_("acquired on this day or later"))
@click.option("--until", metavar="DATE", help=_("acquired on this day or earlier"))
@click.option("-o", "--output", required=True, type=click.Path(dir_okay=False, path_type=Path), help=_("the CSV file"))
def command(profile_id: str, since: str | None, until: str | None, output: Path) -> None:
    from optimage.files import write_atomically
    from optimage.workflow.documents import export_csv

    store = open_application().store
    store.profiles.get(profile_id)
    table = export_csv(store, profile_id, since=parse_date(since), until=parse_end_date(until))
    write_atomically(output, table)
    click.echo(str(output))
