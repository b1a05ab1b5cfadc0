# SPDX-License-Identifier: LGPL-3.0-or-later
"""`optimage report make`: reports by a template, in several formats."""

from pathlib import Path

import click

from optimage.cli.common import open_application
from optimage.cli.periods import parse_period
from optimage.errors import UsageError
from optimage.i18n import _
from optimage.messages import N_


@click.command(
    "make", help=_("Make a report by a template: of results, or of a period of a device, a site, a parameter.")
)
@click.argument("template", metavar="TEMPLATE")
@click.option(
    "--result", "results", multiple=True, type=int, metavar="ID", help=_("a result to report on; may be repeated")
)
@click.option("--profile", "profiles", multiple=True, metavar="ID", help=_("only of this profile; may be repeated"))
@click.option("--device", default="", metavar="NAME", help=_("only of this device"))
@click.option("--site", default="", metavar="NAME", help=_("only of this site"))
@click.option("--key", "keys", multiple=True, metavar="KEY", help=_("only this measurement; may be repeated"))
@click.option("--since", metavar="DATE", help=_("acquired on this day or later"))
@click.option("--until", metavar="DATE", help=_("acquired on this day or earlier"))
@click.option("--year", metavar="YEAR", help=_("acquired in this year"))
@click.option("--month", metavar="MONTH", help=_("acquired in this month, such as 2026-11"))
@click.option(
    "--format", "forms", default="", metavar="LIST", help=_("formats, separated by commas: pdf, html, rtf, json")
)
@click.option(
    "--language", default="", metavar="CODE", help=_("two letters, such as de; by default that of the template")
)
@click.option(
    "-o", "--output", required=True, type=click.Path(path_type=Path), help=_("a file, or a folder for several formats")
)
def command(
    template: str,
    results: tuple[int, ...],
    profiles: tuple[str, ...],
    device: str,
    site: str,
    keys: tuple[str, ...],
    since: str | None,
    until: str | None,
    year: str | None,
    month: str | None,
    forms: str,
    language: str,
    output: Path,
) -> None:
    from datetime import UTC, datetime

    from optimage.document.period import Selection
    from optimage.report.templates.files import load_template
    from optimage.report.templates.template import in_language
    from optimage.workflow.due import grace_of
    from optimage.workflow.reporting.keep import keep_report
    from optimage.workflow.reporting.make import Order, make_report

    period = parse_period(since, until, year, month)
    wanted = _forms(forms, output)
    app = open_application()
    order = Order(
        now=datetime.now(UTC),
        selection=Selection(profiles, device, site, keys),
        period=period,
        results=results,
        grace=grace_of(app.settings),
        operator=app.settings.operator,
    )
    loaded = in_language(load_template(template, app.settings.templates), language)
    made = make_report(app.store, app.modules, loaded, order)
    folder = output.is_dir() or len(wanted) > 1 or not output.suffix
    for form in wanted:
        path = output / f"{made.stem}.{form}" if folder else output
        keep_report(app.store, made, order, form, path)
        click.echo(str(path))


def _forms(forms: str, output: Path) -> tuple[str, ...]:
    """Return the formats to write: those named, else the one that the name of the file tells, else PDF."""
    from optimage.report.formats import FORMS

    named = tuple(dict.fromkeys(part.strip().lower() for part in forms.split(",") if part.strip()))
    wanted = named or ((output.suffix.lstrip(".").lower() or "pdf",) if not output.is_dir() else ("pdf",))
    for form in wanted:
        if form not in FORMS:
            raise UsageError(
                "unknown_form",
                N_("there is no form {form} of reports"),
                advice=N_("choose one of {known}"),
                form=form,
                known=", ".join(FORMS),
            )
    return wanted
