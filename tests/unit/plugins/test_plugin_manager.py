# SPDX-License-Identifier: LGPL-3.0-or-later
"""Plugins are found among real installed distributions; a broken one stops nothing."""

import logging
import sys
from pathlib import Path
from textwrap import dedent

import pytest

from optimage.errors import PluginError, UsageError
from optimage.model.outcome import Acquisition, Provenance, Result
from optimage.model.tolerance import Verdict
from optimage.plugins import hookspecs
from optimage.plugins.manager import load_module, load_plugins

MODULE = """
from optimage.model.phantom import InputSpec, MeasurementSpec, PhantomInfo
from optimage.plugins.hookspecs import hookimpl

class Ring:
    info = PhantomInfo(
        {id!r}, "Ring", "1", frozenset({{"MR"}}), inputs=(InputSpec("series"),),
        measures=(MeasurementSpec("piu", "%", "Integral uniformity"),),
    )
    def locate(self, images, parameters): ...
    def measure(self, images, localisation, parameters): ...

@hookimpl
def optimage_register_phantoms():
    return [Ring()]
"""


@pytest.fixture
def install(tmp_path, monkeypatch):
    """Put a distribution with one entry point into a folder on the path, as `pip install --target` does."""
    before = set(sys.modules)
    monkeypatch.syspath_prepend(str(tmp_path))
    load_module.cache_clear()

    def put(name, code, *, distribution=None):
        distribution = distribution or f"optimage-{name}"
        package = f"plugin_{distribution.replace('-', '_')}"
        (tmp_path / f"{package}.py").write_text(dedent(code))
        info = tmp_path / f"{distribution.replace('-', '_')}-2.1.dist-info"
        info.mkdir()
        (info / "METADATA").write_text(f"Metadata-Version: 2.1\nName: {distribution}\nVersion: 2.1\n")
        (info / "entry_points.txt").write_text(f"[optimage]\n{name} = {package}\n")
        return package

    yield put
    load_module.cache_clear()
    for name in set(sys.modules) - before:
        if name.startswith("plugin_"):
            del sys.modules[name]


def status(plugins, name, distribution):
    [found] = [one for one in plugins.plugins if (one.name, one.distribution) == (name, distribution)]
    return found


def test_a_module_of_a_third_party_is_found_with_its_distribution(install):
    install("acme_ring", MODULE.format(id="acme_ring"))
    plugins = load_plugins()
    found = status(plugins, "acme_ring", "optimage-acme_ring")
    assert (found.version, found.modules, found.error) == ("2.1", ("acme_ring",), None)
    assert plugins.module("acme_ring").info.title == "Ring"


@pytest.mark.parametrize(
    ("code", "reason"),
    [
        ("import no_such_library", "ModuleNotFoundError: No module named 'no_such_library'"),
        ("raise SystemExit('bye')", "SystemExit: bye"),
        (MODULE.format(id="broken").replace("return [Ring()]", "return [1 / 0]"), "ZeroDivisionError"),
        (MODULE.format(id="broken").replace("return [Ring()]", "return Ring()"), "TypeError"),
        (MODULE.format(id="broken").replace("phantoms():", "phantoms(extra):"), "PluginValidationError"),
        (MODULE.format(id="broken").replace("register_phantoms", "register_phantom"), "PluginValidationError"),
        (MODULE.format(id="Broken Id"), "id is missing or wrong"),
        (MODULE.format(id="broken").replace("def measure", "def assess"), "measure is missing or wrong"),
    ],
)
def test_a_broken_plugin_is_listed_with_its_error_and_stops_nothing(install, code, reason):
    install("broken", code)
    install("sound", MODULE.format(id="sound"))
    plugins = load_plugins()
    found = status(plugins, "broken", "optimage-broken")
    assert reason in str(found.error)
    assert found.modules == ()
    assert plugins.module("sound").info.id == "sound"
    assert status(plugins, "sound", "optimage-sound").error is None


def test_two_modules_with_one_id_are_an_error_that_names_both(install):
    install("ring", MODULE.format(id="ring"), distribution="zebra")
    install("other", MODULE.format(id="ring"), distribution="acme")
    plugins = load_plugins()
    assert status(plugins, "ring", "zebra").error is None
    refused = status(plugins, "other", "acme")
    assert str(refused.error) == "plugin other of acme: plugin ring of zebra offers the phantom module ring already"
    assert refused.modules == ()
    assert type(plugins.module("ring")).__module__ == "plugin_zebra"


def test_the_modules_of_the_product_cannot_be_taken_over(install):
    install("ct_level_a", MODULE.format(id="ct_level_a"), distribution="acme")
    plugins = load_plugins()
    assert "of optimage offers the phantom module ct_level_a already" in str(
        status(plugins, "ct_level_a", "acme").error
    )
    assert type(plugins.module("ct_level_a")).__module__.startswith("optimage_phantoms.")
    assert type(load_module("ct_level_a")).__module__.startswith("optimage_phantoms.")


