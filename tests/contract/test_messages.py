# SPDX-License-Identifier: LGPL-3.0-or-later
"""Every sentence a person can see is wrapped, and translated."""

import ast
import inspect

import pytest
from babel.messages.catalog import Catalog

from tests.contract.catalogues import (
    catalogue_path,
    fields,
    load_catalogue,
    marked,
    sentences,
    texts,
    updated,
)
from tests.contract.sources import product_files, shown, tree_of
from tests.contract.unwrapped import error_names, problems

LANGUAGES = ("de", "fr")


@pytest.fixture(scope="module")
def said():
    found = sentences()
    assert len(found) > 100, "the extraction found almost nothing, so it proves nothing"
    return found


@pytest.mark.parametrize("language", LANGUAGES)
def test_every_sentence_is_translated(said, language):
    catalogue = load_catalogue(language)
    missing = sorted(str(s) for s in said if not is_translated(catalogue, s))
    assert not missing, f"run `make translations`, then translate in {shown(catalogue_path(language))}: {missing}"


@pytest.mark.parametrize("language", LANGUAGES)
def test_a_translation_has_the_fields_of_its_sentence(language):
    wrong = [message.id for message in load_catalogue(language) if message.id and not has_same_fields(message)]
    assert not wrong


@pytest.mark.parametrize("language", LANGUAGES)
def test_a_translation_ends_as_its_sentence_ends(language):
    translated = (m for m in load_catalogue(language) if m.id and all(texts(m.string)))
    wrong = [m.id for m in translated if ends(texts(m.id)[0]) != ends(texts(m.string)[0])]
    assert not wrong


@pytest.mark.parametrize("language", LANGUAGES)
def test_a_catalogue_holds_what_the_code_says_and_nothing_else(said, language):
    catalogue = load_catalogue(language)
    assert catalogue_path(language).read_bytes() == updated(catalogue, said), "run `make translations`"


def test_the_code_hands_no_bare_sentence_to_people():
    files = product_files()
    errors = error_names(tree_of(path) for path in files)
    found = [f"{shown(path)}:{problem}" for path in files for problem in problems(tree_of(path), errors)]
    assert not found, "\n".join(found)


BARE = [
    'click.echo("no results")',
    'click.echo(f"wrote {path}")',
    'click.echo("no results" if empty else text)',
    'click.echo("sent {n}".format(n=n))',
    'click.option("--all", help="also old ones")',
    'raise AnalysisError("phantom_not_found", "no phantom found")',
    'raise AnalysisError("phantom_not_found", f"no phantom in {name}")',
    'raise NarrowError("too_narrow", "too narrow")',
    'raise UsageError("x", N_("wrong call"), advice="try again")',
    'raise click.UsageError("no such file")',
    'Message("a sentence")',
    'Note("small", Message("the region is small"))',
    'MeasurementSpec("noise", Unit.HOUNSFIELD, "Noise")',
    'MeasurementSpec("noise", Unit.HOUNSFIELD, title="Noise")',
    'ParameterSpec("kernel", int, 9, "px", "smoothing width")',
    'Paragraph("Results", style)',
    'canvas.drawString(0, 0, "Results")',
    '_(f"{n} images")',
    '_("%d images" % n)',
    '_("{n} images".format(n=n))',
    "N_(template)",
    'ngettext(f"{n} image", "images", n)',
    '@click.command("send")\ndef send():\n    """Send images."""',
]
WRAPPED = [
    'click.echo(_("no results"))',
    "click.echo(f\"{visible(say(message))}; {_('more')}\")",
    'click.echo(_("sent {n}").format(n=n))',
    'click.echo(f"optimage {VERSION}")',
    'click.option("--all", help=_("also old ones"))',
    'raise AnalysisError("phantom_not_found", N_("no phantom found"), advice=N_("look"))',
    'raise click.UsageError(_("no such file"))',
    'Message("")',
    'Message(N_("a sentence"), {"name": "value"})',
    'MeasurementSpec("noise", Unit.HOUNSFIELD, N_("Noise"), "IEC 61223-3-5")',
    '_("{n} images").format(n=n)',
    "_(info.title)",
    '@click.command("send", help=_("Send images."))\ndef send():\n    """Send images."""',
]
DEFINED = "class AnalysisError(OptimageError): ...\nclass NarrowError(AnalysisError): ...\n"


def problems_in(code):
    tree = ast.parse(DEFINED + code)
    return list(problems(tree, error_names([tree])))


@pytest.mark.parametrize("code", BARE)
def test_the_check_finds_a_bare_sentence(code):
    assert problems_in(code)


@pytest.mark.parametrize("code", WRAPPED)
def test_the_check_leaves_wrapped_sentences_alone(code):
    assert problems_in(code) == []


def test_the_check_of_translations_finds_a_field_that_was_lost():
    catalogue = Catalog(locale="de")
    assert not has_same_fields(catalogue.add("{sent} of {total} sent", "{sent} gesendet"))
    assert has_same_fields(catalogue.add("{total} in all: {sent:.1f}", "{sent:.1f} von {total}"))


def test_the_check_of_translations_finds_what_is_missing_empty_or_fuzzy():
    catalogue = Catalog(locale="de")
    catalogue.add("empty", "")
    catalogue.add("fuzzy", "ungefähr", flags=["fuzzy"])
    catalogue.add(("one", "many"), ("eins", ""))
    catalogue.add("done", "fertig")
    assert not any(is_translated(catalogue, text) for text in ("absent", "empty", "fuzzy", ("one", "many")))
    assert is_translated(catalogue, "done")


def test_sentences_are_found_wherever_they_are_marked():
    code = """
    say(_("plain"), N_("first " "second"), ngettext("{n} image", "{n} images", n), _(variable))
    footer = f"{software} · {_('inside an f-string')}"
    """
    found = set(marked(ast.parse(inspect.cleandoc(code))))
    assert found == {"plain", "first second", ("{n} image", "{n} images"), "inside an f-string"}


def test_collecting_keeps_translations_and_drops_what_is_said_no_more():
    catalogue = Catalog(locale="de")
    catalogue.add("kept", "bewahrt")
    catalogue.add("gone", "fort")
    text = updated(catalogue, ["new", "kept"]).decode()
    assert 'msgid "kept"\nmsgstr "bewahrt"' in text
    assert 'msgid "new"\nmsgstr ""' in text
    assert "gone" not in text
    assert "Date" not in text


def test_collecting_sets_french_as_french_is_set():
    catalogue = Catalog(locale="fr")
    catalogue.add("share: {x} %", "part : {x} %")
    catalogue.add(("{n}?", "{n}!"), ("« {n} » ?", "{n} !"))
    catalogue.add("as typed", 'écrire "10 %" ou %d.%m %H')
    text = updated(catalogue, ["share: {x} %", ("{n}?", "{n}!"), "as typed"]).decode()
    assert "part\u00a0: {x}\u00a0%" in text
    assert "«\u00a0{n}\u00a0»\u00a0?" in text
    assert "{n}\u00a0!" in text
    assert 'écrire \\"10 %\\" ou %d.%m %H' in text


def is_translated(catalogue, sentence):
    message = catalogue.get(sentence)
    if message is None or message.fuzzy or message.id != sentence:
        return False
    return all(texts(message.string)) and len(texts(message.string)) == len(texts(sentence))


def has_same_fields(message):
    wanted = [fields(text) for text in texts(message.id)]
    return all(not text or fields(text) in wanted for text in texts(message.string))


def ends(text):
    return text[-1:] if text[-1:] in ".:?!" else ""
