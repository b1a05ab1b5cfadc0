# SPDX-License-Identifier: LGPL-3.0-or-later
"""Templates filled: the document that a template makes of contexts."""

import logging
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import replace
from typing import Any, get_args

from optimage.document.block import Wording
from optimage.document.measurement import MeasurementContext
from optimage.document.parts import Document, PageBreak, Paragraph, Part
from optimage.document.period import PeriodContext
from optimage.i18n import _, language, say, speaking
from optimage.messages import N_, Message
from optimage.model.tolerance import Verdict
from optimage.report.registry import is_shipped
from optimage.report.templates.template import Placed, Template, manner_of
from optimage.report.texts import fill_text
from optimage.report.variables import common, values_of

PARTS = get_args(Part)
BROKEN = N_("The block {kind} of a plugin could not be written: {error}")
log = logging.getLogger(__name__)


def fill_measurement(
    template: Template, contexts: Sequence[MeasurementContext], opening: PeriodContext | None = None
) -> Document:
    """Return the document of one or several results, each beginning on a new page.

    Parameters
    ----------
    template : Template
        A template with the scope measurement.
    contexts : sequence of MeasurementContext
        At least one.
    opening : PeriodContext, optional
        What the opening blocks are made from; they stand in front where there are several results.
    """
    with speaking(manner_of(template)):
        parts: list[Part] = []
        values = [values_of(context) for context in contexts]
        if opening and len(contexts) > 1:
            parts += _written(template.opening, opening, values_of(opening))
        for context, told in zip(contexts, values, strict=True):
            parts += [PageBreak()] if parts else []
            parts += _written(template.blocks, context, told)
        title = _title_of(contexts[0]) if len(contexts) == 1 else template.title.here()
        author = contexts[0].result.provenance.operator
        return _document(template, title, author, parts, common(values))


def fill_period(template: Template, context: PeriodContext) -> Document:
    """Return the document of a period; `template` has the scope period."""
    with speaking(manner_of(template)):
        values = values_of(context)
        parts = list(_written(template.blocks, context, values))
        return _document(template, context.title or template.title.here(), context.operator, parts, values)


def _title_of(context: MeasurementContext) -> str:
    device = context.result.acquisition.device.title
    return f"{context.phantom_title} – {device}" if device else context.phantom_title


def _document(
    template: Template, title: str, author: str, parts: Sequence[Part], values: Mapping[str, Any]
) -> Document:
    usual = f"{values['software']} · {_('Quality control only, not for diagnostic use')}"
    return Document(
        title=title,
        author=author or "Optimage",
        subject=_("Quality control of medical imaging equipment"),
        language=language(),
        footer=fill_text(template.footer.here(), values) or usual,
        parts=(*parts, *(Paragraph(say(remark), verdict=Verdict.NOT_MEASURED) for remark in template.remarks)),
        look=replace(template.look, header=fill_text(template.header.here(), values)),
    )


def _written(
    placed: Iterable[Placed], context: MeasurementContext | PeriodContext, values: Mapping[str, Any]
) -> Iterator[Part]:
    for one in placed:
        settings = {name: _final(value, values) for name, value in one.settings.items()}
        if is_shipped(one.block):
            yield from one.block.write(context, **settings)
        else:
            yield from _of_stranger(one, context, settings)


def _final(value: object, values: Mapping[str, Any]) -> object:
    return fill_text(value.here(), values) if isinstance(value, Wording) else value


def _of_stranger(placed: Placed, context: object, settings: Mapping[str, Any]) -> list[Part]:
    """Return the parts of a plugin's block; what goes wrong in it is told in its place and costs nobody the report."""
    try:
        parts = list(placed.block.write(context, **settings))
        if wrong := next((part for part in parts if not isinstance(part, PARTS)), None):
            raise TypeError(f"{type(wrong).__name__} is no part of a document")  # noqa: TRY301 - told as any other
    except Exception as error:
        log.exception("block %s cannot be written", placed.block.kind)
        told = Message(BROKEN, {"kind": placed.block.kind, "error": f"{type(error).__name__}: {error}"})
        return [Paragraph(say(told), verdict=Verdict.NOT_MEASURED)]
    return parts
