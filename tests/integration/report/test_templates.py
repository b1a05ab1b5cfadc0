# SPDX-License-Identifier: LGPL-3.0-or-later
"""Templates of a site: every mistake told with its line, texts that cannot reach out, edits that hold at once."""

from dataclasses import replace

import pytest

from optimage.document.block import Scope
from optimage.document.parts import Paper, Paragraph
from optimage.errors import TemplateError, UsageError
from optimage.model.profile import Profile
from optimage.report.fill import fill_measurement
from optimage.report.measurement import build_measurement_report, create_document
from optimage.report.templates.files import load_template, templates
from optimage.report.templates.template import manner_of, needs
from optimage.report.texts import MOST_FILLED, fill_text, mistakes_in

PNG = b"\x89PNG\r\n\x1a\n"
ONE_BLOCK = '[[block]]\nkind = "results"\n'


@pytest.fixture
def folder(tmp_path):
    return tmp_path


def put(folder, text, name="ours"):
    (folder / f"{name}.toml").write_text(text, encoding="utf-8")


def told(folder, name="ours"):
    """Return the mistakes of a template as line and sentence."""
    with pytest.raises(TemplateError) as refused:
        load_template(name, folder)
    assert refused.value.code == "bad_template"
    start = f"{folder / name}.toml:"
    assert all(str(one).startswith(start) for one in refused.value.problems), refused.value.problems
    return [str(one).removeprefix(start) for one in refused.value.problems]


def test_three_mistakes_are_told_at_once_each_with_its_line(folder):
    put(
        folder,
        """title = "Ours"
paper = "A5"

[[block]]
kind = "result"

[[block]]
kind = "items"
rows = "many"
""",
    )
    assert told(folder) == [
        "2: paper: need one of A4, Letter, got A5",
        "5: block.kind: result is unknown here; did you mean results?",
        "9: block.rows: need a whole number, got many",
    ]


@pytest.mark.parametrize(
    ("text", "mistake"),
    [
        ("titles = 'x'\n" + ONE_BLOCK, "1: titles: titles is unknown here; did you mean title?"),
        ("scope = 'year'\n" + ONE_BLOCK, "1: scope: need one of measurement, period, got year"),
        ("language = 'xx'\n" + ONE_BLOCK, "1: language: need one of de, en, fr, got xx"),
        ("decimal = ';'\n" + ONE_BLOCK, "1: decimal: need one of ., ,, got ;"),
        ("dates = 'us'\n" + ONE_BLOCK, "1: dates: need one of iso, local, got us"),
        ("landscape = 1\n" + ONE_BLOCK, "1: landscape: need true or false, got 1"),
        ("title = 7\n" + ONE_BLOCK, "1: title: need text, or a table of texts by language, got 7"),
        ("title = { en = 'a', dee = 'b' }\n" + ONE_BLOCK, "1: title.dee: dee is unknown here; did you mean de?"),
        ("title = 'x'\n", "1: block: there is none; write [[block]] and a kind"),
        ("block = 'results'\n", "1: block: need tables that begin with [[block]]"),
        ("[[block]]\nrows = 3\n", "1: block.kind: is missing"),
        (ONE_BLOCK + "rows = 3\n", "3: block.rows: rows is unknown here; known: -"),
        ('[[block]]\nkind = "items"\nrows = 0\n', "3: block.rows: need 1 or more, got 0"),
        ('[[block]]\nkind = "items"\nrows = true\n', "3: block.rows: need a whole number, got True"),
        ("[[block]]\nkind = 3\n", "2: block.kind: need text, got 3"),
        ('[[opening]]\nkind = "results"\n' + ONE_BLOCK,
         "2: opening.kind: results cannot stand here, only in a template with the scope measurement"),
        ("header = '{{ sitee }}'\n" + ONE_BLOCK, "1: header: sitee is unknown here; did you mean site?"),
        ("header = '{{ site'\n" + ONE_BLOCK, "1: header: the text cannot be understood: "),
        ("title = \n", "1: Invalid value (at line 1, column 9)"),
    ],
)  # fmt: skip
def test_each_kind_of_mistake_is_told_in_words(folder, text, mistake):
    put(folder, text)
    (only,) = told(folder)
    assert only.startswith(mistake)


def test_a_folder_a_file_that_is_no_text_and_one_of_five_megabytes_are_refused(folder):
    (folder / "ours.toml").mkdir()
    (folder / "latin.toml").write_bytes("title = 'für'".encode("latin-1"))
    (folder / "huge.toml").write_bytes(b"#" * 5_000_000)
    for name, reason in (("ours", "directory"), ("latin", "utf-8"), ("huge", "larger than 256 KiB")):
        with pytest.raises(TemplateError) as refused:
            load_template(name, folder)
        assert reason in str(refused.value.problems[0])


