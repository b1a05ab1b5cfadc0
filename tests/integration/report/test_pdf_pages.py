# SPDX-License-Identifier: LGPL-3.0-or-later
"""What stands on the pages of a PDF, and that nothing stands on something else, whatever the texts are."""

import gettext
from dataclasses import replace
from io import BytesIO

import pikepdf
import pytest
from babel.messages.mofile import write_mo
from babel.messages.pofile import read_po
from PIL import Image as Bitmap
from pypdf import PdfReader

from optimage import i18n
from optimage.charts.printable import printable
from optimage.document.parts import Cell, Document, Heading, Look, Paper, Paragraph, Signatures, Table, Title
from optimage.errors import UsageError
from optimage.i18n import Manner, speaking
from optimage.report.formats import write_document
from optimage.report.logo import read_logo
from optimage.report.measurement import create_document
from optimage.report.pdf_style import clean
from optimage.resources import data_folder
from tests.integration.report.everything import EVIL, document, lengthened, refilled, squeezed
from tests.integration.report.page_text import boxes, outside, overlapping

MM = 72 / 25.4
SHORT_HEADER = "St Anna\nMedical physics"


def opened(made):
    return PdfReader(BytesIO(write_document(made, "pdf")))


def text_of(reader):
    return [page.extract_text() for page in reader.pages]


def logo(size=(300, 100), form="PNG", mode="RGB"):
    stream = BytesIO()
    Bitmap.new(mode, size, (200, 30, 30, 128)[: len(mode)]).save(stream, form)
    return stream.getvalue()


def problems(reader):
    width, height = (float(length) for length in reader.pages[0].mediabox[2:])
    found = list(boxes(reader))
    return overlapping(found), outside(found, width, height)


@pytest.mark.parametrize(
    ("paper", "landscape", "size"),
    [
        (Paper.A4, False, (210, 297)),
        (Paper.A4, True, (297, 210)),
        (Paper.LETTER, False, (215.9, 279.4)),
        (Paper.LETTER, True, (279.4, 215.9)),
    ],
)
def test_every_page_has_the_size_head_and_foot_that_a_site_wants(paper, landscape, size):
    reader = opened(document(Look(paper, landscape, logo(), SHORT_HEADER)))
    assert len(reader.pages) >= 2
    for number, (page, text) in enumerate(zip(reader.pages, text_of(reader), strict=True), start=1):
        assert [float(length) / MM for length in page.mediabox[2:]] == pytest.approx(size, abs=0.01)
        assert all(told in text for told in ("St Anna", "Medical physics", "made by software"))
        assert f"page {number}/{len(reader.pages)}" in text
        assert "/XObject" in page["/Resources"]
    assert problems(reader) == ([], [])


def test_without_logo_and_header_the_text_begins_at_the_margin():
    plain, headed = (opened(document(Look(header=header))) for header in ("", "hospital"))
    tops = [max(box.top for box in boxes(reader) if box.page == 0) for reader in (plain, headed)]
    assert tops[0] < 297 * MM - 18 * MM < tops[1]


@pytest.mark.parametrize(
    ("form", "mode"), [("PNG", "RGB"), ("PNG", "RGBA"), ("PNG", "L"), ("JPEG", "RGB"), ("JPEG", "CMYK")]
)
def test_png_and_jpeg_logos_are_shown(form, mode):
    page = opened(document(Look(logo=logo(form=form, mode=mode)))).pages[0]
    assert [image for image in page["/Resources"]["/XObject"].values() if image.get_object()["/Width"] == 300]


@pytest.mark.parametrize("size", [(1, 1), (1, 3000), (4000, 1), (4000, 4000)])
def test_a_logo_of_any_size_fits_into_the_head(size):
    read = read_logo(logo(size))
    assert 0 < read.width_mm <= 50.001
    assert 0 < read.height_mm <= 12.001
    assert problems(opened(document(Look(logo=logo(size), header=SHORT_HEADER)))) == ([], [])


@pytest.mark.parametrize("data", [b"", b"GIF89a", b"<svg/>", logo()[:60], logo(form="JPEG")[:200]], ids=len)
def test_a_broken_logo_is_named_in_its_place_and_costs_no_report(data):
    with pytest.raises(UsageError) as refused:
        read_logo(data)
    assert refused.value.code == "bad_logo"
    text = text_of(opened(document(Look(logo=data, header="St Anna"))))[0]
    assert "the logo cannot be read" in text
    assert "water phantom" in text


def test_titles_and_headings_are_bookmarks_that_lead_to_their_place():
    made = document()
    made = replace(made, parts=(Heading("in front"), *made.parts, Title("second", ""), Heading("its part")))
    reader = opened(made)
    outline = reader.outline
    told = [[entry.title for entry in item] if isinstance(item, list) else item.title for item in outline]
    assert told == ["in front", "water phantom", ["results", "pictures", "charts"], "second", ["its part"]]
    for entry in (outline[0], outline[1], *outline[2], outline[3], *outline[4]):
        page = reader.get_destination_page_number(entry)
        assert entry.title in reader.pages[page].extract_text()
        near = [box for box in boxes(reader) if box.page == page and 0 <= float(entry["/Top"]) - box.top < 8]
        assert near  # the upper edge of the line: its letters begin less than half its leading below


