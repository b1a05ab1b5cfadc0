# SPDX-License-Identifier: LGPL-3.0-or-later
"""What a report is built of: blocks, each from a context to parts of the document."""

from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass, field
from enum import StrEnum

from optimage.document.parts import Part
from optimage.i18n import _, language


class Scope(StrEnum):
    """What a template reports on: measurements one by one, or a period of a device, a site, a parameter."""

    MEASUREMENT = "measurement"
    PERIOD = "period"


class Need(StrEnum):
    """What of a period a block is made of; only what the blocks of a template need is read from the store."""

    RESULTS = "results"
    TRENDS = "trends"
    DUE = "due"
    CONFIGURATION = "configuration"
    ALARMS = "alarms"
    EVENTS = "events"


@dataclass(frozen=True, slots=True)
class Wording:
    """A text of a template for people: one for all languages, or one for each.

    Attributes
    ----------
    texts : mapping of language to str
        Texts by two-letter language; the one under the empty name is English and translated by the catalogues.
    """

    texts: Mapping[str, str] = field(default_factory=dict)

    def here(self) -> str:
        """Return the text in the language spoken here, else the English one, else the first; variables still in it."""
        if "" in self.texts:
            return _(self.texts[""])
        return self.texts.get(language()) or self.texts.get("en") or next(iter(self.texts.values()), "")


@dataclass(frozen=True, slots=True)
class Setting:
    """An entry that a template can give to a block.

    Attributes
    ----------
    name : str
        Name in the template, and the keyword argument of the block's function.
    type : type
        `str`, `int`, `float`, `bool`, `tuple` for a list of texts, or `Wording` for a text for people, which may stand
        once or by language and may hold variables; the block is given what came of it.
    default
        Used where the template is silent; None if the template must give it.
    help : str
        One English line, to be translated where it is shown.
    choices : tuple of str
        What a text may be; empty where any is taken.
    minimum : float
        Least number that is taken.
    """

    name: str
    type: type[str] | type[int] | type[float] | type[bool] | type[tuple[str, ...]] | type[Wording]
    default: str | float | bool | tuple[str, ...] | None
    help: str
    choices: tuple[str, ...] = ()
    minimum: float = 0


@dataclass(frozen=True, slots=True)
class ReportBlock:
    """One kind of block.

    Attributes
    ----------
    kind : str
        Name in templates.
    help : str
        What it shows; one English line.
    scopes : frozenset of Scope
        In which templates it may stand.
    write : callable
        Called with the context (`MeasurementContext` or `PeriodContext`) and the settings as keyword arguments;
        yields parts, none where it has nothing to show. Pure: same context, same parts.
    settings : tuple of Setting
        What a template may say.
    needs : frozenset of Need
        What of a period it is made of.
    """

    kind: str
    help: str
    scopes: frozenset[Scope]
    write: Callable[..., Iterable[Part]]
    settings: tuple[Setting, ...] = ()
    needs: frozenset[Need] = frozenset()
