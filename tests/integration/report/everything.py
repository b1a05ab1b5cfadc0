# SPDX-License-Identifier: LGPL-3.0-or-later
"""A document with every part and every text field, and the same with other texts in them."""

from dataclasses import fields, is_dataclass, replace
from enum import Enum

import numpy as np

from optimage.charts.picture import Outline, PictureSpec
from optimage.charts.spec import Axis, ChartSpec, Entry, Glyph, Line, Marker, Role, Series, Tick
from optimage.document.parts import (
    Align,
    Cell,
    Chart,
    Charts,
    Column,
    Document,
    Facts,
    Heading,
    Look,
    PageBreak,
    Paragraph,
    Picture,
    Pictures,
    Signatures,
    Table,
    Title,
    Tone,
)
from optimage.model.tolerance import Verdict

EVIL = {
    "markup": "<b>bold</b> & &amp; &#65; \"quoted\" 'x' <script>alert(1)</script></td></p></svg> <!-- ]]>",
    "templates": "{{ 7 * 7 }} {% raw %} ${x} {0} {key!r} %s $x^2$",
    "formula": '=cmd("calc")!A1 @SUM(1) +1 -1',
    "groups": "{\\rtf1 \\par } {\\field{\\*\\fldinst HYPERLINK x}} \\u8238? \\'41 \\\\ {",
    "order": "\u202eltr-ot-lru\u202c \u2066x\u2069 \u200fy",
    "control": "\x00\x07\x1b[31mred\x7f\x85 \ud800 \ue000",
    "lines": "one\ntwo\r\nthree\tfour\u2028five",
    "unbroken": "W" * 400,
    "long": "several words " * 714,
    "scripts": "中文 日本語 שלום 12 عربي ไทย é Ω 😀 e\u0301",
    "empty": "",
}
TITLES = frozenset({"title", "notes", "text", "name", "header"})
FIXED = frozenset({"language", "unit", "key", "label"})


def document(look=None):
    """Every kind of part, with numbers that people read."""
    axis = Axis(0, 10, tuple(Tick(i, str(i)) for i in (0, 5, 10)), "days")
    spec = ChartSpec(
        "noise",
        axis,
        Axis(0, 2, (Tick(0, "0"), Tick(1, "1"), Tick(2, "2")), "HU"),
        series=(Series(tuple(range(10)), tuple(1 + 0.1 * (i % 3) for i in range(10)), "measured"),),
        lines=(Line(1.5, 0, 10, Role.CONTROL, "UCL"),),
        markers=tuple(Marker(i, 1 + 0.1 * (i % 3), Glyph.CIRCLE, Role.PASS) for i in range(10)),
        notes=("a note", "another"),
        legend=(Entry("A", "what it means"), Entry("B", "and this")),
    )
    outline = Outline("centre", ((3.0, 3.0), (3.0, 12.0), (12.0, 12.0), (12.0, 3.0)), True)
    picture = PictureSpec(np.arange(256, dtype=np.uint8).reshape(16, 16), 0, 255, 1.0, (outline,))
    columns = (
        Column("what", 0.3),
        Column("value", 0.13, Align.NUMBER),
        Column("unit", 0.09),
        Column("limit", 0.13, Align.NUMBER),
        Column("remark", 0.2),
        Column("verdict", 0.15),
    )
    rows = (
        (
            Cell("water", below="ct_water"),
            Cell("1.25"),
            Cell("HU"),
            Cell("4"),
            Cell("up", more="down"),
            _verdict("pass"),
        ),
        (Cell("noise", below="noise"), Cell("10"), Cell("HU"), Cell("0.5"), Cell("x", "y", "z"), _verdict("fail")),
    )
    parts = (
        Title("water phantom", "daily", Verdict.WARNING),
        Facts((("Device", "Model 64"), ("Site", "room 3"), ("Hash", "ab" * 32))),
        Heading("results"),
        Table(columns, rows),
        Paragraph("a sentence"),
        Paragraph("a quiet one", Tone.QUIET, Verdict.NOT_MEASURED),
        Heading("pictures"),
        Picture(picture, "a caption", Table(columns[:2], ((Cell("air"), Cell("-998.1")), (Cell("oil"), Cell("-80"))))),
        Pictures(((picture, "first"), (picture, "second"), (picture, "third"))),
        PageBreak(),
        Heading("charts"),
        Charts((Chart(spec, "figures"), Chart(spec, "more figures"), Chart(spec))),
        Signatures(("measured by", "reviewed by", "released by"), ("signed by Anna", "signed by Bob")),
    )
    return Document("report", "anna", "quality", "en", "made by software", parts, look or Look(header="hospital"))


def _verdict(word):
    return Cell(verdict=Verdict(word))


def refilled(value, text, name=""):
    """Return `value` with `text(old)` in place of every text that may come from outside."""
    if isinstance(value, Enum) or name in FIXED:
        return value
    if isinstance(value, str):
        return text(value)
    if isinstance(value, tuple):
        return tuple(refilled(item, text, name) for item in value)
    if is_dataclass(value):
        told = {field.name: refilled(getattr(value, field.name), text, field.name) for field in fields(value)}
        return replace(value, **told)
    return value


def lengthened(sentence):
    """Return a sentence in a language whose words are 40 % longer than English ones; fields and blanks stay."""
    return " ".join(
        word if "{" in word or "}" in word else word + word[: -(-len(word) * 2 // 5)] for word in sentence.split(" ")
    )


def squeezed(text):
    """Return `text` without blanks: a page breaks lines where it must."""
    return "".join(text.split())


def told_texts(made):
    """Return the texts of a document that no form may cut: all but those inside charts and pictures."""
    found = []

    def keep(text):
        found.append(text)
        return text

    for part in made.parts:
        refilled(_without_drawings(part), keep)
    return [text for text in found if text]


def _without_drawings(part):
    if isinstance(part, Charts):
        return tuple(chart.caption for chart in part.charts)
    if isinstance(part, Picture):
        return (part.caption, part.beside)
    if isinstance(part, Pictures):
        return tuple(caption for _spec, caption in part.pictures)
    return part