def test_what_is_not_there_is_told_with_what_is(folder):
    put(folder, ONE_BLOCK)
    with pytest.raises(UsageError, match=r"choose one of .*measurement, ours") as refused:
        load_template("../ours", folder)
    assert refused.value.code == "unknown_report_template"


@pytest.mark.parametrize(
    "text",
    [
        "{{ ''.__class__.__mro__ }}",
        "{{ site.__class__ }}",
        "{{ site['__class__'] }}",
        "{{ values['noise'].__init__ }}",
        "{{ values.items }}",
        "{{ range(10) }}",
        "{{ site.upper() }}",
        "{{ 'a' * 1000000000 }}",
        "{{ 9 ** 9 ** 9 }}",
        "{{ '%1000000000d' % 1 }}",
        "{% for a in site %}{% for b in site %}{{ a }}{% endfor %}{% endfor %}",
        "{% set a = 1 %}",
        "{% macro a() %}{% endmacro %}",
        "{% include 'secret' %}",
        "{% import 'secret' as a %}",
        "{% extends 'secret' %}",
        "{{ site | attr('__class__') }}",
        "{{ site | center(1000000000) }}",
        "{{ self }}",
        "{{ config }}",
        "{{ values }}",
        "{{ site is defined }}",
    ],
)
def test_a_text_that_reaches_out_or_runs_away_is_refused_at_the_check(folder, text):
    assert list(mistakes_in(text, ("site", "values", "state")))
    put(folder, f'header = """{text}"""\n' + ONE_BLOCK)
    assert told(folder)


def test_a_text_that_is_too_long_is_refused_and_what_comes_of_a_text_is_cut(folder):
    put(folder, f'header = "{"x" * 9000}"\n' + ONE_BLOCK)
    assert told(folder) == ["1: header: the text is longer than 8000 characters"]
    assert len(fill_text("{{ site }}" * 700, {"site": "x" * 10_000})) == MOST_FILLED + 1


def test_variables_filters_and_conditions_are_filled_in(folder, context):
    put(
        folder,
        '''
footer = "{{ site | upper }} · {{ device }}{% if state == 'fail' %} · {{ verdict }}{% endif %}"
header = """{{ values["noise"] }} {{ units["noise"] }} ({{ limits["noise"] }}) {{ values["no"] | default("-",true) }}"""
'''
        + ONE_BLOCK,
    )
    document = fill_measurement(load_template("ours", folder), (context,))
    assert document.footer == "RADIOLOGY, ROOM 3 · Maker Model 64 SN-42 · fail"
    assert document.look.header == "4.05 HU (▲ ≤ 4.00 ✖ ≤ 5.00) -"


def test_what_a_device_says_is_never_looked_at_for_variables(folder, context):
    device = replace(context.result.acquisition.device, serial="{{ 7*7 }}", name="")
    acquisition = replace(context.result.acquisition, device=device)
    hostile = replace(context, result=replace(context.result, acquisition=acquisition))
    put(folder, 'header = "{{ device }}"\nfooter = "{{ serial }}"\n' + ONE_BLOCK)
    document = fill_measurement(load_template("ours", folder), (hostile,))
    assert document.footer == "{{ 7*7 }}"
    assert document.look.header.endswith("{{ 7*7 }}")


def test_a_missing_logo_costs_no_report_and_is_told_in_it(folder, context):
    put(folder, 'logo = "logo.png"\n' + ONE_BLOCK)
    template = load_template("ours", folder)
    assert template.look.logo is None
    last = fill_measurement(template, (context,)).parts[-1]
    assert isinstance(last, Paragraph)
    assert f"ours.toml:1: logo: {folder / 'logo.png'} cannot be read: No such file" in last.text
    (listed,) = [one for one in templates(folder) if one.name == "ours"]
    assert len(listed.problems) == 1


def test_a_logo_that_is_no_picture_or_a_folder_or_too_large_is_told(folder):
    put(folder, 'logo = "logo"\n' + ONE_BLOCK)
    (folder / "logo").write_text("<svg/>")
    assert "is no picture" in str(load_template("ours", folder).remarks[0])
    (folder / "logo").write_bytes(PNG + bytes(3 << 20))
    assert "is larger than 2 MiB" in str(load_template("ours", folder).remarks[0])
    (folder / "logo").unlink()
    (folder / "logo").mkdir()
    assert "cannot be read" in str(load_template("ours", folder).remarks[0])


