# SPDX-License-Identifier: LGPL-3.0-or-later
"""Where an object belongs: into the sets of the profiles that take it, into the inbox, or nowhere."""

import logging
from collections.abc import Sequence
from datetime import datetime

from optimage.dicom.headers import acquisition
from optimage.dicom.reader import read_object
from optimage.errors import ImageError, StoreError
from optimage.matching.choice import Takers, Tie, takers
from optimage.matching.grouping import key_of
from optimage.model.images import Header
from optimage.model.jobs import Instance, InstanceState, Seat
from optimage.model.profile import ProfileRevision
from optimage.patients import is_named_by, patient_signs
from optimage.store.engine import Store
from optimage.workflow.gather import rule_of
from optimage.workflow.inbox import RELEASED

log = logging.getLogger(__name__)


class Placer:
    """Puts new objects where they belong.

    Parameters
    ----------
    store : Store
    phantom_pattern : str
        Regular expression that tells phantoms by name or number.
    """

    def __init__(self, store: Store, *, phantom_pattern: str) -> None:
        self._store = store
        self._phantom_pattern = phantom_pattern

    def place(self, instance: Instance, revisions: Sequence[ProfileRevision], now: datetime) -> None:
        """Place an object; one that cannot be handled is put aside and stops no other."""
        try:
            self._place(instance, revisions, now)
        except ImageError as error:
            self._leave(instance, InstanceState.UNREADABLE, error.code)
        except StoreError:
            raise
        except Exception:
            log.exception("instance %d cannot be handled and is put aside", instance.id)
            self._leave(instance, InstanceState.UNREADABLE, "internal_error")

    def _place(self, instance: Instance, revisions: Sequence[ProfileRevision], now: datetime) -> None:
        found = read_object(self._store.spool.path(instance.sha256))
        if not found.is_image:
            self._leave(instance, InstanceState.NOT_AN_IMAGE)
            return
        header = found.headers[0].header
        taken = takers(header, revisions)
        if self._is_patient(instance, header, taken):
            self._leave(instance, InstanceState.QUARANTINED, "probably_a_patient")
            return
        seats = tuple(seat_of(header, match.revision, match.role) for match in taken.matches)
        obstacle = "tie" if isinstance(taken.obstacle, Tie) else "no_profile"
        self._store.sets.join_all(seats, instance_id=instance.id, now=now, waits=obstacle if taken.waits else "")

    def _is_patient(self, instance: Instance, header: Header, taken: Takers) -> bool:
        """Signs count unless a person released the image, or its profile says itself who the phantom is."""
        if instance.detail == RELEASED or any(is_named_by(match.revision.profile) for match in taken.matches):
            return False
        return bool(patient_signs(header, self._phantom_pattern))

    def _leave(self, instance: Instance, state: InstanceState, detail: str = "") -> None:
        self._store.instances.set_state(instance.id, state, detail)


def seat_of(header: Header, revision: ProfileRevision, role: str) -> Seat:
    """Return where an image in `role` of a profile belongs."""
    profile = revision.profile
    rule = rule_of(profile, role)
    return Seat(
        revision=revision,
        phantom=profile.phantom,
        group_key=key_of(header, rule, acquisition(header).at).text,
        role=role,
        maximum=rule.maximum,
        acquired_within_s=rule.acquired_within_s,
    )
