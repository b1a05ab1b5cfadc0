# SPDX-License-Identifier: LGPL-3.0-or-later
"""`optimage chart`: a chart of stored results as a file."""

from pathlib import Path

import click

from optimage.cli.common import open_application, parse_date, parse_end_date
from optimage.errors import UsageError
from optimage.i18n import _
from optimage.messages import N_

KINDS = ("trend", "histogram", "moving-range", "ewma", "cusum", "curve")
FORMS = ("pdf", "svg", "png")


@click.command("chart", help=_("Write a chart of stored results as PDF, SVG or PNG; two KEYs share it on two axes."))
@click.argument("profile_id", metavar="PROFILE")
@click.argument("keys", metavar="KEY...", nargs=-1, required=True)
@click.option(
    "--kind",
    type=click.Choice(KINDS),
    default="trend",
    help=_("trend is the control chart (default); of a curve KEY is the name"),
)
@click.option("--device", default="", metavar="NAME", help=_("of which device, where the profile has several"))
@click.option("--item", default="", help=_("of which slice, head or region"))
@click.option("--since", metavar="DATE", help=_("acquired on this day or later"))
@click.option("--until", metavar="DATE", help=_("acquired on this day or earlier"))
@click.option("--width", type=click.FloatRange(60, 400), default=160.0, help=_("in mm; 160 by default"))
@click.option(
    "-o",
    "--output",
    required=True,
    type=click.Path(dir_okay=False, path_type=Path),
    help=_("the file; its suffix, .pdf, .svg or .png, is the format"),
)
def command(
    profile_id: str,
    keys: tuple[str, ...],
    kind: str,
    device: str,
    item: str,
    since: str | None,
    until: str | None,
    width: float,
    output: Path,
) -> None:
    from optimage.files import write_atomically
    from optimage.workflow.chart import ChartRequest, chart_of, draw

    form = output.suffix.lower().lstrip(".")
    if form not in FORMS:
        raise UsageError(
            "unknown_format",
            N_("{name} is no PDF, SVG or PNG by its name"),
            advice=N_("end it with .pdf, .svg or .png"),
            name=output.name,
        )
    app = open_application()
    request = ChartRequest(profile_id, keys, kind, device, item, parse_date(since), parse_end_date(until))
    spec = chart_of(app.store, app.modules, request)
    write_atomically(output, draw(spec, form, width_mm=width))
    click.echo(str(output))
