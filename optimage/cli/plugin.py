# SPDX-License-Identifier: LGPL-3.0-or-later
"""`optimage plugin`: what is installed beside the program, and what of it works."""

from typing import TYPE_CHECKING

import click

from optimage.cli.table import format_table
from optimage.i18n import _, say

if TYPE_CHECKING:
    from optimage.plugins.manager import PluginStatus


@click.group("plugin", help=_("List plugins."))
def command() -> None:
    pass


@command.command("list", help=_("List plugins, broken and disabled ones too."))
def list_plugins() -> None:
    from optimage.plugins.manager import load_plugins

    rows = [(p.name, p.distribution, p.version, _state(p)) for p in load_plugins().plugins]
    click.echo(format_table((_("plugin"), _("package"), _("version"), _("state")), rows))


def _state(plugin: "PluginStatus") -> str:
    if plugin.disabled:
        return _("disabled")
    return say(plugin.error) if plugin.error else _("works")