def test_the_look_of_the_site_holds_for_all_templates_unless_one_says_otherwise(folder):
    put(folder, 'paper = "Letter"\nfooter = "Hospital"\nlanguage = "de"\n', "site")
    put(folder, 'footer = "Ours"\n' + ONE_BLOCK)
    ours, shipped = load_template("ours", folder), load_template("measurement", folder)
    assert (ours.look.paper, ours.footer.here(), ours.manner.language) == (Paper.LETTER, "Ours", "de")
    assert (shipped.look.paper, shipped.footer.here()) == (Paper.LETTER, "Hospital")
    assert load_template("measurement").look.paper == Paper.A4


def test_a_mistake_in_the_look_of_the_site_is_told_with_its_line(folder):
    put(folder, "\npapper = 'A4'\n", "site")
    with pytest.raises(TemplateError) as refused:
        load_template("measurement", folder)
    (only,) = refused.value.problems
    assert str(only) == f"{folder / 'site.toml'}:2: papper: papper is unknown here; did you mean paper?"


def test_an_own_template_replaces_the_shipped_one_and_an_edit_holds_at_once(folder, context):
    put(folder, 'title = "Ours"\n[[block]]\nkind = "provenance"\n', "measurement")
    (listed,) = [one for one in templates(folder) if one.name == "measurement"]
    assert (listed.replaces, listed.shipped) == (True, False)
    before = create_document(context, folder).parts
    put(folder, 'title = "Ours"\n[[block]]\nkind = "results"\n', "measurement")
    assert create_document(context, folder).parts != before
    (folder / "measurement.toml").unlink()
    assert len(create_document(context, folder).parts) > len(before)


def test_a_profile_names_a_template_of_the_site(folder, context):
    named = replace(context, profile=Profile("p", "P", "ct", report="ours"))
    put(folder, 'footer = "Hospital"\n' + ONE_BLOCK)
    assert create_document(named, folder).footer == "Hospital"
    assert build_measurement_report(named, folder).startswith(b"%PDF")


def test_a_language_brings_its_dates_and_numbers_with_it(folder, context):
    put(folder, 'language = "de"\nheader = "{{ acquired }} {{ values[\\"noise\\"] }}"\n' + ONE_BLOCK)
    assert fill_measurement(load_template("ours", folder), (context,)).look.header == "04.03.2026 05:06:07 UTC 4,05"
    put(folder, 'dates = "local"\nheader = "{{ acquired }}"\n' + ONE_BLOCK)
    assert fill_measurement(load_template("ours", folder), (context,)).look.header == "4 Mar 2026 05:06:07 UTC"
    put(folder, 'language = "fr"\ndates = "iso"\ndecimal = "."\nheader = "{{ acquired }} {{ values[\\"noise\\"] }}"\n'
        + ONE_BLOCK)  # fmt: skip
    filled = fill_measurement(load_template("ours", folder), (context,))
    assert (filled.look.header, filled.language) == ("2026-03-04 05:06:07 UTC 4.05", "fr")


def test_texts_stand_by_language_or_are_translated(folder, context, monkeypatch):
    put(folder, 'footer = { en = "Hospital", de = "Klinik" }\nheader = "Results"\n' + ONE_BLOCK)
    for language, footer, header in (("en", "Hospital", "Results"), ("de", "Klinik", "Ergebnisse")):
        monkeypatch.setenv("OPTIMAGE_LANGUAGE", language)
        document = fill_measurement(load_template("ours", folder), (context,))
        assert (document.footer, document.look.header) == (footer, header)


def test_several_results_begin_on_a_page_each_and_share_what_is_the_same(folder, context):
    put(folder, 'title = "All"\nheader = "{{ site }}"\nfooter = "{{ result }}"\n' + ONE_BLOCK)
    other = replace(context, result=replace(context.result, id=78))
    template = load_template("ours", folder)
    document = fill_measurement(template, (context, other))
    single = fill_measurement(template, (context,))
    assert [type(part).__name__ for part in document.parts].count("PageBreak") == 1
    assert len(document.parts) == 2 * len(single.parts) + 1
    assert (document.title, document.look.header) == ("All", single.look.header)
    assert document.footer.startswith("Optimage")


def test_shipped_templates_are_without_mistakes():
    listed = templates()
    assert "measurement" in {one.name for one in listed}
    assert not [one.problems for one in listed if one.problems]
    for one in listed:
        assert one.template.title.here()
        assert isinstance(needs(one.template), frozenset)
        assert one.template.scope in Scope
        assert not manner_of(one.template).language
