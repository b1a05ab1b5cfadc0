# SPDX-License-Identifier: LGPL-3.0-or-later
"""The sentences of click that the catalogues hold are still click's."""

import os
import subprocess
import sys
from pathlib import Path

import click
import pytest

from optimage.cli.click_sentences import SENTENCES, counted


def test_every_sentence_stands_in_clicks_own_sources(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("OPTIMAGE_LANGUAGE", "en")
    sources = "".join(path.read_text() for path in Path(click.__file__).parent.glob("*.py"))
    assert [sentence for sentence in (*SENTENCES, *counted(1), *counted(2)) if f'"{sentence}"' not in sources] == []


@pytest.mark.parametrize(("language", "first"), [("de", "Aufruf:"), ("fr", "Utilisation\u00a0:")])
def test_help_speaks_the_language_from_its_first_word_to_its_last(language: str, first: str) -> None:
    shown = said_in(language, "send", "--help").stdout
    assert shown.startswith(first)
    assert "Show this message" not in shown


def test_the_no_break_spaces_of_french_reach_the_terminal_as_they_are() -> None:
    refused = said_in("fr", "analyse", __file__, "--no-store")
    assert refused.returncode != 0
    assert "\u00a0; choisir" in refused.stdout + refused.stderr
    assert "\\x" not in refused.stdout + refused.stderr


def said_in(language: str, *arguments: str) -> subprocess.CompletedProcess[str]:
    environment = {**os.environ, "OPTIMAGE_LANGUAGE": language, "PYTHONIOENCODING": "utf-8"}
    command = [sys.executable, "-m", "optimage", *arguments]
    return subprocess.run(command, env=environment, capture_output=True, encoding="utf-8", check=False)
