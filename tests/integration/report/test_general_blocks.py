# SPDX-License-Identifier: LGPL-3.0-or-later
"""Blocks that may stand in every template."""

from dataclasses import replace
from datetime import UTC, datetime

from optimage.document.parts import Heading, PageBreak, Paragraph, Signatures, Title, Tone
from optimage.document.period import Period, PeriodContext, Selection
from optimage.messages import Message
from optimage.model.signature import Signature, Signed, Subject
from optimage.report.fill import fill_measurement, fill_period
from optimage.report.templates.files import load_template

YEAR = PeriodContext(
    "The year",
    Selection(),
    Period(datetime(2026, 1, 1, tzinfo=UTC), datetime(2027, 1, 1, tzinfo=UTC)),
    datetime(2027, 1, 4, 12, tzinfo=UTC),
    operator="anna",
    names={"site": "St. Elsewhere"},
)


def filled(folder, text, context):
    (folder / "ours.toml").write_text(text, encoding="utf-8")
    template = load_template("ours", folder)
    if isinstance(context, PeriodContext):
        return fill_period(template, context)
    return fill_measurement(template, (context,))


def test_headings_texts_and_pages_stand_in_the_order_of_the_template(tmp_path):
    text = '''
scope = "period"
[[block]]
kind = "heading"
text = "Results of {{ site }}"
[[block]]
kind = "text"
text = """
From {{ begin }} to {{ end }},
told on {{ today }}.

By {{ operator }}; {{ device }}.
"""
quiet = true
[[block]]
kind = "page_break"
[[block]]
kind = "heading"
text = "{{ device }}"
'''
    assert filled(tmp_path, text, YEAR).parts == (
        Heading("Results of St. Elsewhere"),
        Paragraph("From 2026-01-01 to 2026-12-31, told on 2027-01-04.", Tone.QUIET),
        Paragraph("By anna; .", Tone.QUIET),
        PageBreak(),
    )


def test_the_title_can_be_a_text_of_the_site(tmp_path, context):
    parts = filled(tmp_path, '[[block]]\nkind = "title"\ntext = "Constancy of {{ device }}"\n', context).parts
    assert isinstance(parts[0], Title)
    assert parts[0].text == "Constancy of Maker Model 64 SN-42"


def test_signatures_tell_who_signed_and_what_changed_since(tmp_path, context):
    at = datetime(2026, 3, 5, 8, tzinfo=UTC)
    signature = Signature(Subject.RESULT, 77, "Dr. Anna Weiß", "anna", "checked {{ 7*7 }}", at, "ab")
    signed = (Signed(signature), Signed(signature, (Message("a review was added"),)))
    block = '[[block]]\nkind = "signatures"\n'
    (usual,) = filled(tmp_path, block, replace(context, signatures=signed)).parts
    told = "✔ signed by Dr. Anna Weiß, 2026-03-05 08:00:00 UTC: checked {{ 7*7 }}"
    assert usual == Signatures(
        ("Measured by anna", "Reviewed by"), (told, f"{told} · ▲ changed since: a review was added")
    )
    (own,) = filled(
        tmp_path, 'scope = "period"\n' + block + 'labels = ["Physicist"]\n', replace(YEAR, signatures=signed[:1])
    ).parts
    assert own == Signatures(("Physicist",), (told,))
