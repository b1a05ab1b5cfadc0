# SPDX-License-Identifier: LGPL-3.0-or-later
"""Blocks that may stand in every template: headings, texts, new pages, signatures."""

from collections.abc import Iterator

from optimage.document.block import ReportBlock, Scope, Setting, Wording
from optimage.document.measurement import MeasurementContext
from optimage.document.parts import Heading, PageBreak, Paragraph, Part, Signatures, Tone
from optimage.document.period import PeriodContext
from optimage.document.words import signed_text
from optimage.i18n import _
from optimage.messages import N_

Context = MeasurementContext | PeriodContext


def heading(_context: Context, *, text: str) -> Iterator[Part]:
    """Begin a section, unless nothing came of the text."""
    if text.strip():
        yield Heading(text.strip())


def text(_context: Context, *, text: str, quiet: bool) -> Iterator[Part]:
    """Say something of one's own; an empty line begins a new paragraph."""
    for paragraph in text.split("\n\n"):
        if paragraph.strip():
            yield Paragraph(" ".join(paragraph.split()), Tone.QUIET if quiet else Tone.NORMAL)


def page_break(_context: Context) -> Iterator[Part]:
    """Begin a new page."""
    yield PageBreak()


def signatures(context: Context, *, labels: tuple[str, ...]) -> Iterator[Part]:
    """Say who signed and what changed since, and leave room to sign."""
    signed = tuple(signed_text(one) for one in context.signatures)
    yield Signatures(tuple(map(_, labels)) or _usual(context), signed)


def _usual(context: Context) -> tuple[str, ...]:
    if isinstance(context, PeriodContext):
        return _("Drawn up by"), _("Reviewed by")
    operator = context.result.provenance.operator
    return f"{_('Measured by')} {operator}" if operator else _("Measured by"), _("Reviewed by")


EVERYWHERE = frozenset(Scope)
GENERAL = (
    ReportBlock(
        "heading",
        N_("the heading of a section"),
        EVERYWHERE,
        heading,
        (Setting("text", Wording, None, N_("what it says")),),
    ),
    ReportBlock(
        "text",
        N_("a text of one's own; an empty line begins a new paragraph"),
        EVERYWHERE,
        text,
        (
            Setting("text", Wording, None, N_("what it says")),
            Setting("quiet", bool, False, N_("whether it is written small and grey")),
        ),
    ),
    ReportBlock("page_break", N_("the beginning of a new page"), EVERYWHERE, page_break),
    ReportBlock(
        "signatures",
        N_("who signed and what changed since, and lines to sign on"),
        EVERYWHERE,
        signatures,
        (Setting("labels", tuple, (), N_("what stands below each line; empty: the usual two")),),
    ),
)
