# SPDX-License-Identifier: LGPL-3.0-or-later
"""`optimage report sign`: a named person stands for a report."""

from pathlib import Path
from typing import TYPE_CHECKING

import click

from optimage.cli.common import open_application
from optimage.errors import UsageError
from optimage.i18n import _
from optimage.messages import N_

if TYPE_CHECKING:
    from optimage.model.records import ReportRecord


@click.command("sign", help=_("Sign a report as a named person, and write it again with the signature."))
@click.argument("report_id", type=int, metavar="REPORT_ID")
@click.option("--name", required=True, help=_("who signs, as it shall be read"))
@click.option("--reason", required=True, help=_("what that person says to it"))
@click.option(
    "-o",
    "--output",
    type=click.Path(path_type=Path, dir_okay=False),
    help=_("the file; by default that in the folder of reports is replaced"),
)
def command(report_id: int, name: str, reason: str, output: Path | None) -> None:
    from datetime import UTC, datetime

    from optimage.cli.report_list import archive_of
    from optimage.workflow.signing.reports import sign_report

    app = open_application()
    target = output or _in_folder(app.settings.reports, app.store.reports.get(report_id))
    operator, now = app.settings.operator, datetime.now(UTC)
    made = sign_report(archive_of(app), report_id, target, name=name, reason=reason, operator=operator, now=now)
    click.echo(_("report {number}: signed by {name}, written as {file}").format(number=made.id, name=name, file=target))


def _in_folder(folder: Path, record: "ReportRecord") -> Path:
    """Return the file of a report in the folder of reports, if it is that file still."""
    from hashlib import sha256

    path = folder / Path(record.file_name).name
    if path.is_file() and sha256(path.read_bytes()).hexdigest() == record.sha256:
        return path
    raise UsageError(
        "output_needed",
        N_("the file of report {id} is not in the folder of reports as it was written"),
        advice=N_("name the file to write with -o"),
        id=record.id,
    )
