# SPDX-License-Identifier: LGPL-3.0-or-later
"""Report blocks of plugins: found among real installed distributions, held to their contract, harmless when broken."""

import re
import sys
from pathlib import Path
from textwrap import dedent

import pytest

from optimage.document.measurement import MeasurementContext
from optimage.document.parts import Heading, Paragraph
from optimage.errors import TemplateError
from optimage.model.outcome import Acquisition, Provenance, Result
from optimage.model.tolerance import Verdict
from optimage.plugins.manager import load_blocks, load_plugins
from optimage.report.measurement import build_measurement_report, create_document
from optimage.report.templates.files import load_template

PAGE = Path(__file__).parents[3] / "docs/reference/plugins.md"
BLOCK = """
from optimage.document.block import ReportBlock, Scope, Setting
from optimage.document.parts import Paragraph
from optimage.plugins.hookspecs import hookimpl

def write(context, *, text="x"):
    {write}

@hookimpl
def optimage_report_blocks():
    return [ReportBlock({kind!r}, "A test", frozenset({{Scope.MEASUREMENT}}), write, {settings})]
"""


def block(write="yield Paragraph(text)", *, kind="acme.one", settings="()"):
    return BLOCK.format(write=write, kind=kind, settings=settings)


CONTEXT = MeasurementContext(Result("ct", Verdict.PASS, Acquisition(), Provenance("1", "1")))


@pytest.fixture
def install(tmp_path, monkeypatch):
    """Put a distribution with one entry point into a folder on the path, as `pip install --target` does."""
    monkeypatch.setenv("OPTIMAGE_LANGUAGE", "en")
    monkeypatch.syspath_prepend(str(tmp_path))
    load_blocks.cache_clear()
    packages = []

    def put(name, code):
        packages.append(f"plugin_block_{name}")
        (tmp_path / f"{packages[-1]}.py").write_text(dedent(code))
        info = tmp_path / f"block_{name}-1.0.dist-info"
        info.mkdir()
        (info / "METADATA").write_text(f"Metadata-Version: 2.1\nName: block-{name}\nVersion: 1.0\n")
        (info / "entry_points.txt").write_text(f"[optimage]\n{name} = {packages[-1]}\n")

    yield put
    load_blocks.cache_clear()
    for name in packages:
        sys.modules.pop(name, None)


def put_template(folder, text):
    (folder / "measurement.toml").write_text(text, encoding="utf-8")
    return folder


def error_of(name):
    (found,) = [one for one in load_plugins().plugins if one.name == name]
    return str(found.error), found.blocks


def test_the_block_of_the_reference_page_works_as_it_stands_there(install, tmp_path):
    section = PAGE.read_text(encoding="utf-8").partition("## A block for reports")[2]
    install("acme", re.search(r"```python\n(.*?)```", section, re.DOTALL)[1])
    folder = put_template(tmp_path, '[[block]]\nkind = "acme.largest"\nmost = 5\n')
    template = load_template("measurement", folder)
    assert (template.blocks[0].block.kind, template.blocks[0].settings) == ("acme.largest", {"most": 5})
    assert error_of("acme") == ("None", ("acme.largest",))
    with pytest.raises(TemplateError) as refused:
        load_template("measurement", put_template(tmp_path, '[[block]]\nkind = "acme.largest"\nmost = 0\n'))
    assert "measurement.toml:3: block.most: need 1 or more, got 0" in str(refused.value.problems[0])


def test_what_a_block_yields_stands_in_the_report(install, tmp_path):
    install("acme", block(settings="(Setting('text', str, 'usual', 'what it says'),)"))
    folder = put_template(tmp_path, '[[block]]\nkind = "acme.one"\n[[block]]\nkind = "acme.one"\ntext = "{{ 7*7 }}"\n')
    assert create_document(CONTEXT, folder).parts == (Paragraph("usual"), Paragraph("{{ 7*7 }}"))


@pytest.mark.parametrize(
    ("write", "reason"),
    [
        ("raise ValueError('<b>no</b>')", "ValueError: <b>no</b>"),
        ("yield Paragraph(text); 1 / 0", "ZeroDivisionError: division by zero"),
        ("yield 'text'", "TypeError: str is no part of a document"),
        ("return None", "TypeError"),
    ],
)
def test_a_block_that_fails_is_told_in_its_place_and_all_else_is_reported(install, tmp_path, caplog, write, reason):
    install("acme", block(write))
    folder = put_template(tmp_path, '[[block]]\nkind = "acme.one"\n[[block]]\nkind = "heading"\ntext = "After"\n')
    told, after = create_document(CONTEXT, folder).parts
    assert told.text.startswith(f"The block acme.one of a plugin could not be written: {reason}")
    assert told.verdict is Verdict.NOT_MEASURED
    assert after == Heading("After")
    assert "acme.one cannot be written" in caplog.text
    assert build_measurement_report(CONTEXT, folder).startswith(b"%PDF")


@pytest.mark.parametrize(
    ("code", "reason"),
    [
        (block(kind="results"), "the report block results breaks the contract: kind is missing or wrong"),
        (block(kind="Acme.One"), "kind is missing or wrong"),
        (block().replace("{Scope.MEASUREMENT}", "()"), "scopes is missing or wrong"),
        (block().replace('"A test"', '""'), "help is missing or wrong"),
        (block().replace(", write, ", ", None, "), "write is missing or wrong"),
        (block(settings="(Setting('text', str, 3, 'x'),)"), "settings.text is missing or wrong"),
        (block(settings="(Setting('kind', str, '', 'x'),)"), "settings.kind is missing or wrong"),
        (block().replace("return [", "return [3] + ["), "the report block int breaks the contract: ReportBlock"),
    ],
)
def test_a_block_that_breaks_the_contract_makes_its_plugin_broken_and_no_other(install, code, reason):
    install("broken", code)
    install("sound", block(kind="sound.one"))
    error, blocks = error_of("broken")
    assert reason in error
    assert blocks == ()
    assert "sound.one" in load_blocks()


def test_a_kind_that_is_taken_is_refused_with_an_error_that_names_both(install):
    install("acme", block("yield Paragraph('mine')"))
    install("other", block("yield Paragraph('theirs')"))
    error, blocks = error_of("other")
    assert error == "plugin other of block-other: plugin acme of block-acme offers the report block acme.one already"
    assert blocks == ()
    assert error_of("acme") == ("None", ("acme.one",))
    assert load_blocks()["acme.one"].write.__module__ == "plugin_block_acme"


def test_shipped_templates_load_no_plugin(install):
    install("acme", block())
    load_template("measurement")
    assert "plugin_block_acme" not in sys.modules
