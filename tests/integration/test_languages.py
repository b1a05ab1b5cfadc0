# SPDX-License-Identifier: LGPL-3.0-or-later
"""In German and French nothing of the command line is left in English."""

import os
import subprocess
import sys

import pytest

from tests.contract.catalogues import load_catalogue, texts

LANGUAGES = ("de", "fr")
WORDS = 4  # shorter sentences may be words of a command, or look alike in two languages
HELP = """
import click
from optimage.cli.main import cli
from optimage.i18n import translate_libraries

def show(command, name):
    context = click.Context(command, info_name=name)
    print(command.get_help(context))
    if isinstance(command, click.Group):
        for one in command.list_commands(context):
            show(command.get_command(context, one), one)

translate_libraries()
show(cli, "optimage")
"""


@pytest.fixture(scope="module")
def english():
    found = english_in("de", all_help("en"))
    assert len(found) > 100, "the search finds almost nothing, so it proves nothing"
    return found


@pytest.mark.parametrize("language", LANGUAGES)
def test_no_help_is_left_in_english(language, english):
    assert english_in(language, all_help(language)) & english == set()


def english_in(language, text):
    """Return the sentences that `language` says otherwise, yet stand in `text` in English."""
    translated = {texts(m.id)[0] for m in load_catalogue(language) if m.id and texts(m.string)[0] not in ("", m.id)}
    plain = " ".join(text.split())
    return {sentence for sentence in translated if len(sentence.split()) >= WORDS and sentence in plain}


def all_help(language):
    environment = {**os.environ, "OPTIMAGE_LANGUAGE": language, "PYTHONIOENCODING": "utf-8"}
    shown = subprocess.run([sys.executable, "-c", HELP], env=environment, capture_output=True, check=True, text=True)
    return shown.stdout
