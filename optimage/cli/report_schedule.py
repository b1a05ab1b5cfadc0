# SPDX-License-Identifier: LGPL-3.0-or-later
"""`optimage report schedule`: reports that are made by themselves, again and again."""

import click

from optimage.cli import schedule_add, schedule_list, schedule_runs, schedule_show, schedule_states
from optimage.i18n import _


@click.group("schedule", help=_("Let reports be made by themselves, again and again."))
def command() -> None:
    pass


for verb in (
    schedule_add.command,
    schedule_list.command,
    schedule_show.command,
    schedule_runs.command,
    schedule_states.pause,
    schedule_states.resume,
    schedule_states.retry,
    schedule_states.remove,
):
    command.add_command(verb)
