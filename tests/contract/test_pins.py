# SPDX-License-Identifier: LGPL-3.0-or-later
"""One list pins every library, and nothing in the project knows a particular machine."""

import re
import subprocess
import tomllib
from importlib.metadata import PackageNotFoundError, requires

import pytest
from packaging.requirements import Requirement
from packaging.utils import canonicalize_name

from tests.contract.sources import ROOT

PIN = re.compile(r"[A-Za-z0-9][A-Za-z0-9._-]*==[0-9][A-Za-z0-9.!+]*")
# Written in pieces, so that this file does not find itself.
FOLDERS = (r"/ho" + r"me/\w", r"/Us" + r"ers/\w", r"/ro" + "ot/", r"/tm" + "p/w/", r"/wo" + "rk/")
REGISTRIES = ("arti" + "factory", "index" + "-url", r"pypi" + r"\.org/simple")
FOREIGN = re.compile("|".join((*FOLDERS, *REGISTRIES)))


def pins():
    lines = (ROOT / "constraints.txt").read_text(encoding="utf-8").splitlines()
    return [line for line in lines if line and not line.startswith("#")]


def pinned():
    return {canonicalize_name(line.partition("==")[0]) for line in pins()}


def asked():
    """Return the requirements of the project, its extras and its build."""
    with (ROOT / "pyproject.toml").open("rb") as text:
        table = tomllib.load(text)
    project = table["project"]
    extras = [one for group in project["optional-dependencies"].values() for one in group]
    return [Requirement(one) for one in (*project["dependencies"], *extras, *table["build-system"]["requires"])]


def test_every_line_is_a_plain_pin():
    wrong = [line for line in pins() if not PIN.fullmatch(line)]
    assert not wrong


def test_every_library_is_pinned_once():
    names = [canonicalize_name(line.partition("==")[0]) for line in pins()]
    assert len(names) == len(set(names))


@pytest.mark.parametrize("requirement", asked(), ids=str)
def test_what_the_project_asks_for_is_pinned(requirement):
    assert canonicalize_name(requirement.name) in pinned()


@pytest.mark.parametrize("requirement", asked(), ids=str)
def test_a_pin_satisfies_the_project(requirement):
    versions = {canonicalize_name(name): version for name, version in (line.split("==") for line in pins())}
    assert versions[canonicalize_name(requirement.name)] in requirement.specifier


def test_what_the_libraries_need_themselves_is_pinned():
    """Follow the requirements of every installed library on this platform."""
    waiting, seen = list(asked()), set()
    while waiting:
        requirement = waiting.pop()
        name = canonicalize_name(requirement.name)
        if (name, frozenset(requirement.extras)) in seen:
            continue
        seen.add((name, frozenset(requirement.extras)))
        waiting += needs(name, requirement.extras)
    missing = {name for name, _ in seen} - pinned()
    assert not missing


def needs(name, extras):
    try:
        found = [Requirement(one) for one in requires(name) or ()]
    except PackageNotFoundError:
        return []
    wanted = ("", *extras)
    return [one for one in found if one.marker is None or any(one.marker.evaluate({"extra": e}) for e in wanted)]


def test_no_file_names_a_registry_or_a_folder_of_one_machine():
    found = [f"{name}: {match}" for name in tracked() for match in foreign_in(name)]
    assert not found


def test_the_search_for_foreign_names_finds_them():
    assert FOREIGN.search("/ho" + "me/somebody/data")
    assert FOREIGN.search("--index" + "-url x")
    assert not FOREIGN.search("docs/tutorials and docs/explanation")


def tracked():
    run = subprocess.run(["git", "ls-files"], cwd=ROOT, capture_output=True, text=True, check=False)
    if run.returncode:
        pytest.skip("this is no git checkout")
    return run.stdout.splitlines()


def foreign_in(name):
    try:
        text = (ROOT / name).read_text(encoding="utf-8")
    except (UnicodeDecodeError, FileNotFoundError, IsADirectoryError):
        return []
    return [match.group() for match in FOREIGN.finditer(text)]
