# SPDX-License-Identifier: LGPL-3.0-or-later
"""Measurements made of several series, over several associations, whoever comes first."""

from collections.abc import Iterator
from pathlib import Path

import pytest
from pydicom import dcmread
from pydicom.uid import generate_uid

from optimage.dicom.writer import write_image
from optimage.synthetic.ct_header import CtScan
from optimage.synthetic.ct_water import CtWater, render_ct_water
from tests.integration.site import Site, value

# The mean of every role, so that a test sees which image served as what.
MODULE = """
from optimage.api import (
    AnalysisResult, InputSpec, Localisation, Measurement, MeasurementSpec, PhantomInfo, hookimpl,
)

class Means:
    info = PhantomInfo(
        {id!r}, "A test", "1", frozenset({{"CT"}}), inputs={inputs},
        measures=(
            MeasurementSpec("mean", "HU", "Mean of the first role"),
            MeasurementSpec("difference", "HU", "Change"),
            MeasurementSpec("images", "1", "How many"),
        ),
    )

    def locate(self, images, parameters):
        return Localisation()

    def measure(self, images, localisation, parameters):
        means = [
            sum(float(image.values().mean()) for image in images.images(spec.role)) / len(images.images(spec.role))
            for spec in self.info.inputs
        ]
        return AnalysisResult((
            Measurement("mean", means[0], "HU"), Measurement("difference", means[-1] - means[0], "HU"),
            Measurement("images", float(len(images.all())), "1"),
        ))

@hookimpl
def optimage_register_phantoms():
    return [Means()]
"""
PAIR = '(InputSpec("first", 1, 1), InputSpec("second", 1, 1))'
FIVE = '(InputSpec("series", 5),)'
TWO = '(InputSpec("series", 2, 2),)'

PAIR_PROFILE = """
id = "a_pair"
title = "two exposures of one study"
phantom = "a_pair"
quiet_period_s = 0.5

[match]
Modality = {{ equals = "CT", required = true }}

[inputs.first]
min = 1
same = ["StudyInstanceUID"]
within = {within}
match = {{ SeriesDescription = {{ equals = "first", required = true }} }}

[inputs.second]
min = 1
same = ["StudyInstanceUID"]
within = {within}
match = {{ SeriesDescription = {{ equals = "second", required = true }} }}
"""
ONE_ROLE_PROFILE = """
id = "{id}"
title = "several exposures of one study"
phantom = "{id}"
quiet_period_s = 0.5

[match]
Modality = {{ equals = "CT", required = true }}

[inputs.series]
min = {least}
same = ["StudyInstanceUID"]
{more}
"""


@pytest.fixture
def site(tmp_path: Path) -> Site:
    """An installation with three modules of several inputs."""
    site = Site(tmp_path / "home")
    modules = {"a_pair": PAIR, "five": FIVE, "twos": TWO}
    site.install(**{name: MODULE.format(id=name, inputs=inputs) for name, inputs in modules.items()})
    return site


def apply(site: Site, text: str) -> None:
    path = site.home.parent / "profile.toml"
    path.write_text(text)
    site.run("profile", "apply", path, "--reason", "test")


def exposures(folder: Path, study: str, roles: list[str], *, water_hu: float = 0.0) -> Iterator[Path]:
    """Write one series an exposure, all of one study; the n-th reads n HU more."""
    for number, role in enumerate(roles):
        scan = CtScan(text=f"{study} {number}", description=role)
        spec = CtWater(matrix=(64, 64), spacing_mm=(4.0, 4.0), water_hu=water_hu + number, scan=scan)
        path = folder / f"{study}-{number}.dcm"
        path.write_bytes(write_image(render_ct_water(spec)[0]))
        dataset = dcmread(path)
        dataset.StudyInstanceUID = generate_uid(entropy_srcs=[study])
        dataset.save_as(path)
        yield path


def test_a_pair_is_measured_whichever_exposure_comes_first(site: Site, tmp_path: Path) -> None:
    apply(site, PAIR_PROFILE.format(within=600))
    first, second = exposures(tmp_path, "study", ["first", "second"])
    with site.service():
        site.send(second)
        site.send(first)
        (result,) = site.wait_for(1)
    assert sorted(given["role"] for given in result["inputs"]) == ["first", "second"]
    assert value(result, "difference")["value"] > 0


def test_two_pairs_interleaved_on_one_association_stay_apart(site: Site, tmp_path: Path) -> None:
    apply(site, PAIR_PROFILE.format(within=600))
    one = list(exposures(tmp_path, "one", ["first", "second"]))
    other = list(exposures(tmp_path, "other", ["first", "second"], water_hu=50.0))
    with site.service():
        site.send(one[0], other[1], other[0], one[1])
        results = site.wait_for(2)
    assert len(results) == 2
    assert [len(result["inputs"]) for result in results] == [2, 2]


def test_what_is_missing_when_the_time_is_over_is_told_and_a_late_exposure_supersedes(
    site: Site, tmp_path: Path
) -> None:
    apply(site, PAIR_PROFILE.format(within=2))
    first, second = exposures(tmp_path, "study", ["first", "second"])
    with site.service():
        site.send(first)
        (refused,) = site.wait_for(1)
        site.send(second)
        every = site.wait_for(2, "--all")
        (current,) = site.results()
    assert refused["verdict"] == "not_measured"
    assert refused["failures"][0]["code"] == "missing_images"
    assert "second" in refused["failures"][0]["message"]
    assert len(every) == 2
    assert value(current, "difference")["value"] > 0


def test_five_exposures_over_five_associations_make_one_result(site: Site, tmp_path: Path) -> None:
    apply(site, ONE_ROLE_PROFILE.format(id="five", least=5, more="within = 600"))
    paths = list(exposures(tmp_path, "study", ["exposure"] * 5))
    with site.service():
        for path in paths[:4]:
            site.send(path)
        other = list(exposures(tmp_path, "complete", ["exposure"] * 5))
        site.send(*other)
        site.wait_for(1)
        assert len(site.results()) == 1, "four of five wait"
        site.send(paths[4])
        results = site.wait_for(2)
    assert [value(result, "images")["value"] for result in results] == [5.0, 5.0]


def test_a_role_that_is_full_leaves_further_images_to_the_next_set(site: Site, tmp_path: Path) -> None:
    apply(site, ONE_ROLE_PROFILE.format(id="twos", least=2, more="max = 2"))
    paths = list(exposures(tmp_path, "study", ["exposure"] * 4))
    with site.service():
        site.send(*paths)
        results = site.wait_for(2)
        site.send(*paths)
    assert [value(result, "images")["value"] for result in results] == [2.0, 2.0]
    assert len(site.results("--all")) == 2
    again = site.run("analyse", "--no-store", *paths)
    assert again.count("twos r1") == 2
