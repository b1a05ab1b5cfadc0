# SPDX-License-Identifier: LGPL-3.0-or-later
"""What a report on a period is about."""

from collections.abc import Iterator

from optimage.document.block import ReportBlock, Scope, Setting, Wording
from optimage.document.parts import Facts, Part, Title
from optimage.document.period import PeriodContext
from optimage.i18n import _
from optimage.messages import N_
from optimage.report.period.words import moment_of, period_text


def title(context: PeriodContext, *, text: str) -> Iterator[Part]:
    """Say what is reported on: period, site, device, profile, parameter, and when and by whom the report was made."""
    names = context.names
    chosen = [names[name] for name in ("device", "profile", "parameter") if names.get(name)]
    yield Title(text or context.title, " · ".join(chosen) or names.get("site") or period_text(context))
    yield Facts(
        tuple(
            (label, value)
            for label, value in (
                (_("Period"), period_text(context)),
                (_("Site"), names.get("site", "")),
                (_("Device"), names.get("device", "")),
                (_("Profile"), names.get("profile", "")),
                (_("Parameter"), names.get("parameter", "")),
                (_("Made"), moment_of(context, context.now)),
                (_("Made by"), context.operator),
            )
            if value
        )
    )


BLOCK = ReportBlock(
    "title",
    N_("what is reported on: period, site, device, profile, parameter"),
    frozenset({Scope.PERIOD}),
    title,
    (Setting("text", Wording, "", N_("what stands there instead of the title of the template")),),
)
