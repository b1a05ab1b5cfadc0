# SPDX-License-Identifier: LGPL-3.0-or-later
"""The report as one file of HTML: what it says, that nothing in it reaches out, and that no text leaves its place."""

import re
from dataclasses import replace
from html.parser import HTMLParser

import pytest

from optimage.charts.printable import printable
from optimage.document.parts import Charts, Look, Paper, Picture, Table
from optimage.report.formats import write_document
from optimage.report.measurement import create_document
from tests.integration.report.everything import EVIL, document, refilled, squeezed, told_texts

VOID = {"meta", "br", "hr", "img", "col", "rect", "path", "image"}
STRUCTURE = {"h1", "h2", "dl", "dt", "dd", "table", "thead", "tbody", "tr", "th", "td", "figure", "svg"}
OURS = VOID | STRUCTURE | {"html", "head", "title", "style", "body", "div", "p", "span", "bdi", "colgroup"}
OURS |= {"figcaption", "g", "text", "clippath", "footer"}
TURNING = {chr(code) for code in (*range(0x202A, 0x202F), *range(0x2066, 0x206A), 0x200E, 0x200F)}


class Page(HTMLParser):
    """What a browser sees: texts, elements with their attributes, and whether each is closed in order."""

    def __init__(self, data):
        super().__init__(convert_charrefs=True)
        self.texts, self.elements, self.open = [], [], []
        self.feed(data.decode("utf-8"))
        self.close()
        assert self.open == []

    def handle_starttag(self, tag, attributes):
        self.elements.append((tag, dict(attributes)))
        if tag not in VOID:
            self.open.append(tag)

    def handle_startendtag(self, tag, attributes):
        self.elements.append((tag, dict(attributes)))

    def handle_endtag(self, tag):
        assert self.open.pop() == tag

    def handle_data(self, data):
        if "style" not in self.open:
            self.texts.append(data)

    def of(self, tag):
        return [attributes for name, attributes in self.elements if name == tag]

    @property
    def text(self):
        return squeezed("".join(self.texts))


def opened(made):
    return Page(write_document(made, "html"))


def cells(part):
    return [text for row in part.rows for cell in row for text in (cell.text, cell.more, cell.below)]


def test_every_value_limit_and_text_of_the_result_is_on_the_page(context):
    made = create_document(context)
    text = opened(made).text
    told = [cell for part in made.parts if isinstance(part, Table) for cell in cells(part)]
    assert len(told) > 100
    assert [cell for cell in told if squeezed(cell) not in text] == []


def test_the_page_says_its_language_and_is_one_file_that_loads_and_runs_nothing(context):
    page = opened(replace(create_document(context), language="de"))
    assert page.of("html") == [{"lang": "de"}]
    assert {tag for tag, _attributes in page.elements} <= OURS
    addresses = [value for _tag, given in page.elements for name, value in given.items() if name in ("src", "href")]
    assert addresses
    assert all(address.startswith("data:image/png;base64,") for address in addresses)
    assert "default-src 'none'" in page.of("meta")[1]["content"]
    assert not [name for _tag, given in page.elements for name in given if name.startswith("on")]


def test_printed_pages_are_numbered_in_the_language_of_the_report():
    written = write_document(replace(document(), language="de"), "html").decode()
    assert '@bottom-right { content: "Seite " counter(page) "\\2f " counter(pages) ""; }' in written


@pytest.mark.parametrize(
    ("look", "size"), [(Look(), "A4 portrait"), (Look(Paper.LETTER, landscape=True), "Letter landscape")]
)
def test_it_is_printed_on_the_paper_of_the_site(look, size):
    assert f"@page {{ size: {size};" in write_document(document(look), "html").decode()


def test_every_point_of_a_chart_and_every_region_is_drawn(context):
    made = create_document(context)
    page = opened(made)
    (charts,) = [part for part in made.parts if isinstance(part, Charts)]
    (picture,) = [part for part in made.parts if isinstance(part, Picture)]
    assert len(page.of("svg")) == len(charts.charts) + 1
    places = sum(attributes["d"].count("h0") for attributes in page.of("path"))
    round_ones = [m for chart in charts.charts for m in chart.spec.markers if m.glyph == "circle" and not m.hollow]
    assert places == len(round_ones)
    closed = [
        attributes for attributes in page.of("path") if attributes["d"].endswith("z") and attributes["fill"] == "none"
    ]
    assert len(closed) >= 2 * len(picture.spec.outlines)  # a dark line under a bright one
    ids = [attributes["id"] for attributes in page.of("clippath")]
    assert len(set(ids)) == len(ids) == len(charts.charts)


def test_texts_of_charts_are_as_wide_as_they_were_laid_out_in_any_font(context):
    page = opened(create_document(context))
    texts = page.of("text")
    assert len(texts) > 30
    assert all(float(text["textlength"]) > 0 and text["lengthadjust"] == "spacingAndGlyphs" for text in texts)


def test_the_same_document_gives_the_same_bytes():
    made = document()
    assert write_document(made, "html") == write_document(made, "html")


@pytest.mark.parametrize("name", EVIL)
def test_any_text_in_any_place_is_shown_literally_and_stays_a_text(name):
    evil = EVIL[name]
    plain, page = opened(document()), opened(refilled(document(), lambda old: old + evil))
    assert [len(page.of(tag)) for tag in sorted(STRUCTURE)] == [len(plain.of(tag)) for tag in sorted(STRUCTURE)]
    assert {tag for tag, _given in page.elements} <= OURS
    missing = [text for text in told_texts(document()) if squeezed(printable(text + evil)) not in page.text]
    assert missing == []
    assert not TURNING & set("".join(page.texts))


@pytest.mark.parametrize("name", ["markup", "order", "control", "groups"])
def test_no_text_reaches_into_style_or_attributes(name):
    evil = EVIL[name]
    written = write_document(refilled(document(), lambda old: old + evil), "html").decode()
    style = written.split("<style>")[1].split("</style>")[0]
    quoted = re.findall(r'content: ("[^"]*")', style)
    assert quoted
    assert all(re.fullmatch(r'"(?:[A-Za-z0-9 ]|\\[0-9a-f]+ )*"', text) for text in quoted)
    assert "<script" not in written
    assert not TURNING & set(written)


def test_a_broken_logo_is_named_and_a_good_one_shown():
    broken = opened(document(Look(logo=b"nothing", header="St Anna")))
    assert "thelogocannotberead" in broken.text
    assert broken.of("img") == []
