# SPDX-License-Identifier: LGPL-3.0-or-later
"""Settings: defaults, then `optimage.toml` in the home folder, then the environment; one table names them all."""

import getpass
import os
import re
import tomllib
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from difflib import get_close_matches
from math import inf
from pathlib import Path
from typing import Any, TypeGuard

from optimage.errors import SettingsError
from optimage.messages import N_, Message
from optimage.model.addressee import Addressee, addressee_of, is_mail_address

# Found in the name or number of phantoms, service programs and anonymised images; a site adds its own.
PHANTOM_PATTERN = (
    r"phantom|\bqa\b|\bqc\b|qual|kontroll|control|konstan|constan|test|service|calib|kalib|flood|water|wasser"
    r"|daily|weekly|monthly|acr|catphan|obi|anon|dummy|synth|abnahme|accept"
)
FILE_NAME = "optimage.toml"
AE_TITLE_LENGTH = 16  # PS3.5 6.2, VR AE
LOG_LEVELS = ("DEBUG", "INFO", "WARNING", "ERROR")
WEEKDAYS = ("mon", "tue", "wed", "thu", "fri", "sat", "sun")
EXECUTORS = ("process", "inline", "dask")
SECURITIES = ("starttls", "tls", "none")
SECRETS = ("smtp_password",)


@dataclass(frozen=True, slots=True)
class Caller:
    """An AE title that may send, from one address or (where empty) from any."""

    ae_title: str
    address: str = ""


@dataclass(frozen=True, slots=True)
class Settings:
    """Every setting with its value; folders are absolute, the database is a URL."""

    home: Path
    database: str
    spool: Path
    reports: Path
    exports: Path
    templates: Path
    operator: str
    ae_title: str = "OPTIMAGE"
    host: str = ""
    port: int = 11112
    callers: tuple[Caller, ...] = ()
    quiet_period_s: float = 10.0
    lease_s: float = 60.0
    workers: int = 1
    executor: str = "process"
    deadline_s: float = 600.0
    memory_mib: int = 4096
    cpu_s: int = 600
    file_mib: int = 1024
    cluster: str = ""
    minimum_free_bytes: int = 256 << 20
    log_level: str = "INFO"
    phantom_pattern: str = PHANTOM_PATTERN
    purge_after_days: int = 0
    grace_percent: int = 10
    closed_days: str = ""
    smtp_host: str = ""
    smtp_port: int = 587
    smtp_security: str = "starttls"
    smtp_user: str = ""
    smtp_password: str = field(default="", repr=False)
    mail_from: str = ""
    recipients: tuple[Addressee, ...] = ()


@dataclass(frozen=True, slots=True)
class Option:
    """One setting: its name in the file, its type, what is allowed, and what it means.

    The variable in the environment is `OPTIMAGE_` and the name in capitals;
    `callers` and `recipients` have none.
    """

    name: str
    type: type[str] | type[int] | type[float] | type[Path] | type[Caller] | type[Addressee]
    help: str
    default: str
    minimum: float = -inf
    maximum: float = inf
    choices: tuple[str, ...] = ()

    @property
    def environment(self) -> str:
        """Name of the variable, empty where there is none."""
        return "" if self.type in (Caller, Addressee) else f"OPTIMAGE_{self.name.upper()}"


