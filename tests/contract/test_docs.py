# SPDX-License-Identifier: LGPL-3.0-or-later
"""What the program can do, say and measure stands in the reference, and every page has its place."""

import ast
import re
from pathlib import Path

import pytest

pages = pytest.importorskip("pages", reason="the documentation is not beside these tests")

from command_page import command_page  # noqa: E402
from error_codes import reasons  # noqa: E402
from error_page import all_reasons, error_page  # noqa: E402
from hook_page import hook_names, hook_page  # noqa: E402
from measurement_page import cards, measurement_page  # noqa: E402
from navigation import navigation  # noqa: E402

from optimage.settings import OPTIONS  # noqa: E402
from tests.contract.sources import ROOT, product_files, tree_of  # noqa: E402
from tests.contract.unwrapped import error_names, name_of  # noqa: E402

CODE = re.compile(r"[a-z][a-z0-9_]*")
COMMAND_IN_DOCS = re.compile(r"\boptimage ([a-z-]+)(?: ([a-z-]+))?")
WRITTEN = [*sorted((ROOT / "docs").rglob("*.md")), ROOT / "README.md", ROOT / "CONTRIBUTING.md"]


def raised_codes():
    """Find the codes of errors a second time, and more simply: by the class that is called."""
    trees = [tree_of(path) for path in product_files()]
    errors = error_names(trees)
    calls = (node for tree in trees for node in ast.walk(tree) if isinstance(node, ast.Call) and node.args)
    first = (call.args[0] for call in calls if name_of(call.func) in errors)
    return {node.value for node in first if isinstance(node, ast.Constant) and CODE.fullmatch(str(node.value))}


def test_every_error_code_is_in_the_reference():
    codes = raised_codes()
    assert len(codes) > 20, "the search found almost nothing, so it proves nothing"
    assert codes <= {reason.code for reason in all_reasons()}
    page = error_page()
    assert not {code for code in codes if f"`{code}`" not in page}


SOURCE = """
raise AnalysisError("no_phantom", N_("no phantom in {name}"), advice=N_("look at the image"), name=name)
Failure("noise", "too_small", Message(N_("the region is small")), Message(N_("take a larger matrix")))
text = N_("it is broken")
raise ImageError("broken", text)
_refused("sop_class", N_("not for us"))
option("name", N_("no sentence of an error, but looks like one"))
_wrong(where, N_("need text"))
"""


def test_codes_are_read_with_their_sentence_and_advice():
    found = {reason.code: reason for reason in reasons(SOURCE)}
    assert found["no_phantom"] == ("no_phantom", "no phantom in {name}", "look at the image")
    assert found["too_small"] == ("too_small", "the region is small", "take a larger matrix")
    assert found["broken"].sentence == "it is broken"
    assert found["sop_class"].sentence == "not for us"
    assert "where" not in found


def all_commands():
    import click
    from command_page import commands

    from optimage.cli.main import cli

    return {context.command_path: command for command, context in commands(cli, "optimage")}, click


def test_every_command_and_option_is_in_the_reference():
    found, click = all_commands()
    page = command_page()
    assert len(found) > 15
    for path, command in found.items():
        assert f"# {path}\n" in page
        options = [parameter for parameter in command.params if isinstance(parameter, click.Option)]
        assert all(f"`{option.opts[0]}`" in page and option.help for option in options), path


def test_every_verb_of_the_short_list_exists_with_the_same_name():
    from optimage.cli.main import VERBS

    found, _ = all_commands()
    assert {f"optimage {verb}" for verb in VERBS} <= set(found)


@pytest.mark.parametrize("path", WRITTEN, ids=lambda path: path.name)
def test_a_page_names_only_commands_that_exist(path):
    found, click = all_commands()
    wrong = []
    for block in re.findall(r"```(?:bash|console|sh|text)\n(.*?)```", path.read_text(encoding="utf-8"), re.DOTALL):
        for verb, below in COMMAND_IN_DOCS.findall(block):
            command = found.get(f"optimage {verb}")
            is_missing = command is None
            if isinstance(command, click.Group) and below and not command.invoke_without_command:
                is_missing = f"optimage {verb} {below}" not in found
            if is_missing:
                wrong.append(f"optimage {verb} {below}".strip())
    assert not wrong


def test_every_setting_is_in_the_reference_as_it_is_in_the_program():
    page = (ROOT / "docs" / "reference" / "settings.md").read_text(encoding="utf-8")
    rows = [[cell.strip() for cell in line.strip("|").split("|")] for line in page.splitlines() if line[:3] == "| `"]
    told = {row[0]: row for row in rows}
    assert OPTIONS
    assert list(told) == [f"`{option.name}`" for option in OPTIONS]
    for option in OPTIONS:
        row = told[f"`{option.name}`"]
        assert row[1] == (f"`{option.environment}`" if option.environment else "")
        assert row[3].strip("`") == option.default
        assert row[4] == option.help


def test_every_measurement_and_parameter_is_in_the_reference():
    page, found = measurement_page(), cards()
    assert found, "no phantom module is registered"
    for info in found:
        section = page.partition(f"## {info.id}\n")[2]
        assert all(f"| `{spec.key}` |" in section for spec in info.measures)
        assert all(f"| `{spec.name}` |" in section for spec in info.parameters)


def test_every_measurement_has_a_title_a_source_and_a_method():
    bare = [f"{i.id}: {m.key}" for i in cards() for m in i.measures if not (m.title and m.source and m.method)]
    assert not bare


def test_every_hook_is_in_the_reference():
    names = hook_names()
    assert "optimage_register_phantoms" in names
    assert all(f"optimage.plugins.hookspecs.{name}" in hook_page() for name in names)


def test_every_page_has_a_place_in_the_navigation():
    docs = ROOT / "docs"
    written = {path.relative_to(docs).as_posix() for path in docs.rglob("*.md")}
    assert leaves(navigation(docs, generated=tuple(pages.PAGES))) == written | set(pages.PAGES)


def test_a_new_page_finds_its_place_by_its_folder(tmp_path):
    for uri in ("index.md", "tutorials/one.md", "reference/cli.md", "reference/phantoms/ct.md", "decisions/index.md"):
        (tmp_path / uri).parent.mkdir(parents=True, exist_ok=True)
        Path(tmp_path / uri).touch()
    nav = navigation(tmp_path, generated=("reference/errors.md",))
    assert nav == [
        "index.md",
        {"Tutorials": ["tutorials/one.md"]},
        {"Reference": ["reference/cli.md", "reference/errors.md", {"Phantoms": ["reference/phantoms/ct.md"]}]},
        {"Decisions": ["decisions/index.md"]},
    ]


def leaves(nav):
    found = set()
    for entry in nav:
        found |= {entry} if isinstance(entry, str) else set().union(*(leaves(inner) for inner in entry.values()))
    return found


def test_the_site_needs_no_network():
    text = (ROOT / "mkdocs.yml").read_text(encoding="utf-8")
    assert "font: false" in text
    assert not re.findall(r"https?://", text)
