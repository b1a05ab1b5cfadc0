# SPDX-License-Identifier: LGPL-3.0-or-later
"""The command line, out of the commands themselves."""

from collections.abc import Iterator

import click
from tables import code, table

from optimage.cli.main import cli

INTRODUCTION = """# Command line

Made from the code. Every command tells the same with `--help`.

| Exit code | Meaning |
| --- | --- |
| 0 | every result passed, warns or is not judged |
| 1 | at least one result failed; of `due`: at least one measurement is overdue |
| 2 | the call is wrong: unknown option, parameter, profile or path |
| 3 | at least one measurement set gave no value at all |
| 4 | the system refused: database, disk, network |

Of several results the worst counts, in the order 4, 3, 1, 0.

"""


def command_page() -> str:
    """Return the page with one section a command."""
    return INTRODUCTION + "\n".join(_section(command, context) for command, context in commands(cli, "optimage"))


def commands(
    command: click.Command, name: str, parent: click.Context | None = None
) -> Iterator[tuple[click.Command, click.Context]]:
    """Yield `command` and all commands below it, each with its context."""
    context = click.Context(command, info_name=name, parent=parent)
    yield command, context
    if isinstance(command, click.Group):
        for below in command.list_commands(context):
            found = command.get_command(context, below)
            if found is not None and not found.hidden:
                yield from commands(found, below, context)


def _section(command: click.Command, context: click.Context) -> str:
    depth = context.command_path.count(" ")
    usage = " ".join([context.command_path, *command.collect_usage_pieces(context)])
    parts = [
        f"{'#' * min(depth + 2, 4)} {context.command_path}\n",
        f"{command.help or ''}\n",
        f"```text\n{usage}\n```\n",
    ]
    rows = [_option_row(parameter, context) for parameter in command.params if isinstance(parameter, click.Option)]
    if rows:
        parts.append(table(("Option", "Meaning", "Default"), rows))
    return "\n".join(parts)


def _option_row(option: click.Option, context: click.Context) -> tuple[str, str, str]:
    names = ", ".join(code(name) for name in (*option.opts, *option.secondary_opts))
    value = "" if option.is_flag else f" {code(option.make_metavar(context))}"
    shown = option.default if isinstance(option.default, str | int | float) and not option.is_flag else ""
    required = "required" if option.required else code(str(shown))
    return names + value, option.help or "", required
