# SPDX-License-Identifier: LGPL-3.0-or-later
"""The user's language: one gettext catalogue for command line, errors, charts and reports."""

import gettext as gettext_module
import os
from functools import cache
from string import Formatter
from typing import Any

from optimage.errors import OptimageError
from optimage.messages import Message
from optimage.resources import data_folder

DOMAIN = "optimage"
COMMA_LANGUAGES = frozenset({"de", "fr", "lb", "nl", "it", "es"})


def language() -> str:
    """Return the two-letter language from `OPTIMAGE_LANGUAGE` or the locale variables; `en` by default."""
    for variable in ("OPTIMAGE_LANGUAGE", "LANGUAGE", "LC_ALL", "LC_MESSAGES", "LANG"):
        value = os.environ.get(variable, "")
        if value:
            code = value.split(":")[0][:2].lower()
            return code if code.isalpha() and code not in ("c", "po") else "en"
    return "en"


def translate_libraries() -> None:
    """Let libraries that ask gettext's default domain, such as click, speak the user's language from our catalogue."""
    os.environ["LANGUAGE"] = language()
    gettext_module.bindtextdomain(DOMAIN, str(data_folder("locales")))
    gettext_module.textdomain(DOMAIN)


@cache
def _catalogue(code: str) -> gettext_module.NullTranslations:
    return gettext_module.translation(DOMAIN, str(data_folder("locales")), languages=[code], fallback=True)


def _(template: str) -> str:
    """Translate `template` into the user's language."""
    return _catalogue(language()).gettext(template) if template else ""


def ngettext(singular: str, plural: str, n: int) -> str:
    """Translate with the plural form that `n` asks for."""
    return _catalogue(language()).ngettext(singular, plural, n)


class _LocalFormatter(Formatter):
    """Formats floats with the decimal mark of the language."""

    def format_field(self, value: Any, format_spec: str) -> str:
        text: str = super().format_field(value, format_spec)
        return localised(text) if isinstance(value, float) else text


def localised(number: str) -> str:
    """Return a formatted number with the decimal mark of the user's language."""
    return number.replace(".", ",") if language() in COMMA_LANGUAGES else number


def say(message: Message) -> str:
    """Return `message` in the user's language, its numbers written as that language does."""
    return _LocalFormatter().vformat(_(message.template), (), message.values)


def say_error(error: OptimageError) -> str:
    """Return the sentence of `error` and its advice in the user's language."""
    advice = say(error.advice)
    return f"{say(error.message)}; {advice}" if advice else say(error.message)
