# SPDX-License-Identifier: LGPL-3.0-or-later
"""Templates of a site are edited while the service runs: the next report follows, and none is lost over a mistake."""

from pathlib import Path

import pytest
from pypdf import PdfReader

from tests.integration.service.conftest import PROFILE, Write, eventually, stored
from tests.integration.site import Site


@pytest.fixture
def template(site: Site) -> Path:
    """The template that the profile of the site asks for."""
    file = site.home / "report_templates" / "ours.toml"
    file.parent.mkdir(exist_ok=True)
    site.apply_profile('report = "ours"\n' + PROFILE)
    return file


def say(file: Path, text: str) -> None:
    file.write_text(f'[[block]]\nkind = "text"\ntext = "{text}"\n')


def told(site: Site, number: int) -> str:
    file = site.home / "reports" / f"result-{number:06d}.pdf"
    eventually(file.exists)
    return PdfReader(file).pages[0].extract_text()


def test_an_edited_template_holds_for_the_next_report(site: Site, write: Write, template: Path) -> None:
    say(template, "first words")
    with site.service():
        site.send(write("first"))
        stored(site, 1)
        assert "first words" in told(site, 1)
        say(template, "other words")
        site.send(write("second"))
        stored(site, 2)
        assert "other words" in told(site, 2)
    assert "first words" in told(site, 1)
    assert site.sql("select template from report order by id") == [("ours",), ("ours",)]


def test_a_mistake_delays_reports_names_its_line_and_loses_none(site: Site, write: Write, template: Path) -> None:
    say(template, "{{ nothing }}")
    with site.service():
        site.send(write("first"))
        stored(site, 1)
        where = f"{template}:3: block.text: nothing is unknown here"
        eventually(lambda: where in site.log.read_text())
    concerns = site.run("doctor", code=1)
    assert f"! {where}" in concerns
    assert not list((site.home / "reports").glob("*.pdf"))
    say(template, "mended")
    with site.service():
        assert "mended" in told(site, 1)


def test_a_template_that_has_gone_is_told_by_the_doctor(site: Site, template: Path) -> None:
    assert "! profile stand_in: there is no report template ours" in site.run("doctor", code=1)
