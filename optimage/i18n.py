# SPDX-License-Identifier: LGPL-3.0-or-later
"""The user's language: one gettext catalogue for command line, errors, charts and reports."""

import gettext as gettext_module
import os
from collections.abc import Iterator
from contextlib import contextmanager
from contextvars import ContextVar
from dataclasses import dataclass
from datetime import date, datetime
from functools import cache
from string import Formatter
from typing import Any

from optimage.errors import OptimageError
from optimage.messages import Message
from optimage.resources import data_folder

DOMAIN = "optimage"
COMMA_LANGUAGES = frozenset({"de", "fr", "lb", "nl", "it", "es"})


@dataclass(frozen=True, slots=True)
class Manner:
    """In which language a report speaks, and how it writes numbers and dates; empty entries are the reader's own.

    Attributes
    ----------
    language : str
        Two letters.
    decimal : str
        The decimal mark, `.` or `,`; empty for the one of the language.
    dates : str
        `iso`, `local`, or empty for the usual ones.
    """

    language: str = ""
    decimal: str = ""
    dates: str = ""


_OWN = Manner()
_MANNER: ContextVar[Manner] = ContextVar("manner", default=_OWN)


@contextmanager
def speaking(manner: Manner) -> Iterator[None]:
    """Let everything inside speak in a manner, in this thread alone."""
    token = _MANNER.set(manner)
    try:
        yield
    finally:
        _MANNER.reset(token)


def manner() -> Manner:
    """Return how to speak here."""
    return _MANNER.get()


def language() -> str:
    """Return the two-letter language: that of `speaking`, of `OPTIMAGE_LANGUAGE`, of the locale variables, or `en`."""
    if spoken := _MANNER.get().language:
        return spoken
    for variable in ("OPTIMAGE_LANGUAGE", "LANGUAGE", "LC_ALL", "LC_MESSAGES", "LANG"):
        value = os.environ.get(variable, "")
        if value:
            code = value.split(":")[0][:2].lower()
            return code if code.isalpha() and code not in ("c", "po") else "en"
    return "en"


def languages() -> frozenset[str]:
    """Return the languages that there are catalogues for, and English."""
    return frozenset({"en", *(path.name for path in data_folder("locales").glob("??"))})


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
    mark = _MANNER.get().decimal or ("," if language() in COMMA_LANGUAGES else ".")
    return number.replace(".", mark)


def local_date(day: date) -> str:
    """Return a day as the manner wants it: 2026-11-25, or as the language writes it, in English as 25 Nov 2026."""
    return _local(day, "") or f"{day:%Y-%m-%d}"


def local_month(day: date) -> str:
    """Return the month of a day: 2026-11, or as the language writes it, in English as Nov 2026."""
    return _local(day, "yMMM") or f"{day:%Y-%m}"


def local_hour(at: datetime) -> str:
    """Return day, hour and minute without the year: 11-25 03:00, or in English as 25 Nov 03:00."""
    return f"{_local(at, 'MMMd') or f'{at:%m-%d}'} {at:%H:%M}"


def _local(day: date, skeleton: str) -> str:
    """Return a day as the language writes it, all of it or the parts in `skeleton`; nothing where ISO is wanted."""
    if _MANNER.get().dates != "local":
        return ""
    from babel.core import UnknownLocaleError
    from babel.dates import format_date, format_skeleton

    code = "en_GB" if language() == "en" else language()
    try:
        return str(format_skeleton(skeleton, day, locale=code) if skeleton else format_date(day, "medium", locale=code))
    except UnknownLocaleError:
        return ""


def say(message: Message) -> str:
    """Return `message` in the user's language, its numbers written as that language does."""
    return _LocalFormatter().vformat(_(message.template), (), message.values)


def say_error(error: OptimageError) -> str:
    """Return the sentence of `error` and its advice in the user's language."""
    return advised(say(error.message), say(error.advice))


def advised(sentence: str, advice: str) -> str:
    """Return a sentence and its advice, where there is one, joined as the user's language joins them."""
    return _("{sentence}; {advice}").format(sentence=sentence, advice=advice) if advice else sentence


def labelled(label: str, text: str) -> str:
    """Return a label and a text, or the one that is not empty, joined as the user's language joins them."""
    return _("{label}: {text}").format(label=label, text=text) if label and text else label or text
