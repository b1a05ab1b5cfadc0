# SPDX-License-Identifier: LGPL-3.0-or-later
"""`optimage report RESULT_ID...`: the PDF of results."""

from pathlib import Path

import click

from optimage.cli.common import open_application
from optimage.i18n import _


@click.command("result", help=_("Write the PDF of one or several results."))
@click.argument("result_ids", metavar="RESULT_ID...", nargs=-1, required=True, type=int)
@click.option(
    "-o", "--output", required=True, type=click.Path(path_type=Path), help=_("a PDF file, or a folder for several")
)
def command(result_ids: tuple[int, ...], output: Path) -> None:
    from optimage.files import write_atomically
    from optimage.workflow.documents import build_report
    from optimage.workflow.publish import report_name

    app = open_application()
    for result_id in result_ids:
        result = app.store.results.get(result_id)
        alone = len(result_ids) == 1 and not output.is_dir()
        target = output if alone else output / report_name(result_id)
        write_atomically(target, build_report(app.store, app.modules, result, app.settings.templates))
        click.echo(str(target))
