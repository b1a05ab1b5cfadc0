# SPDX-License-Identifier: LGPL-3.0-or-later
"""Sentences for people: a template for the translator and the values that fill it."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field

Value = str | int | float


def N_(template: str) -> str:  # noqa: N802 - the customary name of a gettext marker
    """Mark `template` for translation and return it unchanged."""
    return template


@dataclass(frozen=True, slots=True)
class Message:
    """One sentence, translated only where it is shown.

    Attributes
    ----------
    template : str
        English sentence with named fields in the manner of `str.format`;
        it is the key of the translation, so it is stored as it stands.
    values : mapping of str to str, int or float
        What fills the fields. Texts from DICOM belong here, never in
        `template`, so that a brace in a header cannot become a field.
    """

    template: str
    values: Mapping[str, Value] = field(default_factory=dict)

    def render(self, translate: Callable[[str], str] = str) -> str:
        """Return the sentence, its template passed through `translate` first."""
        return translate(self.template).format_map(self.values)

    def __str__(self) -> str:
        """Return the English sentence."""
        return self.render()
