# SPDX-License-Identifier: LGPL-3.0-or-later
"""`optimage phantom`: the modules that can measure."""

import click

from optimage.cli.table import format_table
from optimage.i18n import _


@click.group("phantom", help=_("List and describe phantom modules."))
def command() -> None:
    pass


@command.command("list", help=_("List the modules of all plugins."))
def list_modules() -> None:
    from optimage.plugins.manager import load_plugins

    infos = [module.info for module in load_plugins().modules.values()]
    rows = [(info.id, info.version, ", ".join(sorted(info.modalities)), _(info.title)) for info in infos]
    click.echo(format_table((_("module"), _("version"), _("modality"), _("title")), rows))


@command.command("describe", help=_("Say what a module needs, can be set to, and measures."))
@click.argument("phantom_id", metavar="ID")
def describe(phantom_id: str) -> None:
    from optimage.plugins.manager import load_plugins

    info = load_plugins().module(phantom_id).info
    click.echo(f"{info.id} {info.version}: {_(info.title)}\n")
    inputs = [(i.role, str(i.minimum), str(i.maximum or "–"), ", ".join(i.same)) for i in info.inputs]
    click.echo(format_table((_("input"), _("at least"), _("at most"), _("together by")), inputs) + "\n")
    parameters = [(p.name, p.type.__name__, str(p.default), p.unit, _(p.help)) for p in info.parameters]
    if parameters:
        click.echo(format_table((_("parameter"), _("type"), _("default"), _("unit"), _("meaning")), parameters) + "\n")
    measures = [(m.key, str(m.unit), m.summary, _(m.title), m.source) for m in info.measures]
    click.echo(format_table((_("measurement"), _("unit"), _("summary"), _("title"), _("source")), measures))
