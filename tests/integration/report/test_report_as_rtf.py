# SPDX-License-Identifier: LGPL-3.0-or-later
"""The report as RTF: what it says, and that no text becomes a word of RTF."""

import re
from dataclasses import replace

import pytest
from striprtf.striprtf import rtf_to_text

from optimage.charts.printable import printable
from optimage.document.parts import Charts, Document, Look, Paper, Table
from optimage.report.formats import write_document
from optimage.report.measurement import create_document
from optimage.report.rtf_text import literal
from tests.integration.report.everything import EVIL, document, refilled, squeezed, told_texts

WORDS = re.compile(rb"\\(?:[a-z]+-?[0-9]* ?|'[0-9a-f]{2}|[\\{}*~\n])|[{}]|[^\\{}]+")


def written(made):
    return write_document(made, "rtf")


def text_of(data):
    halves = rtf_to_text(data.decode("ascii"))  # of letters beyond 16 bits it leaves two
    return squeezed(halves.encode("utf-16", "surrogatepass").decode("utf-16"))


def depth_and_words(data):
    """Return how deep each group goes and every word of RTF used; fails on what is no RTF."""
    depth, deepest, words, at = 0, 0, set(), 0
    while at < len(data):
        found = WORDS.match(data, at)
        assert found, data[at : at + 40]
        at = found.end()
        token = found[0]
        depth += (token == b"{") - (token == b"}")
        deepest = max(depth, deepest)
        assert depth > 0 or at >= len(data.rstrip())
        if token.startswith(b"\\") and token[1:2].isalpha():
            words.add(re.sub(rb"[-0-9 ]", b"", token[1:]).decode())
    assert depth == 0
    return deepest, words


def test_every_value_limit_and_text_of_the_result_is_in_the_file(context):
    made = create_document(context)
    text = text_of(written(made))
    told = [cell for part in made.parts if isinstance(part, Table) for row in part.rows for cell in row]
    assert len(told) > 100
    assert [c for c in told if not all(squeezed(part) in text for part in (c.text, c.more, c.below))] == []


@pytest.mark.parametrize(
    ("look", "size"),
    [(Look(), (11906, 16838, "")), (Look(Paper.LETTER, landscape=True), (15840, 12240, "\\landscape"))],
)
def test_pages_have_the_size_head_and_foot_that_a_site_wants(look, size):
    data = written(document(replace(look, header="St Anna"))).decode("ascii")
    width, height, turned = size
    assert f"\\paperw{width}\\paperh{height}{turned}\\margl" in data
    head, foot = re.search(r"\{\\header (.*)\}\n", data)[1], re.search(r"\{\\footer (.*)\}\n", data)[1]
    assert "St Anna" in head
    assert "made by software" in foot
    assert foot.index("PAGE") < foot.index("NUMPAGES")


def test_charts_and_pictures_are_images_of_their_own_size(context):
    made = create_document(context)
    data = written(made)
    (charts,) = [part for part in made.parts if isinstance(part, Charts)]
    assert data.count(b"\\pngblip") == len(charts.charts) + 1
    assert data.count(b"89504e470d0a1a0a") == len(charts.charts) + 1
    with_logo = replace(made, look=Look(logo=bytes.fromhex(re.search(rb"89504e47[0-9a-f\n]+", data)[0].decode())))
    assert written(with_logo).count(b"\\pngblip") == len(charts.charts) + 2


def test_the_file_says_what_it_is_and_is_the_same_again(context):
    data = written(create_document(context))
    assert b"{\\title CT water phantom \\u8211? Maker Model 64 SN-42}{\\author anna}" in data
    assert written(create_document(context)) == data


@pytest.mark.parametrize("name", EVIL)
def test_any_text_in_any_place_is_shown_literally_and_stays_a_text(name):
    evil = EVIL[name]
    plain, data = written(document()), written(refilled(document(), lambda old: old + evil))
    deepest, words = depth_and_words(data)
    assert (deepest, words - {"u"}) == (depth_and_words(plain)[0], depth_and_words(plain)[1] - {"u"})
    text = text_of(data)
    missing = [told for told in told_texts(document()) if squeezed(printable(told + evil)) not in text]
    assert missing == []


def test_letters_are_told_by_their_codes():
    assert literal("a\\b{c}") == "a\\\\b\\{c\\}"
    assert literal("ä≥") == "\\u228?\\u8805?"
    assert literal("\uff21") == "\\u-223?"  # codes are signed
    assert literal("😀") == "\\u-10179?\\u-8704?"  # and pairs where 16 bits are not enough


def test_a_document_with_nothing_in_it_is_still_a_file():
    assert depth_and_words(written(Document("", "", "", "", "", ())))
