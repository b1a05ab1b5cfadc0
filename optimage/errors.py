# SPDX-License-Identifier: LGPL-3.0-or-later
"""Everything that can go wrong: a stable code, one sentence, and what to do about it."""

from optimage.messages import Message, Value


class OptimageError(Exception):
    """Base of all errors that are told to a user.

    Parameters
    ----------
    code : str
        Stable `snake_case` name of the reason; listed in the reference.
    template : str
        The sentence, marked with `N_`; fields are filled from `values`.
    advice : str
        What the reader can do, marked with `N_`; may use the same fields.
    **values : str, int or float
        What fills the fields of both.

    Attributes
    ----------
    problems : tuple of Message
        Every mistake at once, one sentence each, where there can be several.
    """

    problems: tuple[Message, ...] = ()

    def __init__(self, code: str, template: str, *, advice: str = "", **values: Value) -> None:
        super().__init__(code, template, advice, values)
        self.code = code
        self.message = Message(template, values)
        self.advice = Message(advice, values)

    def __str__(self) -> str:
        """Return the English sentence with its advice."""
        return f"{self.message}; {self.advice}" if self.advice.template else str(self.message)

    def __reduce__(self) -> tuple[object, ...]:
        """Survive the way back from a worker process."""
        code, template, advice, values = self.args
        return _rebuild, (type(self), code, template, advice, values)


def _rebuild(
    kind: type[OptimageError], code: str, template: str, advice: str, values: dict[str, Value]
) -> OptimageError:
    return kind(code, template, advice=advice, **values)


class UsageError(OptimageError):
    """The call itself is wrong: an unknown module, parameter, identifier or path."""


class TemplateError(UsageError):
    """A report template is wrong; `problems` lists every mistake at once."""

    def __str__(self) -> str:
        """Return the English sentence with every mistake, as a log needs it."""
        return ": ".join((super().__str__(), "; ".join(map(str, self.problems))))

    def with_problems(self, problems: tuple[Message, ...]) -> "TemplateError":
        """Return this error carrying `problems`, one sentence each."""
        self.problems = problems
        return self


class ImageError(OptimageError):
    """A file or object cannot be read as an image."""


class AnalysisError(OptimageError):
    """A phantom module cannot measure what it was given."""


class ProfileError(OptimageError):
    """A profile is wrong; `problems` lists every mistake at once."""

    def with_problems(self, problems: tuple[Message, ...]) -> "ProfileError":
        """Return this error carrying `problems`, one sentence each."""
        self.problems = problems
        return self


class PluginError(OptimageError):
    """A plugin cannot be loaded or breaks the contract."""


class SettingsError(OptimageError):
    """The settings file or environment is wrong."""


class StoreError(OptimageError):
    """The database or the spool cannot do what was asked."""


class NetworkError(OptimageError):
    """A DICOM peer cannot be reached or refused."""
