# SPDX-License-Identifier: LGPL-3.0-or-later
"""`optimage plugin`: what is installed beside the program, and what of it works."""

import click

from optimage.cli.table import format_table
from optimage.i18n import _, say


@click.group("plugin", help=_("List plugins."))
def command() -> None:
    pass


@command.command("list", help=_("List plugins, broken ones with their error."))
def list_plugins() -> None:
    from optimage.plugins.manager import load_plugins

    rows = [
        (p.name, p.distribution, p.version, say(p.error) if p.error else _("works")) for p in load_plugins().plugins
    ]
    click.echo(format_table((_("plugin"), _("package"), _("version"), _("state")), rows))
