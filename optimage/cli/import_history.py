# SPDX-License-Identifier: LGPL-3.0-or-later
"""`optimage import`: results of before, from a CSV file and a mapping."""

from pathlib import Path
from typing import TYPE_CHECKING

import click

from optimage.cli.common import open_application
from optimage.cli.table import format_number, format_table
from optimage.i18n import _

if TYPE_CHECKING:
    from optimage.workflow.importing.read import History

EXISTING = click.Path(exists=True, dir_okay=False, path_type=Path)


@click.command("import", help=_("Bring older results of a profile along from a CSV file: all of them, or none."))
@click.argument("file", type=EXISTING)
@click.option("--mapping", required=True, type=EXISTING, help=_("what the columns mean (TOML)"))
@click.option("--profile", "profile_id", metavar="ID", required=True, help=_("the profile"))
@click.option("--dry-run", is_flag=True, help=_("only check, and show what would be stored"))
def command(file: Path, mapping: Path, profile_id: str, dry_run: bool) -> None:
    from optimage.workflow.importing.read import read_history, store_history

    app = open_application()
    operator = app.settings.operator
    module = app.modules.get(app.store.profiles.get(profile_id).profile.phantom)
    history = read_history(app.store, module.info if module else None, profile_id, file, mapping, operator=operator)
    _show(history)
    if dry_run:
        click.echo(_("nothing was stored: this was a dry run"))
        return
    added = store_history(app.store, history, operator=operator)
    known = len(history.results) - len(added)
    click.echo(_("results stored: {added}; stored before: {known}").format(added=len(added), known=known))


def _show(history: "History") -> None:
    """Say what the file holds, and what of it is left out."""
    from optimage.cli.edge import visible

    rows = _values(history)
    header = (_("measurement"), _("unit"), _("method"), "n", _("lowest"), _("highest"), _("first"), _("last"))
    if rows:
        click.echo(format_table(header, rows))
    told = (
        (history.empty, _("rows without a value, left out: {count}")),
        (history.ignored, _("rows left out by the mapping: {count}")),
        (history.measured, _("rows of what is measured already, left out: {count}")),
    )
    for count, sentence in told:
        if count:
            click.echo(sentence.format(count=count))
    for device in history.new:
        click.echo(visible(_("new device: {name}").format(name=device.title)))


def _values(history: "History") -> list[tuple[str, ...]]:
    found: dict[tuple[str, str, str], list[tuple[float, str]]] = {}
    for result in history.results:
        day = result.acquisition.at.astimezone().strftime("%Y-%m-%d") if result.acquisition.at else ""
        for one in (judged.measurement for judged in result.measurements):
            found.setdefault((one.key, str(one.unit), one.method), []).append((one.value, day))
    rows: list[tuple[str, ...]] = []
    for (key, unit, method), values in found.items():
        numbers, days = [value for value, _day in values], [day for _value, day in values]
        ends = (format_number(min(numbers), unit), format_number(max(numbers), unit), min(days), max(days))
        rows.append((key, unit, method, str(len(values)), *ends))
    return rows
