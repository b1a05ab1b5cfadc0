# SPDX-License-Identifier: LGPL-3.0-or-later
"""A report template as a value: which blocks stand in which order, and how pages and sentences look."""

from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from pathlib import Path
from typing import Any

from optimage.document.block import Need, ReportBlock, Scope, Wording
from optimage.document.parts import Look
from optimage.i18n import Manner
from optimage.messages import Message


@dataclass(frozen=True, slots=True)
class Placed:
    """A block at its place in a template, with every setting it takes."""

    block: ReportBlock
    settings: Mapping[str, Any] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class Template:
    """A checked template.

    Attributes
    ----------
    name : str
        Name of its file without the suffix; what profiles and schedules call it.
    title : Wording
        What reports of it are called.
    scope : Scope
        What it reports on.
    blocks : tuple of Placed
        What a report is made of; for measurements once for each.
    opening : tuple of Placed
        What stands once in front where several measurements are reported.
    look : Look
        Paper and logo; its header is empty until a report is made.
    header, footer : Wording
        What stands on every page; an empty footer is the usual one.
    manner : Manner
        In which language reports speak, and how they write numbers and dates.
    origin : Path
        The file.
    shipped : bool
        Whether it came with the program.
    remarks : tuple of Message
        What is wrong and yet costs nobody a report: a logo that cannot be read.
    """

    name: str
    title: Wording
    scope: Scope
    blocks: tuple[Placed, ...]
    opening: tuple[Placed, ...] = ()
    look: Look = field(default_factory=Look)
    header: Wording = field(default_factory=Wording)
    footer: Wording = field(default_factory=Wording)
    manner: Manner = field(default_factory=Manner)
    origin: Path = field(default_factory=Path)
    shipped: bool = True
    remarks: tuple[Message, ...] = ()


def needs(template: Template) -> frozenset[Need]:
    """Return what of a period the blocks of a template are made of."""
    return frozenset(need for placed in (*template.opening, *template.blocks) for need in placed.block.needs)


def manner_of(template: Template) -> Manner:
    """Return how reports of a template speak; contexts are gathered and documents written inside `speaking` of it."""
    return template.manner


def in_language(template: Template, language: str) -> Template:
    """Return the template speaking another language, two letters; itself where that is empty."""
    if not language:
        return template
    dates = template.manner.dates or "local"
    return replace(template, manner=replace(template.manner, language=language, dates=dates))
