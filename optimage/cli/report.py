# SPDX-License-Identifier: LGPL-3.0-or-later
"""`optimage report`: reports of every kind, each verb in a file `report_<verb>` of its own."""

import click

from optimage.cli.lazy import LazyGroup
from optimage.i18n import _
from optimage.messages import N_

OF_RESULTS = "result"
VERBS = {
    "make": N_("make a report by a template, in several formats"),
    OF_RESULTS: N_("write the PDF of one or several results; the word may be left out"),
    "list": N_("list reports, who signed them, and what changed since"),
    "sign": N_("sign a report as a named person"),
    "template": N_("list, check, start and try out report templates"),
    "schedule": N_("let reports be made by themselves, again and again"),
}


class ReportGroup(LazyGroup):
    """Takes numbers of results without a verb before them: `optimage report 12 -o x.pdf`."""

    def parse_args(self, ctx: click.Context, args: list[str]) -> list[str]:
        """Put the verb where it was left out."""
        bare = bool(args) and args[0] not in ctx.help_option_names and (args[0][0:1] == "-" or args[0].isdecimal())
        return super().parse_args(ctx, [OF_RESULTS, *args] if bare else args)


@click.group(
    "report", cls=ReportGroup, verbs=VERBS, modules={name: f"report_{name}" for name in VERBS}, help=_("Write reports.")
)
def command() -> None:
    pass