OPTIONS = (
    Option("database", str, N_("path of the SQLite file, or URL of a PostgreSQL database"), "optimage.db"),
    Option("spool", Path, N_("folder of received files"), "spool"),
    Option("reports", Path, N_("folder of written reports"), "reports"),
    Option("exports", Path, N_("folder of exported tables"), "exports"),
    Option("templates", Path, N_("folder of own report templates"), "report_templates"),
    Option("operator", str, N_("who acts, as recorded with every change"), N_("user of the operating system")),
    Option("ae_title", str, N_("our DICOM name; 1 to 16 characters"), "OPTIMAGE"),
    Option("host", str, N_("address to listen on; empty: all if callers are named, else this machine only"), ""),
    Option("port", int, N_("TCP port to listen on; 0: any free one"), "11112", minimum=0, maximum=65535),
    Option("callers", Caller, N_("who may send: tables with ae_title and address; none: this machine only"), ""),
    Option("quiet_period_s", float, N_("seconds without new images until a set is complete"), "10", minimum=0),
    Option("lease_s", float, N_("seconds after which the job of a silent worker is given to another"), "60", minimum=1),
    Option("workers", int, N_("processes that analyse at the same time"), "1", minimum=1, maximum=256),
    Option("executor", str, N_("where analyses run: in processes of their own, in this one, or on a Dask cluster"),
           "process", choices=EXECUTORS),
    Option("deadline_s", float, N_("seconds that one analysis may take; what takes longer is ended"), "600",
           minimum=1),
    Option("memory_mib", int, N_("memory of one worker process in MiB; 0: no limit"), "4096", minimum=0),
    Option("cpu_s", int, N_("seconds of computing time for one analysis, all its threads together; 0: no limit"), "600",
           minimum=0),
    Option("file_mib", int, N_("size to which an analysis may write a file, in MiB; 0: no limit"), "1024", minimum=0),
    Option("cluster", str, N_("address of the Dask scheduler, where the executor is dask"), ""),
    Option("minimum_free_bytes", int, N_("free space below which images are refused"), str(256 << 20), minimum=0),
    Option("phantom_pattern", str, N_("regular expression for names and numbers of phantoms, in capitals or not"),
           "see below"),
    Option("purge_after_days", int, N_("days after which quarantined images are deleted; 0: never"), "0", minimum=0),
    Option("grace_percent", int, N_("how long what is due may wait until it is overdue, in per cent of its interval"),
           "10", minimum=0, maximum=100),
    Option("closed_days", str, N_("days of the week on which nobody measures, such as sat sun"), ""),
    Option("smtp_host", str, N_("server that takes mail for others; empty: no mail is sent"), ""),
    Option("smtp_port", int, N_("its port"), "587", minimum=1, maximum=65535),
    Option("smtp_security", str, N_("how mail is encrypted on its way to the server"), "starttls", choices=SECURITIES),
    Option("smtp_user", str, N_("user at the mail server; empty: it asks for none"), ""),
    Option("smtp_password", str, N_("password at the mail server; better in the environment than in the file"), ""),
    Option("mail_from", str, N_("address that mail comes from"), ""),
    Option("recipients", Addressee, N_("who is told of alarms and overdue tests: tables, see below"), ""),
    Option("log_level", str, N_("least important messages that are written"), "INFO", choices=LOG_LEVELS),
)  # fmt: skip
BY_NAME = {option.name: option for option in OPTIONS}
FOLDERS = ("spool", "reports", "exports", "templates")
HOME_VARIABLE = "OPTIMAGE_HOME"


def load_settings(environment: Mapping[str, str] | None = None) -> Settings:
    """Read the settings of this machine.

    Parameters
    ----------
    environment : mapping, optional
        Variables to read instead of those of the process. `OPTIMAGE_HOME` is
        the home folder; without it the platform's folder for data is used.

    Raises
    ------
    SettingsError
        `settings_invalid`; the sentence lists every mistake of file and environment.
    """
    environment = os.environ if environment is None else environment
    home = home_folder(environment)
    file = home / FILE_NAME
    problems: list[Message] = []
    given = _from_file(file, problems) | _from_environment(environment, problems)
    if problems:
        listed = "; ".join(map(str, problems))
        raise SettingsError(
            "settings_invalid",
            N_("the settings are wrong: {problems}"),
            advice=N_("correct {file} or the environment"),
            problems=listed,
            file=str(file),
        )
    return _settings(home, given)


def home_folder(environment: Mapping[str, str]) -> Path:
    """Return the folder of database, spool and reports; it need not exist."""
    named = environment.get(HOME_VARIABLE, "")
    if named:
        return Path(named).expanduser().absolute()
    import platformdirs

    return Path(platformdirs.user_data_dir("optimage", appauthor=False))


def _settings(home: Path, given: dict[str, Any]) -> Settings:
    folders = {name: home / given.get(name, BY_NAME[name].default) for name in FOLDERS}
    database = given.get("database", BY_NAME["database"].default)
    if "://" not in database:
        database = f"sqlite:///{(home / Path(database).expanduser()).as_posix()}"
    operator = given.get("operator") or _user()
    return Settings(**given | folders | {"home": home, "database": database, "operator": operator})


def _user() -> str:
    try:
        return getpass.getuser()
    except (OSError, KeyError):  # a container may run under a number without a name
        return str(os.getuid()) if hasattr(os, "getuid") else "unknown"


def _from_file(file: Path, problems: list[Message]) -> dict[str, Any]:
    try:
        table = tomllib.loads(file.read_text(encoding="utf-8"))
    except FileNotFoundError:
        return {}
    except (OSError, UnicodeDecodeError, tomllib.TOMLDecodeError) as error:
        problems.append(Message(N_("{file} cannot be read: {error}"), {"file": str(file), "error": str(error)}))
        return {}
    known = {name: value for name, value in table.items() if name in BY_NAME}
    problems += [_unknown(name, tuple(BY_NAME)) for name in table if name not in BY_NAME]
    return {name: _checked(BY_NAME[name], value, name, problems) for name, value in known.items()}


