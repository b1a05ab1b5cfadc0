# SPDX-License-Identifier: LGPL-3.0-or-later
"""Trends by profile and device, those that a block shows."""

from collections.abc import Iterator, Sequence
from itertools import groupby

from optimage.document.block import Setting
from optimage.document.parts import Heading, Paragraph, Part
from optimage.document.period import PeriodContext, TrendView
from optimage.i18n import _, labelled
from optimage.messages import N_
from optimage.report.period.words import place

KEYS = Setting("keys", tuple, (), N_("measurements by their keys; none: those that were chosen, else the judged ones"))


def most(default: int) -> Setting:
    """Return the setting that says how many measurements of a profile a block shows."""
    return Setting("most", int, default, N_("measurements of each profile and device at most; 0: all"))


def groups(context: PeriodContext, keys: Sequence[str], at_most: int) -> Iterator[tuple[str, tuple[TrendView, ...]]]:
    """Yield what a profile measured on a device, by their names, in the order of the context."""
    for (profile, device), views in groupby(context.trends, lambda view: (view.profile, view.device)):
        wanted = [view for view in views if not keys or view.key in keys]
        if wanted:
            yield place(profile, device), tuple(wanted[: at_most or None])


def section(title: str, name: str) -> Heading:
    """Return the heading of what is shown of a profile and device."""
    return Heading(labelled(title, name))


def nothing(title: str) -> Iterator[Part]:
    """Say that there are no values to show."""
    yield Heading(title)
    yield Paragraph(_("There are no values in this period."))
