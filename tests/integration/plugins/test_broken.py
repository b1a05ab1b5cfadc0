# SPDX-License-Identifier: LGPL-3.0-or-later
"""Broken plugins of strangers, through the real program: listed, named, and harmless to all others."""

import json
import os
import re
import signal
import subprocess
import time
from collections.abc import Callable
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest

from optimage.api import Image
from optimage.dicom.writer import write_image
from optimage.plugins.manager import load_module
from tests.integration.plugins.distribution import module, write_distribution
from tests.integration.site import OPTIMAGE, Site

GOOD_RESULT = 'return AnalysisResult((Measurement("value", 1.0, "%"),))'


@pytest.fixture
def ring(tmp_path: Path, draw_ring: Callable[..., Image]) -> Path:
    """A digital ring as a file."""
    path = tmp_path / "ring.dcm"
    path.write_bytes(write_image(draw_ring()))
    return path


@pytest.fixture
def install(tmp_path: Path) -> Callable[..., None]:
    """Install one more plugin."""

    def put(name: str, code: str, **changes: str) -> None:
        write_distribution(tmp_path / "plugins", name, code, **changes)

    return put


def states(site: Site) -> dict[tuple[str, str], str]:
    """Return what `plugin list` says, by plugin and package."""
    rows = (re.split(r"  +", line, maxsplit=3) for line in site.run("plugin", "list").splitlines()[2:])
    return {(plugin, package): state for plugin, package, _, state in rows}


def measured(site: Site, phantom: str, path: Path, *, code: int = 0) -> dict[str, Any]:
    """Measure one file without keeping the result, and return it."""
    told = site.run("analyse", "--no-store", "--json", "--phantom", phantom, path, code=code)
    (result,) = json.loads(told)["results"]
    return dict(result)


def reasons(result: dict[str, Any]) -> list[tuple[str, str]]:
    return [(failure["code"], failure["message"]) for failure in result["failures"]]


def test_what_cannot_be_loaded_is_listed_with_its_reason_and_the_rest_works(
    site: Site, install: Callable[..., None], ring: Path
) -> None:
    install("unborn", "import no_such_library")
    install("unitless", module("unitless", unit=""))
    install("misspelt", module("misspelt", key="camelCase"))
    install("second", module("acme_ring"))
    install("unwanted", "raise SystemExit('imported all the same')")
    site.environment["OPTIMAGE_DISABLED_PLUGINS"] = "unwanted"
    found = states(site)
    assert found["ct_level_a", "optimage"] == found["acme_ring", "acme-ring"] == "works"
    assert found["unwanted", "stranger-unwanted"] == "disabled"
    assert "No module named 'no_such_library'" in found["unborn", "stranger-unborn"]
    assert "measures.value is missing or wrong" in found["unitless", "stranger-unitless"]
    assert "measures.camelCase is missing or wrong" in found["misspelt", "stranger-misspelt"]
    assert "acme_ring of acme-ring offers the phantom module acme_ring already" in found["second", "stranger-second"]
    modules = {line.split()[0] for line in site.run("phantom", "list").splitlines()[2:]}
    assert {"acme_ring", "ct_level_a"} <= modules
    assert modules.isdisjoint({"unborn", "unitless", "misspelt", "second", "unwanted"})
    assert measured(site, "acme_ring", ring)["failures"] == []


def test_asking_for_what_is_broken_or_disabled_says_why_it_is_not_there(
    site: Site, install: Callable[..., None], ring: Path
) -> None:
    install("unborn", "import no_such_library")
    site.environment["OPTIMAGE_DISABLED_PLUGINS"] = "acme_ring"
    for phantom, reason in (("unborn", "no_such_library"), ("acme_ring", "OPTIMAGE_DISABLED_PLUGINS")):
        command = [*OPTIMAGE, "analyse", "--no-store", "--phantom", phantom, str(ring)]
        done = subprocess.run(command, env=site.environment, capture_output=True, text=True, timeout=60, check=False)
        assert (done.returncode, reason in done.stderr, "Traceback" in done.stderr) == (4, True, False)


def test_a_module_that_crashes_gives_one_result_that_says_so(
    site: Site, install: Callable[..., None], ring: Path
) -> None:
    install("broken", module("broken", "1 / 0"))
    result = measured(site, "broken", ring, code=3)
    sentence = "the module broken stopped unexpectedly: ZeroDivisionError: division by zero"
    assert (result["verdict"], reasons(result)) == ("not_measured", [("module_crashed", sentence)])


@pytest.mark.parametrize(
    ("found", "sentence"),
    [
        ("1 / 0", "the module broken stopped unexpectedly: ZeroDivisionError: division by zero"),
        ("sys.exit(0)", "the module broken stopped unexpectedly: SystemExit: 0"),
        ("return None", "of type NoneType (locate)"),
    ],
)
def test_looking_for_a_phantom_with_a_broken_module_ends_like_a_set_without_measurement(
    site: Site, install: Callable[..., None], ring: Path, found: str, sentence: str
) -> None:
    install("broken", module("broken").replace('image = images.middle("series")', found))
    done = subprocess.run(
        [*OPTIMAGE, "verify", "--phantom", "broken", str(ring)],
        env=site.environment,
        capture_output=True,
        text=True,
        timeout=60,
        check=False,
    )
    assert done.returncode == 3
    assert sentence in done.stderr.splitlines()[-1]
    measured(site, "broken", ring, code=3)


