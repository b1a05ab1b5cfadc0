# SPDX-License-Identifier: LGPL-3.0-or-later
"""After a crash: files that no row knows are adopted or set aside, rows whose file is gone are told."""

import logging
from dataclasses import dataclass

from optimage.dicom.reader import read_object
from optimage.errors import ImageError
from optimage.model.jobs import Arrival, NewInstance
from optimage.store.engine import Store

log = logging.getLogger(__name__)


@dataclass(frozen=True, slots=True)
class Recovery:
    """Hashes of the files adopted and set aside, and of the rows whose file is missing."""

    adopted: tuple[str, ...] = ()
    set_aside: tuple[str, ...] = ()
    missing: tuple[str, ...] = ()


def recover(store: Store, *, operator: str) -> Recovery:
    """Bring spool and database together; afterwards no file in the spool is without a row.

    A file is written before its row, so a crash between the two leaves a
    whole object that was never acknowledged: it is adopted as if it had been.
    """
    compared = store.spool.reconcile(store.instances.hashes())
    adopted, aside = [], []
    for digest in compared.orphans:
        if _adopt(store, digest, operator):
            adopted.append(digest)
        else:
            store.spool.set_aside(digest)
            aside.append(digest)
    for digest in compared.missing:
        log.error("the received file %s is missing from the spool", digest)
    # The system did not hand these out (a share that was gone, too many open files); by now it may.
    store.instances.requeue_unreadable("unreadable")
    return Recovery(tuple(adopted), tuple(aside), compared.missing)


def _adopt(store: Store, digest: str, operator: str) -> bool:
    try:
        found = read_object(store.spool.path(digest))
    except ImageError as error:
        log.warning("%s, which had been received without a row, is set aside: %s", digest, error.code)
        return False
    except Exception:  # whatever it is, the service has to start
        log.exception("%s, which had been received without a row, is set aside", digest)
        return False
    if found.sha256 != digest:
        log.warning("%s, which had been received without a row, is set aside: other content", digest)
        return False
    new = NewInstance(
        sop_instance_uid=found.sop_instance_uid,
        sop_class_uid=found.sop_class_uid,
        transfer_syntax_uid=found.transfer_syntax_uid,
        sha256=digest,
        size=found.size,
        arrival=Arrival("recovered"),
    )
    store.instances.add(new, operator=operator)
    log.info("adopted %s, which had been received without a row", digest)
    return True
