# SPDX-License-Identifier: LGPL-3.0-or-later
"""The tables of a mapping file: which column of an older table means what."""

from typing import Annotated, Any, Literal, Self
from zoneinfo import ZoneInfo

from pydantic import BeforeValidator, Field, field_validator, model_validator

from optimage.messages import N_
from optimage.profile_files.tables import Table, wrong

NEED_ENCODING = N_("{where}: there is no encoding {value}; write utf-8 or cp1252")
NEED_CHARACTER = N_("{where}: need one character, got {value}")
NEED_ZONE = N_("{where}: there is no time zone {value}; write for example Europe/Berlin")
NEED_ANY_ZONE = N_('{where}: these formats tell no zone: add zone = "Europe/Berlin", or the one that fits')
NEED_FACTOR = N_("{where}: a factor cannot be 0")
NEED_FORMAT = N_("{where}: {value} is no format; write for example %d.%m.%Y %H:%M, or iso")
ISO = "iso"
CLOCKS = ("%H", "%I", "%X", "%c")

Text = Annotated[str, Field(min_length=1)]


def _frozen(value: Any) -> Any:
    return tuple(value) if isinstance(value, list) else value


Texts = Annotated[tuple[Text, ...], BeforeValidator(_frozen)]


class FileTable(Table):
    """How the file is written, and which of its rows are no measurements."""

    encoding: Text = "utf-8-sig"
    delimiter: Text = ","
    decimal: Literal[".", ","] = "."
    skip_lines: int = Field(default=0, ge=0)
    ignore: Texts = ()
    missing: Texts = ()

    @field_validator("encoding")
    @classmethod
    def _encoding(cls, value: str) -> str:
        try:
            "a".encode(value)
        except LookupError as error:
            raise wrong(NEED_ENCODING, value=value) from error
        return value

    @field_validator("delimiter")
    @classmethod
    def _delimiter(cls, value: str) -> str:
        if len(value) != 1 or value in '"\r\n':
            raise wrong(NEED_CHARACTER, value=repr(value))
        return value


class TimeTable(Table):
    """When a row was measured: one column, or one of dates and one of times."""

    column: Text
    time_column: str = ""
    formats: Texts = Field(default=(ISO,), min_length=1)
    zone: str = ""

    @field_validator("formats")
    @classmethod
    def _formats(cls, value: tuple[str, ...]) -> tuple[str, ...]:
        for one in value:
            if one != ISO and "%" not in one:
                raise wrong(NEED_FORMAT, value=one)
        return value

    @field_validator("zone")
    @classmethod
    def _zone(cls, value: str) -> str:
        try:
            ZoneInfo(value or "UTC")
        except (OSError, ValueError, LookupError) as error:  # a folder, a path, nothing of this name
            raise wrong(NEED_ZONE, value=value) from error
        return value

    @model_validator(mode="after")
    def _any_zone(self) -> Self:
        if not self.zone and any(one != ISO and "%z" not in one for one in self.formats):
            raise wrong(NEED_ANY_ZONE)
        return self


class IdentityTable(Table):
    """A device as its images name it; by its name alone it is looked for among those that are known."""

    name: str = ""
    manufacturer: str = ""
    model: str = ""
    serial: str = ""
    station: str = ""


class DeviceTable(IdentityTable):
    """The device of all rows, or the column that names it."""

    column: str = ""


class ValueTable(Table):
    """One measurement: its column, its unit after multiplying by `factor`, and by which method it was made."""

    column: Text
    unit: str
    method: str = ""
    factor: float = 1.0
    uncertainty: str = ""

    @field_validator("factor")
    @classmethod
    def _factor(cls, value: float) -> float:
        if not value:
            raise wrong(NEED_FACTOR)
        return value


class MappingTable(Table):
    """The whole mapping file."""

    judge: bool = False
    file: FileTable = FileTable()
    time: TimeTable
    device: DeviceTable = DeviceTable()
    devices: dict[str, IdentityTable] = Field(default_factory=dict)
    values: dict[str, ValueTable] = Field(min_length=1)