def test_what_was_promised_is_kept_beside_what_was_not(site: Site, install: Callable[..., None], ring: Path) -> None:
    install("generous", module("generous", GOOD_RESULT.replace("),)", '), Measurement("extra", 2.0, "%"))')))
    result = measured(site, "generous", ring)
    assert [(one["key"], one["value"]) for one in result["measurements"]] == [("value", 1.0)]
    sentence = "the module generous measured extra, which its card does not promise; it is left out"
    assert reasons(result) == [("contract_broken", sentence)]


PROFILE = """
id = "{phantom}"
title = "A test"
phantom = "{phantom}"
quiet_period_s = 0.5
[match]
StationName = {{ equals = "{phantom}", required = true }}
{inputs}
"""


def write_image_for(folder: Path, phantom: str, image: Image) -> Path:
    """Write an image that the profile of `phantom` takes."""
    path = folder / f"{phantom}.dcm"
    path.write_bytes(write_image(replace(image, header={**image.header, "StationName": phantom})))
    return path


def write_profile(folder: Path, phantom: str, inputs: str = "") -> Path:
    """Write the profile that lets `phantom` measure the images made for it."""
    path = folder / f"{phantom}.toml"
    path.write_text(PROFILE.format(phantom=phantom, inputs=inputs))
    return path


def test_a_profile_whose_plugin_is_gone_spoils_only_its_own_images(
    shell: Callable[..., str],
    install: Callable[..., None],
    tmp_path: Path,
    draw_ring: Callable[..., Image],
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    install("sound", module("sound", GOOD_RESULT))
    install("gone", module("gone", GOOD_RESULT))
    inputs = {"sound": "", "acme_ring": "", "gone": "[inputs.series]\nmin = 1"}
    (tmp_path / "images").mkdir()
    for number, (phantom, rules) in enumerate(inputs.items()):
        write_image_for(tmp_path / "images", phantom, draw_ring(shading=0.1 * number))
        shell("profile", "apply", write_profile(tmp_path, phantom, rules), "--reason", "test")
    monkeypatch.setenv("OPTIMAGE_DISABLED_PLUGINS", "acme_ring,gone")
    load_module.cache_clear()  # as in a new process
    results = json.loads(shell("analyse", "--json", tmp_path / "images", code=3))["results"]
    told = {(result["phantom"], result["verdict"], *(code for code, _ in reasons(result))) for result in results}
    assert told == {
        ("sound", "not_judged"),
        ("gone", "not_measured", "plugin_disabled"),
        ("", "not_measured", "no_profile"),  # what images it takes only the module could have said
    }


def test_a_module_that_never_returns_is_left_by_ctrl_c(
    site: Site, install: Callable[..., None], ring: Path, tmp_path: Path
) -> None:
    started = tmp_path / "started"
    install("endless", module("endless", f"open({str(started)!r}, 'w').close()\n        while True: pass"))
    command = [*OPTIMAGE, "analyse", "--no-store", "--phantom", "endless", str(ring)]
    # Where the tests run in the background the signal is ignored, and what they start would inherit that.
    before = signal.signal(signal.SIGINT, signal.default_int_handler)
    process = subprocess.Popen(command, env=site.environment, stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True)
    signal.signal(signal.SIGINT, before)
    try:
        deadline = time.monotonic() + 60
        while not started.exists():
            assert time.monotonic() < deadline
            assert process.poll() is None
            time.sleep(0.05)
        os.kill(process.pid, signal.SIGINT)
        _, errors = process.communicate(timeout=20)
    finally:
        process.kill()
        process.wait()
    assert process.returncode == 130
    assert "Traceback" not in errors


def test_the_service_ends_what_never_returns_and_goes_on(
    site: Site,
    shell: Callable[..., str],
    install: Callable[..., None],
    tmp_path: Path,
    draw_ring: Callable[..., Image],
) -> None:
    install("endless", module("endless", "while True: pass"))
    site.environment["OPTIMAGE_DEADLINE_S"] = "8"  # enough to start a worker and measure a ring on a busy machine
    for phantom in ("endless", "acme_ring"):
        shell("profile", "apply", write_profile(tmp_path, phantom), "--reason", "test")
    with site.service():
        site.send(write_image_for(tmp_path, "endless", draw_ring(shading=0.0)))
        site.wait_for(1)
        site.send(write_image_for(tmp_path, "acme_ring", draw_ring(shading=0.1)))
        results = {result["phantom"]: result for result in site.wait_for(2, "--all")}
    assert (results["endless"]["verdict"], results["endless"]["measurements"]) == ("not_measured", [])
    assert [code for code, _ in reasons(results["endless"])] == ["timed_out"]
    assert (results["acme_ring"]["verdict"], results["acme_ring"]["failures"]) == ("not_judged", [])
    assert len(site.results("--all")) == 2