def _from_environment(environment: Mapping[str, str], problems: list[Message]) -> dict[str, Any]:
    given = {}
    for option in OPTIONS:
        text = environment.get(option.environment, "") if option.environment else ""
        if text:
            value = _from_text(option.type, text)
            given[option.name] = _checked(option, value, option.environment, problems)
    return given


def _from_text(kind: Callable[[str], Any], text: str) -> Any:
    """Return the number that `text` is, or `text` itself, which the check then refuses."""
    if kind not in (int, float):
        return text
    try:
        return kind(text)
    except ValueError:
        return text


def _checked(option: Option, value: Any, where: str, problems: list[Message]) -> Any:
    if option.type in _TABLES:
        return _TABLES[option.type](value, problems)
    if option.type in (int, float):
        return _checked_number(option, value, where, problems)
    if not isinstance(value, str):
        shown = "***" if option.name in SECRETS else value
        problems.append(_wrong(where, N_("{where}: need text, got {value}"), value=shown))
        return ""
    if option.choices and value not in option.choices:
        choices = ", ".join(option.choices)
        problems.append(_wrong(where, N_("{where}: need one of {choices}, got {value}"), value=value, choices=choices))
    if option.name in _TEXTS:
        is_right, template = _TEXTS[option.name]
        if not is_right(value):
            problems.append(_wrong(where, template, value=value, days=" ".join(WEEKDAYS)))
    return Path(value).expanduser() if option.type is Path else value


def _are_weekdays(text: str) -> bool:
    """Whether days of the week are named, and one at least is left."""
    return set(text.split()) < set(WEEKDAYS)


def _is_pattern(text: str) -> bool:
    try:
        re.compile(text)
    except re.error:
        return False
    return True


def _checked_number(option: Option, value: Any, where: str, problems: list[Message]) -> Any:
    wanted = int if option.type is int else (int, float)
    if isinstance(value, bool) or not isinstance(value, wanted):
        template = (
            N_("{where}: need a whole number, got {value}")
            if wanted is int
            else N_("{where}: need a number, got {value}")
        )
        problems.append(_wrong(where, template, value=value))
        return 0
    if not option.minimum <= value <= option.maximum or value == inf:
        limits = {"minimum": option.minimum, "maximum": option.maximum}
        problems.append(
            _wrong(where, N_("{where}: need {minimum:g} to {maximum:g}, got {value}"), value=value, **limits)
        )
    return value if wanted is int else float(value)


def _callers(value: Any, problems: list[Message]) -> tuple[Caller, ...]:
    if isinstance(value, list) and all(_is_caller(one) for one in value):
        return tuple(Caller(**one) for one in value)
    template = N_("{where}: need tables with ae_title (1 to 16 characters) and, where wanted, address, got {value}")
    problems.append(_wrong("callers", template, value=value))
    return ()


def _is_caller(value: Any) -> TypeGuard[dict[str, str]]:
    if not isinstance(value, dict) or not {"ae_title"} <= set(value) <= {"ae_title", "address"}:
        return False
    return all(isinstance(text, str) for text in value.values()) and _is_ae_title(value["ae_title"])


def _addressees(value: Any, problems: list[Message]) -> tuple[Addressee, ...]:
    found = [addressee_of(one) for one in value] if isinstance(value, list) else [None]
    if None not in found:
        return tuple(one for one in found if one)
    template = N_("{where}: need tables with mail or webhook and, where wanted, about, profiles and sites, got {value}")
    problems.append(_wrong("recipients", template, value=value))
    return ()


def _is_ae_title(text: str) -> bool:
    return (
        0 < len(text.strip()) <= len(text) <= AE_TITLE_LENGTH
        and text.isascii()
        and text.isprintable()
        and "\\" not in text
    )


_TABLES: Mapping[type, Callable[[Any, list[Message]], Any]] = {Caller: _callers, Addressee: _addressees}
_TEXTS: Mapping[str, tuple[Callable[[str], bool], str]] = {
    "ae_title": (_is_ae_title, N_("{where}: need 1 to 16 characters without backslash, got {value}")),
    "phantom_pattern": (_is_pattern, N_("{where}: need a regular expression, got {value}")),
    "closed_days": (_are_weekdays, N_("{where}: need some of {days}, got {value}")),
    "mail_from": (is_mail_address, N_("{where}: need an address of mail, got {value}")),
}


def _unknown(name: str, known: tuple[str, ...]) -> Message:
    near = get_close_matches(name, known, n=1)
    if near:
        return Message(N_("{name} is unknown; did you mean {near}?"), {"name": name, "near": near[0]})
    return Message(N_("{name} is unknown"), {"name": name})


def _wrong(where: str, template: str, *, value: Any, **values: str | float) -> Message:
    return Message(template, {"where": where, "value": str(value), **values})
