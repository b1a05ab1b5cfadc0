# SPDX-License-Identifier: LGPL-3.0-or-later
"""Files and functions keep the shape that lets one codebase be read by many people."""

import ast
import subprocess

import pytest

from tests.contract import shape
from tests.contract.sources import ROOT, product_files, project_files, shown, tree_of

SPDX = "SPDX-License-Identifier: LGPL-3.0-or-later"
SPDX_DESKTOP = "SPDX-License-Identifier: GPL-3.0-or-later"
LICENSED = {".py", ".toml", ".po", ".sh"}
CHECKS = (shape.long_functions, shape.swallowed_errors, shape.dangerous_calls, shape.filled_sql)
# What may break a rule, and why; the aim is none.
WRITTEN_EXCEPTIONS = {
    # An element may be so broken that pydicom raises anything; it then counts as absent, as the docstring there says.
    shape.swallowed_errors: ("optimage/dicom/headers.py:",),
    # Proves to authors that their results survive the way between our own processes; reads back only what it wrote.
    shape.dangerous_calls: ("optimage/testing/phantom_module.py:",),
}
DOCUMENTED = ("optimage/imaging", "optimage/synthetic")


def licensed_files():
    files = {*project_files(), ROOT / "Makefile", ROOT / ".ci" / "run"}
    for folder in ("optimage", "phantoms", "profiles", "report_templates", "locales", "tests", "docs"):
        files |= {path for path in (ROOT / folder).rglob("*") if path.suffix in LICENSED}
    return sorted(files | set(ROOT.glob("*.toml")) | set(ROOT.glob("*.yml")))


def test_every_source_file_says_its_licence_first():
    wrong = [shown(path) for path in licensed_files() if not has_licence(path)]
    assert not wrong


def has_licence(path):
    wanted = SPDX_DESKTOP if shown(path).startswith("optimage/desktop/") else SPDX
    lines = path.read_text(encoding="utf-8").splitlines()
    first = lines[1:2] if lines and lines[0].startswith("#!") else lines[:1]
    return first == [f"# {wanted}"]


def test_init_files_are_empty():
    wrong = [shown(path) for path in project_files() if path.name == "__init__.py" and tree_of(path).body]
    assert not wrong


def test_no_file_is_too_long():
    wrong = [shown(path) for path in project_files() if count_lines(path) > shape.LONGEST_FILE]
    assert not wrong


def count_lines(path):
    return len(path.read_text(encoding="utf-8").splitlines())


@pytest.mark.parametrize("check", CHECKS, ids=lambda check: check.__name__)
def test_the_product_keeps_its_shape(check):
    found = [f"{shown(path)}:{problem}" for path in product_files() for problem in check(tree_of(path))]
    found = [one for one in found if not one.startswith(WRITTEN_EXCEPTIONS.get(check, "-"))]
    assert not found, "\n".join(found)


def test_what_plugin_authors_call_is_documented():
    files = [path for path in product_files() if shown(path).startswith(DOCUMENTED)]
    assert files
    found = [f"{shown(path)}:{problem}" for path in files for problem in shape.undocumented_parameters(tree_of(path))]
    assert not found, "\n".join(found)


BAD = [
    (shape.long_functions, "def f():\n" + "    x = 1\n" * 60),
    (shape.swallowed_errors, "try:\n    f()\nexcept:\n    raise"),
    (shape.swallowed_errors, "try:\n    f()\nexcept Exception:\n    pass"),
    (shape.dangerous_calls, "import pickle"),
    (shape.dangerous_calls, "from marshal import loads"),
    (shape.dangerous_calls, "eval(text)"),
    (shape.dangerous_calls, "os.system(text)"),
    (shape.dangerous_calls, "subprocess.run(text, shell=True)"),
    (shape.dangerous_calls, "yaml.load(text)"),
    (shape.filled_sql, 'text(f"SELECT {name}")'),
    (shape.filled_sql, 'text("SELECT %s" % name)'),
    (shape.filled_sql, 'text("SELECT {}".format(name))'),
    (shape.undocumented_parameters, "def f(x) -> int: ..."),
    (shape.undocumented_parameters, 'def f(x) -> int:\n    """Return a number."""'),
    (shape.undocumented_parameters, 'def f(x) -> int:\n    """Measure `x`."""'),
]
GOOD = [
    (shape.long_functions, 'def f():\n    """' + "line\n" * 70 + '"""\n    return 1'),
    (shape.swallowed_errors, "try:\n    f()\nexcept FileNotFoundError:\n    pass"),
    (shape.swallowed_errors, "try:\n    f()\nexcept Exception:\n    log()\n    raise"),
    (shape.dangerous_calls, "re.compile(text)\nsubprocess.run([text], shell=False)\nyaml.safe_load(text)"),
    (shape.filled_sql, 'text("SELECT :name")'),
    (shape.undocumented_parameters, 'def f(x) -> int:\n    """Return twice `x`."""'),
    (shape.undocumented_parameters, 'def f(x) -> None:\n    """Draw `x`."""'),
    (shape.undocumented_parameters, "def _f(x) -> int: ..."),
]


@pytest.mark.parametrize(("check", "code"), BAD)
def test_a_check_finds_what_it_is_for(check, code):
    assert list(check(ast.parse(code)))


@pytest.mark.parametrize(("check", "code"), GOOD)
def test_a_check_leaves_the_rest_alone(check, code):
    assert list(check(ast.parse(code))) == []


def test_generated_files_stay_out_of_version_control():
    run = subprocess.run(["git", "ls-files"], cwd=ROOT, capture_output=True, text=True, check=False)
    if run.returncode:
        pytest.skip("this is no git checkout")
    wrong = [name for name in run.stdout.splitlines() if name.endswith((".mo", ".pyc", ".db", ".sqlite"))]
    assert [name for name in wrong if not name.startswith("tests/")] == []