def test_naming_a_module_loads_only_its_plugin(install):
    named = install("ring", MODULE.format(id="ring"))
    other = install("other", MODULE.format(id="other"))
    assert load_module("ring").info.id == "ring"
    assert named in sys.modules
    assert other not in sys.modules


def test_a_module_whose_entry_point_has_another_name_is_found_all_the_same(install):
    install("acme", MODULE.format(id="ring"))
    install("ring_tools", MODULE.format(id="square"))
    assert load_module("ring").info.id == "ring"
    assert load_module("square").info.id == "square"


def test_an_unknown_module_is_a_usage_error_with_the_nearest(install):
    install("ring", MODULE.format(id="ring"))
    with pytest.raises(UsageError) as refused:
        load_module("rong")
    assert refused.value.code == "unknown_phantom"
    assert "known: " in str(refused.value)
    assert "ring" in str(refused.value)
    assert "did you mean ring?" in str(refused.value)


def test_naming_a_broken_plugin_says_why_it_is_not_there(install):
    install("ring", "import no_such_library")
    with pytest.raises(PluginError, match="no_such_library") as refused:
        load_module("ring")
    assert refused.value.code == "plugin_broken"


def test_profile_folders_of_plugins_are_collected(install, tmp_path):
    install(
        "folders",
        f"""
        from optimage.plugins.hookspecs import hookimpl

        @hookimpl
        def optimage_profile_folders():
            return [{str(tmp_path)!r}]
        """,
    )
    assert load_plugins().profile_folders == (tmp_path,)


def test_plugins_hear_of_stored_results_and_one_that_fails_is_only_logged(install, caplog):
    listener = """
        from optimage.plugins.hookspecs import hookimpl
        heard = []

        @hookimpl
        def optimage_result_stored(result):
            heard.append(result)
            {more}
        """
    first = install("deaf", listener.format(more="raise ValueError('deaf')"))
    second = install("keen", listener.format(more=""))
    plugins = load_plugins()
    result = Result("ring", Verdict.PASS, Acquisition(), Provenance("1", "1"))
    with caplog.at_level(logging.ERROR):
        plugins.result_stored(result)
    assert sys.modules[first].heard == [result]
    assert sys.modules[second].heard == [result]
    assert "optimage-deaf:deaf failed on a stored result" in caplog.text


def test_every_hook_stands_in_the_reference():
    page = (Path(__file__).parents[3] / "docs/reference/plugins.md").read_text(encoding="utf-8")
    hooks = [name for name in vars(hookspecs) if name.startswith("optimage_")]
    assert len(hooks) == 4
    assert [name for name in hooks if f"`{name}(" not in page] == []


def test_a_disabled_plugin_is_listed_and_not_even_imported(install, monkeypatch):
    broken = install("broken", "raise SystemExit('bye')")
    install("sound", MODULE.format(id="sound"))
    monkeypatch.setenv("OPTIMAGE_DISABLED_PLUGINS", " broken, ct_level_a,")
    plugins = load_plugins()
    found = status(plugins, "broken", "optimage-broken")
    assert (found.disabled, found.error, found.modules) == (True, None, ())
    assert broken not in sys.modules
    assert "ct_level_a" not in plugins.modules
    assert "sound" in plugins.modules


def test_naming_a_disabled_module_says_what_disables_it(install, monkeypatch):
    install("ring", MODULE.format(id="ring"))
    monkeypatch.setenv("OPTIMAGE_DISABLED_PLUGINS", "ring")
    with pytest.raises(PluginError, match="take its name out of OPTIMAGE_DISABLED_PLUGINS") as refused:
        load_module("ring")
    assert refused.value.code == "plugin_disabled"


def test_where_a_plugin_is_disabled_another_may_offer_its_module(install, monkeypatch):
    install("ring", MODULE.format(id="ring"))
    install("other", MODULE.format(id="ring"))
    monkeypatch.setenv("OPTIMAGE_DISABLED_PLUGINS", "ring")
    assert type(load_module("ring")).__module__ == "plugin_optimage_other"


def test_disabling_what_is_not_installed_is_told(monkeypatch, caplog):
    monkeypatch.setenv("OPTIMAGE_DISABLED_PLUGINS", "rong")
    load_plugins()
    assert "names the plugin rong, which is not installed" in caplog.text


def test_a_plugin_without_the_module_of_its_name_leaves_it_unknown(install):
    install("ring", MODULE.format(id="square"))
    with pytest.raises(UsageError) as refused:
        load_module("ring")
    assert refused.value.code == "unknown_phantom"
