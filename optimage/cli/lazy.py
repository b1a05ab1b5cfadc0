# SPDX-License-Identifier: LGPL-3.0-or-later
"""Groups of verbs that are imported only when they are called."""

from collections.abc import Mapping
from importlib import import_module
from typing import Any

import click

from optimage.i18n import _


class LazyGroup(click.Group):
    """Knows its verbs by name and help, and imports the module of one on demand.

    Parameters
    ----------
    verbs : mapping of str to str
        What each does, by name, in the order they are used.
    modules : mapping of str to str
        Modules below `optimage.cli` of verbs that are not called like theirs.
    """

    def __init__(self, *args: Any, verbs: Mapping[str, str], modules: Mapping[str, str], **settings: Any) -> None:
        super().__init__(*args, **settings)
        self._verbs = verbs
        self._modules = modules

    def list_commands(self, ctx: click.Context) -> list[str]:  # noqa: ARG002
        """Return the verbs in the order they are used."""
        return list(self._verbs)

    def get_command(self, ctx: click.Context, cmd_name: str) -> click.Command | None:  # noqa: ARG002
        """Import the verb."""
        if cmd_name not in self._verbs:
            return None
        command: click.Command = import_module(f"optimage.cli.{self._modules.get(cmd_name, cmd_name)}").command
        return command

    def format_commands(self, ctx: click.Context, formatter: click.HelpFormatter) -> None:  # noqa: ARG002
        """List the verbs without importing them."""
        with formatter.section(_("Commands")):
            formatter.write_dl([(name, _(text)) for name, text in self._verbs.items()])
