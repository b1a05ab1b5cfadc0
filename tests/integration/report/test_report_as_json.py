# SPDX-License-Identifier: LGPL-3.0-or-later
import json
from dataclasses import replace
from math import isnan, nan
from pathlib import Path

import pytest

from optimage.document.parts import Cell, Charts, Document, Heading, PageBreak, Picture, Pictures, Table
from optimage.errors import UsageError
from optimage.report.formats import write_document
from optimage.report.measurement import create_document
from tests.integration.json_schema import problems

SCHEMA = json.loads((Path(__file__).parents[3] / "docs/reference/report.schema.json").read_text("utf-8"))


def as_json(document):
    return json.loads(write_document(document, "json"))


@pytest.fixture
def document(context):
    made = create_document(context)
    picture = next(part for part in made.parts if isinstance(part, Picture))
    more = (PageBreak(), Pictures(((picture.spec, "once more"),)))
    return replace(made, parts=(*made.parts, *more))


def test_a_report_for_machines_follows_the_published_schema(document):
    assert problems(as_json(document), SCHEMA) == []


def test_the_check_itself_sees_what_is_wrong(document):
    broken = as_json(document)
    broken["paper"] = "parchment"
    broken["parts"][0]["verdict"] = "fine"
    broken["parts"][1]["colour"] = "red"
    assert len(problems(broken, SCHEMA)) == 3


def test_numbers_stand_there_with_all_their_digits(context):
    table = next(part for part in as_json(create_document(context))["parts"] if part["part"] == "table")
    told = {row[0]["below"].split(" · ")[0]: row for row in table["rows"]}
    for judged in context.summaries:
        measured, row = judged.measurement, told[judged.measurement.key]
        assert row[1]["value"] == (None if isnan(measured.value) else measured.value)
        assert row[3]["value"] == (None if isnan(measured.uncertainty) else measured.uncertainty)
        assert row[4]["value"] == judged.judgement.reference
        assert row[1]["unit"] == measured.unit
        assert row[6]["verdict"] == judged.judgement.verdict.value


def test_the_points_of_charts_are_told_and_what_is_no_number_is_null(context):
    drawn = create_document(context)
    (charts,) = [part for part in drawn.parts if isinstance(part, Charts)]
    spec = charts.charts[0].spec
    gap = replace(spec.series[0], y=(nan, *spec.series[0].y[1:]))
    changed = replace(charts.charts[0], spec=replace(spec, series=(gap,)))
    (told,) = as_json(replace(drawn, parts=(Charts((changed,)),)))["parts"]
    assert told["charts"][0]["spec"]["series"][0]["y"] == [None, *spec.series[0].y[1:]]
    assert [marker["y"] for marker in told["charts"][0]["spec"]["markers"]] == [marker.y for marker in spec.markers]


def test_one_pixel_more_is_another_hash_but_no_pixel_is_written(document):
    (part,) = [part for part in document.parts if isinstance(part, Picture)]
    grey = part.spec.grey.copy()
    grey[3, 4] ^= 1
    changed = replace(part, spec=replace(part.spec, grey=grey))
    one, other = (as_json(replace(document, parts=(picture,)))["parts"][0]["spec"] for picture in (part, changed))
    assert {name for name in one if one[name] != other[name]} == {"sha256"}
    assert len(write_document(replace(document, parts=(Picture(part.spec, "", Table((), ())),)), "json")) < grey.size


def test_any_text_is_told_as_it_is_in_plain_ascii():
    text = "\x00\x07\u202eltr \ud800 中 ' \" \\ </script> {{ x }}"
    written = write_document(Document(text, "", "", "en", "", (Heading(text), Table((), ((Cell(text),),)))), "json")
    assert written.isascii()
    told = json.loads(written)
    assert (told["title"], told["parts"][0]["text"], told["parts"][1]["rows"][0][0]["text"]) == (text, text, text)


def test_another_form_is_refused_by_name(document):
    with pytest.raises(UsageError, match="docx") as refused:
        write_document(document, "docx")
    assert refused.value.code == "unknown_form"
