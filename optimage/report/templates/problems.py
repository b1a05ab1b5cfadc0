# SPDX-License-Identifier: LGPL-3.0-or-later
"""The mistakes of a template, each with file, line and key, told all at once."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from difflib import get_close_matches

from optimage.messages import N_, Message, Value
from optimage.profile_files.lines import Lines, line_of


@dataclass(frozen=True, slots=True)
class Found:
    """A mistake and its line; one that is only a remark lets reports be made all the same."""

    line: int
    message: Message
    remark: bool = False


@dataclass(slots=True)
class Problems:
    """Collects the mistakes of one file."""

    file: str
    lines: Lines
    found: list[Found] = field(default_factory=list)

    def add(self, key: Sequence[str], template: str, **values: Value) -> None:
        """Note a mistake; `template` begins with the field `where`."""
        self._note(key, template, values, remark=False)

    def remark(self, key: Sequence[str], template: str, **values: Value) -> None:
        """Note what is wrong and yet costs nobody a report; `template` begins with the field `where`."""
        self._note(key, template, values, remark=True)

    def _note(self, key: Sequence[str], template: str, values: Mapping[str, Value], *, remark: bool) -> None:
        line = line_of(self.lines, key)
        named = ".".join(part for part in key if not part.isdecimal())
        where = f"{self.file}:{line}: {named}" if named else f"{self.file}:{line}"
        self.found.append(Found(line, Message(template, {"where": where, **values}), remark))

    def unknown(self, key: Sequence[str], name: str, known: Iterable[str]) -> None:
        """Note a name that does not exist, with the nearest that does."""
        names = sorted(known)
        near = get_close_matches(name, names, n=1)
        if near:
            self.add(key, N_("{where}: {name} is unknown here; did you mean {near}?"), name=name, near=near[0])
        else:
            self.add(
                key, N_("{where}: {name} is unknown here; known: {known}"), name=name, known=", ".join(names) or "-"
            )

    @property
    def fatal(self) -> bool:
        """Whether something is wrong that lets no report be made."""
        return any(not one.remark for one in self.found)

    @property
    def messages(self) -> tuple[Message, ...]:
        """Everything that was noted, in the order of its lines."""
        return tuple(one.message for one in sorted(self.found, key=lambda one: one.line))
