# SPDX-License-Identifier: LGPL-3.0-or-later
"""Keeping what arrives: bytes safe in the spool, then a row, and only then is success answered."""

from hashlib import sha256

from optimage.dicom.part10 import part10
from optimage.dicom.scp import ReceivedObject
from optimage.model.events import InstanceStored
from optimage.model.jobs import Arrival, Instance, NewInstance
from optimage.store.engine import Store
from optimage.workflow.bus import Bus


class Receiver:
    """Callback of the storage service; what it raises becomes the status of the C-STORE."""

    def __init__(self, store: Store, bus: Bus) -> None:
        self._store = store
        self._bus = bus

    def __call__(self, received: ReceivedObject) -> None:
        """Keep one object for good; returns only when file and row are committed."""
        instance = keep(
            self._store,
            received.dataset,
            sop_class_uid=received.sop_class_uid,
            sop_instance_uid=received.sop_instance_uid,
            transfer_syntax_uid=received.transfer_syntax_uid,
            arrival=received.arrival,
            operator=f"dicom:{received.arrival.calling_ae}",
        )
        self._bus.publish(InstanceStored(instance.id))


def keep(
    store: Store,
    dataset: bytes,
    *,
    sop_class_uid: str,
    sop_instance_uid: str,
    transfer_syntax_uid: str,
    arrival: Arrival,
    operator: str,
) -> Instance:
    """Put an encoded data set, untouched, into the spool and index it."""
    digest = sha256(dataset).hexdigest()
    file = part10(
        dataset,
        sop_class_uid=sop_class_uid,
        sop_instance_uid=sop_instance_uid,
        transfer_syntax_uid=transfer_syntax_uid,
    )
    store.spool.put(file, digest)
    new = NewInstance(
        sop_instance_uid=sop_instance_uid,
        sop_class_uid=sop_class_uid,
        transfer_syntax_uid=transfer_syntax_uid,
        sha256=digest,
        size=len(dataset),
        arrival=arrival,
    )
    return store.instances.add(new, operator=operator)
