# SPDX-License-Identifier: LGPL-3.0-or-later
"""`optimage demo`: the whole job in one go, on digital phantoms or on real images."""

from pathlib import Path

import click

from optimage.i18n import _, labelled


@click.command("demo", help=_("Render water phantoms of forty days, send them to a service of our own, and report."))
@click.option("--data", type=click.Path(exists=True, path_type=Path), help=_("use these images instead"))
@click.option(
    "-o",
    "--output",
    type=click.Path(file_okay=False, path_type=Path),
    default=Path("demo"),
    show_default=True,
    help=_("folder for the files"),
)
def command(data: Path | None, output: Path) -> None:
    from optimage.cli.progress import progress
    from optimage.cli.show import print_overview, print_result
    from optimage.service.demonstration import demonstrate

    with progress(_("working")) as tell:
        shown = demonstrate(output, data, on_progress=tell)
    print_overview(shown.results, shown.signals)
    if shown.results:
        click.echo("")
        print_result(shown.results[-1])
    click.echo("")
    for title, path in ((_("report"), shown.report), (_("table"), shown.table), (_("chart"), shown.chart)):
        if path:
            click.echo(labelled(title, str(path)))
