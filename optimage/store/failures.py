# SPDX-License-Identifier: LGPL-3.0-or-later
"""What the database and the file system refuse, told as `StoreError`."""

import errno
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path

from sqlalchemy.exc import DBAPIError, IntegrityError, InterfaceError, OperationalError
from sqlalchemy.exc import TimeoutError as PoolTimeoutError

from optimage.errors import StoreError, UsageError
from optimage.messages import N_

FULL = frozenset({errno.ENOSPC, errno.EDQUOT, errno.EFBIG})
READ_ONLY = frozenset({errno.EROFS, errno.EACCES, errno.EPERM})


def disk_full(place: str) -> StoreError:
    """Create the error for a disk with no room left."""
    return StoreError("disk_full", N_("no room left on the disk of {place}"), advice=N_("free some space"), place=place)


def folder_read_only(place: str) -> StoreError:
    """Create the error for a place that cannot be written."""
    return StoreError(
        "folder_read_only",
        N_("{place} cannot be written"),
        advice=N_("give the account that runs Optimage the right to write there"),
        place=place,
    )


def database_foreign(place: str) -> StoreError:
    """Create the error for tables that are not ours."""
    return StoreError(
        "database_foreign",
        N_("the database {place} belongs to another program"),
        advice=N_("create a database for Optimage alone"),
        place=place,
    )


def _locked(place: str) -> StoreError:
    return StoreError(
        "database_locked",
        N_("the database {place} is locked by another program"),
        advice=N_("close the other program and try again"),
        place=place,
    )


def _corrupt(place: str) -> StoreError:
    return StoreError(
        "database_corrupt",
        N_("{place} is damaged or no database of Optimage"),
        advice=N_("restore the latest backup"),
        place=place,
    )


def _unreadable(place: str, reason: str) -> StoreError:
    return StoreError(
        "database_unreadable",
        N_("the database {place} cannot be opened ({reason})"),
        advice=N_("check that the path exists and may be read and written"),
        place=place,
        reason=reason,
    )


def _write_failed(place: str, reason: str) -> StoreError:
    return StoreError(
        "storage_failed",
        N_("{place} cannot be read or written ({reason})"),
        advice=N_("check the disk and the system log"),
        place=place,
        reason=reason,
    )


def _unreachable(place: str, reason: str) -> StoreError:
    return StoreError(
        "database_unreachable",
        N_("the database server of {place} cannot be reached ({reason})"),
        advice=N_("check that the server runs, and host, port, user and name in the URL"),
        place=place,
        reason=reason,
    )


def _refused(place: str, reason: str) -> StoreError:
    return StoreError(
        "database_refused",
        N_("the database server refuses {place} ({reason})"),
        advice=N_("check user, password and name of the database"),
        place=place,
        reason=reason,
    )


def _forbidden(place: str, reason: str) -> StoreError:
    return StoreError(
        "database_forbidden",
        N_("the user of {place} lacks a right ({reason})"),
        advice=N_("make this user the owner of the database; only the main server of several takes changes"),
        place=place,
        reason=reason,
    )


# https://www.postgresql.org/docs/current/errcodes-appendix.html; told by the first that fits
SERVER_SAYS: tuple[tuple[tuple[str, ...], Callable[[str, str], StoreError]], ...] = (
    (("55P03", "40P01", "40001", "57014"), lambda place, _reason: _locked(place)),
    (("53100",), lambda place, _reason: disk_full(place)),
    (("XX001", "XX002"), lambda place, _reason: _corrupt(place)),
    (("42P07",), lambda place, _reason: database_foreign(place)),
    (("42501", "25006", "0A000", "3F000"), _forbidden),
    (("28", "3D000"), _refused),
    (("08", "53300", "57P", "25P03"), _unreachable),
)


def _server_error(error: BaseException, place: str) -> StoreError | None:
    """Return what PostgreSQL means; None for what is a mistake of the program."""
    reason = " ".join(str(error).split())
    state = getattr(error, "sqlstate", None)
    if state is None:  # the connection was never made, or is lost
        connection = getattr(error, "pgconn", None)
        asked = connection and (connection.used_password or connection.needs_password)
        return (_refused if asked else _unreachable)(place, reason)
    told = next((tell for codes, tell in SERVER_SAYS if state.startswith(codes)), None)
    return told(place, reason) if told else None


def database_error(error: BaseException | None, place: str) -> StoreError:
    """Return what the driver's `error` means for the person who keeps the database."""
    if error is not None and hasattr(error, "sqlstate"):
        return _server_error(error, place) or _write_failed(place, " ".join(str(error).split()))
    name = str(getattr(error, "sqlite_errorname", ""))
    if name.startswith(("SQLITE_BUSY", "SQLITE_LOCKED")):
        return _locked(place)
    if name.startswith("SQLITE_FULL"):
        return disk_full(place)
    if name.startswith(("SQLITE_CORRUPT", "SQLITE_NOTADB")):
        return _corrupt(place)
    if name.startswith("SQLITE_READONLY"):
        return folder_read_only(place)
    if name.startswith("SQLITE_IOERR"):
        return _write_failed(place, name)
    return _unreadable(place, str(error))


def file_error(error: OSError, place: Path) -> StoreError:
    """Return what `error` means for the person who keeps the disk."""
    if error.errno in FULL:
        return disk_full(str(place))
    if error.errno in READ_ONLY:
        return folder_read_only(str(place))
    return _write_failed(str(place), error.strerror or str(error))


def _names_what_is_not_there(error: IntegrityError) -> bool:
    name, state = getattr(error.orig, "sqlite_errorname", ""), getattr(error.orig, "sqlstate", "")
    return name == "SQLITE_CONSTRAINT_FOREIGNKEY" or state == "23503"


def _unknown_reference() -> UsageError:
    return UsageError(
        "unknown_reference",
        N_("a result, set, image or profile named here is not in the database"),
        advice=N_("check the identifier; a profile is applied before it judges"),
    )


@contextmanager
def database_errors(place: str) -> Iterator[None]:
    """Turn failures of the database into `StoreError`; mistakes of the program stay what they are."""
    try:
        yield
    except IntegrityError as error:
        if _names_what_is_not_there(error):
            raise _unknown_reference() from error
        raise
    except PoolTimeoutError as error:  # all connections of this process are in use
        raise _locked(place) from error
    except (OperationalError, InterfaceError) as error:
        raise database_error(error.orig, place) from error
    except DBAPIError as error:
        told = error.orig and hasattr(error.orig, "sqlstate") and _server_error(error.orig, place)
        if told:
            raise told from error
        if str(getattr(error.orig, "sqlite_errorname", "")).startswith(("SQLITE_CORRUPT", "SQLITE_NOTADB")):
            raise database_error(error.orig, place) from error
        raise


@contextmanager
def file_errors(place: Path) -> Iterator[None]:
    """Turn failures of the file system into `StoreError`."""
    try:
        yield
    except OSError as error:
        raise file_error(error, place) from error
