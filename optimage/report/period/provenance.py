# SPDX-License-Identifier: LGPL-3.0-or-later
"""What a report on a period comes from."""

from collections.abc import Iterator

from optimage.document.block import Need, ReportBlock, Scope
from optimage.document.parts import Facts, Heading, Part
from optimage.document.period import PeriodContext
from optimage.document.words import NOTHING
from optimage.i18n import _
from optimage.messages import N_
from optimage.report.period.words import moment_of, period_text


def provenance(context: PeriodContext) -> Iterator[Part]:
    """State software, database, period, how many results, and the hash of all that stands behind the report."""
    current = sum(one.current for one in context.results)
    zone = getattr(context.period.zone, "key", None) or (str(context.period.zone) if context.period.zone else "UTC")
    yield Heading(_("Provenance"))
    yield Facts(
        (
            (_("Software"), f"Optimage {context.origin.software}"),
            (_("Database"), _("schema {number}").format(number=context.origin.schema)),
            (_("Period"), period_text(context)),
            (_("Time zone"), zone),
            (_("Results"), f"{current} ({_('superseded')}: {len(context.results) - current})"),
            (_("Made"), moment_of(context, context.now)),
            (_("Made by"), context.operator or NOTHING),
            (_("Behind it"), f"SHA-256 {context.origin.behind}"),
        )
    )


BLOCK = ReportBlock(
    "provenance",
    N_("what the report comes from, and the hash of all that stands behind it"),
    frozenset({Scope.PERIOD}),
    provenance,
    (),
    frozenset({Need.RESULTS}),
)
