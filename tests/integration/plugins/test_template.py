# SPDX-License-Identifier: LGPL-3.0-or-later
"""The plugin of the tutorial is built, installed, found and measures; the tutorial shows what really happens."""

import json
import re
import shlex
import shutil
import subprocess
import sys
from collections.abc import Callable
from pathlib import Path

import pytest

from optimage.api import Image
from optimage.dicom.writer import write_image
from tests.integration.plugins.distribution import ROOT, TEMPLATE
from tests.integration.site import Site, value

TUTORIAL = ROOT / "docs" / "tutorials" / "write-a-plugin.md"
LONGEST_MODULE = 100
FILE = re.compile(r"\.(dcm|png|toml)$")


def test_the_program_finds_the_plugin_and_its_module(site: Site) -> None:
    assert re.search(r"^acme_ring +acme-ring +1\.0\.0 +works$", site.run("plugin", "list"), re.MULTILINE)
    assert re.search(r"^acme_ring +1 +MR +ACME ring$", site.run("phantom", "list"), re.MULTILINE)
    described = site.run("phantom", "describe", "acme_ring")
    assert re.search(r"^kernel +int +9 +px +", described, re.MULTILINE)
    assert re.search(r"^piu +% +single +Integral uniformity", described, re.MULTILINE)


def test_a_ring_is_measured_and_stored(site: Site, tmp_path: Path, draw_ring: Callable[..., Image]) -> None:
    (tmp_path / "ring.dcm").write_bytes(write_image(draw_ring(shading=0.1)))
    told = json.loads(site.run("analyse", "--phantom", "acme_ring", "--json", tmp_path / "ring.dcm"))
    (result,) = told["results"]
    # A shading of ±10 % at the edge is ±8 % at 0.8 of the radius; one pixel of 80 counts 0.125 %, rounding 0.1 %.
    assert value(result, "piu")["value"] == pytest.approx(92.0, abs=0.225)
    assert (result["verdict"], result["failures"]) == ("not_judged", [])
    assert [stored["phantom"] for stored in site.results()] == ["acme_ring"]


def test_a_parameter_is_taken_and_a_wrong_one_refused(
    site: Site, tmp_path: Path, draw_ring: Callable[..., Image]
) -> None:
    (tmp_path / "ring.dcm").write_bytes(write_image(draw_ring(shading=0.0, noise=20.0)))
    measure = ("analyse", "--no-store", "--json", "--phantom", "acme_ring", tmp_path / "ring.dcm", "--set")
    rough, smooth = (json.loads(site.run(*measure, f"kernel={k}"))["results"][0] for k in (1, 15))
    assert value(rough, "piu")["value"] < value(smooth, "piu")["value"] < 100.0
    site.run(*measure, "kernel=0", code=2)


def test_its_own_tests_pass_where_it_is_installed(site: Site, built: Path) -> None:
    command = [sys.executable, "-m", "pytest", "-q", "-p", "no:cacheprovider"]
    done = subprocess.run(
        command, cwd=built / "source", env=site.environment, capture_output=True, text=True, timeout=120, check=False
    )
    assert done.returncode == 0, done.stdout
    assert int(re.search(r"(\d+) passed", done.stdout)[1]) >= 10, done.stdout  # type: ignore[index]


def test_the_template_stays_short() -> None:
    assert len((TEMPLATE / "src" / "acme_ring.py").read_text().splitlines()) < LONGEST_MODULE


def test_the_tutorial_shows_what_the_program_prints(shell: Callable[..., str], tmp_path: Path) -> None:
    """Run the commands of the tutorial; every line it shows as output has to come from one of them."""
    text = TUTORIAL.read_text(encoding="utf-8")
    subprocess.run([sys.executable, TEMPLATE / "tests" / "digital_ring.py", tmp_path / "ring.dcm"], check=True)
    shutil.copy(TEMPLATE / "ring.toml", tmp_path)
    printed = {
        words(line)
        for command in re.findall(r"^optimage (.*)", "".join(blocks(text, "bash")), re.MULTILINE)
        for line in shell(
            *(tmp_path / word if FILE.search(word) else word for word in shlex.split(command))
        ).splitlines()
    }
    shown = {words(line) for line in "".join(blocks(text, "text")).splitlines()}
    assert len(shown) > 6
    assert shown <= printed, (shown - printed, printed)


def blocks(text: str, language: str) -> list[str]:
    """Return the code blocks of a page in one language."""
    return re.findall(rf"```{language}\n(.*?)```", text, re.DOTALL)


def words(line: str) -> str:
    """Return a line of a table without the widths of its columns: they depend on what else is installed."""
    return " ".join(re.sub(r"-{2,}", "", line).split())


def test_every_file_of_the_template_is_in_the_tutorial() -> None:
    text = TUTORIAL.read_text(encoding="utf-8")
    files = {path for path in TEMPLATE.rglob("*") if path.suffix in {".py", ".toml"}}
    assert len(files) == 5
    assert not [path for path in files if f'--8<-- "{path.relative_to(TEMPLATE.parent).as_posix()}"' not in text]