def test_the_file_says_what_it_is_and_when_rebuilt_is_the_same(tmp_path):
    made = document(Look(logo=logo(mode="RGBA"), header="x"))
    first = write_document(made, "pdf")
    assert write_document(made, "pdf") == first
    reader = PdfReader(BytesIO(first))
    assert (reader.metadata.title, reader.metadata.author, reader.metadata.subject) == ("report", "anna", "quality")
    assert reader.trailer["/Root"]["/Lang"] == "en"


def test_the_words_of_the_writer_are_in_the_language_of_the_document():
    with speaking(Manner("en")):
        text = " ".join(text_of(opened(replace(document(), language="de"))))
    assert "Seite 1/" in text
    assert "✔ bestanden" in text.replace("\u00a0", " ")


def test_who_signed_is_told_whole_and_every_label_gets_a_line():
    told = "signed by Anna: " + "because of this and that, " * 60
    reader = opened(replace(document(), parts=(Signatures(("one", "two", "three"), (told,)),)))
    text = squeezed(" ".join(text_of(reader)))
    assert squeezed(told) in text
    assert [text.count(f"{label}·Date,signature") for label in ("one", "two", "three")] == [1, 1, 1]
    assert problems(reader) == ([], [])


def test_a_document_with_nothing_in_it_is_still_a_file():
    empty = Document("", "", "", "", "", (Table((), ()),), Look())
    assert len(opened(empty).pages) == 1


def valid(data):
    with pikepdf.open(BytesIO(data)) as file:
        return file.check_pdf_syntax() == []


@pytest.mark.parametrize("name", EVIL)
@pytest.mark.parametrize("landscape", [False, True])
def test_any_text_in_any_place_makes_a_valid_file_in_which_nothing_collides(name, landscape):
    made = refilled(document(Look(landscape=landscape, header="h")), lambda old: old + EVIL[name])
    data = write_document(made, "pdf")
    assert valid(data)
    assert problems(PdfReader(BytesIO(data))) == ([], [])


@pytest.mark.parametrize("name", [name for name in EVIL if name not in ("long", "unbroken")])
def test_any_text_is_shown_literally(name):
    evil = EVIL[name]
    made = replace(
        document(),
        parts=(
            Title(evil, evil),
            Heading(evil),
            Paragraph(evil),
            Table(document().parts[3].columns[:1], ((Cell(evil),),)),
        ),
    )
    text = squeezed(" ".join(text_of(opened(made))))
    shown = squeezed(clean(evil))
    if name == "scripts":  # what reads PDFs turns words from right to left around
        text = text.replace("םולש", "שלום").replace("يبرع", "عربي")
    assert text.count(shown) >= (5 if shown else 0)
    assert not set(text) & {chr(code) for code in (*range(32), *range(0x202A, 0x202F), *range(0x2066, 0x206A))}


def test_what_turns_the_order_or_has_no_glyph_is_shown_as_a_sign_and_never_left_out():
    assert printable("a\u202eb\x00c\ud800") == "a\ufffdb\ufffdc\ufffd"
    assert printable("two\r\nlines\tand\u00adsoft\u200bbreaks") == "two  lines andsoftbreaks"
    assert clean("中x") == "\ufffdx"
    assert printable("中x") == "中x"


def test_texts_of_a_page_may_be_cut_only_with_an_ellipsis():
    made = replace(document(), parts=(Table(document().parts[3].columns[:1], ((Cell("word " * 2000),),)),))
    assert "…" in " ".join(text_of(opened(made)))


@pytest.fixture
def longer(tmp_path, monkeypatch):
    """A language `xx` whose words are 40 % longer than English ones, as a real catalogue."""
    with (data_folder("locales") / "de" / "LC_MESSAGES" / "optimage.po").open("rb") as stream:
        catalogue = read_po(stream)
    for message in catalogue:
        if message.id:
            message.string = tuple(map(lengthened, message.id)) if message.pluralizable else lengthened(message.id)
    folder = tmp_path / "xx" / "LC_MESSAGES"
    folder.mkdir(parents=True)
    with (folder / "optimage.mo").open("wb") as stream:
        write_mo(stream, catalogue)
    translation = gettext.translation("optimage", str(tmp_path), languages=["xx"])
    known = i18n._catalogue
    monkeypatch.setattr(i18n, "_catalogue", lambda code: translation if code == "xx" else known(code))
    monkeypatch.setenv("OPTIMAGE_LANGUAGE", "xx")


@pytest.mark.parametrize(
    "look", [Look(), Look(Paper.LETTER, landscape=True, header=SHORT_HEADER)], ids=["A4", "Letter"]
)
def test_nothing_collides_in_a_language_40_percent_longer_than_english(context, longer, look):
    reader = opened(replace(create_document(context), look=look))
    assert lengthened("Results") in " ".join(text_of(reader))
    assert lengthened("page") in " ".join(text_of(reader))
    assert problems(reader) == ([], [])


def test_words_of_modules_and_sites_may_be_40_percent_longer_too(context):
    reader = opened(refilled(create_document(context), lengthened))
    assert problems(reader) == ([], [])


def test_the_check_for_collisions_sees_one_and_sees_what_leaves_the_page():
    found = list(boxes(opened(document())))
    moved = replace(found[3], left=found[3].left + 1, right=found[3].right + 1)
    assert overlapping([*found, moved])
    assert outside([replace(moved, right=10_000.0)], 595, 842)
