# SPDX-License-Identifier: LGPL-3.0-or-later
"""What measurements without images hang on: a set of their own, and the devices a profile knows."""

from datetime import datetime
from typing import Any

from sqlalchemy import insert, select

from optimage.model.jobs import SetState
from optimage.model.outcome import DeviceIdentity, ProfileReference
from optimage.model.profile import ProfileRevision
from optimage.store.codec import digest
from optimage.store.database import Database
from optimage.store.schema import ANALYSIS, DEVICE, MEASUREMENT_SET

NO_IMAGES = "readings"  # in the place of parameters, so that no set of images is ever the same


def set_values(
    reference: ProfileReference, phantom: str, group_key: str, *, kind: str, now: datetime
) -> dict[str, Any]:
    """Return the row of a set that has no images and no job; `kind` stands in the place of parameters."""
    return {
        "identity": digest([reference.id, phantom, group_key, kind]),
        "profile_id": reference.id,
        "revision": reference.revision,
        "phantom": phantom,
        "group_key": group_key,
        "parameters_key": kind,
        "state": str(SetState.COMPLETE),
        "opened_at": now,
        "last_arrival_at": now,
        "generation": 1,
    }


def set_without_images(database: Database, revision: ProfileRevision, *, group_key: str, now: datetime) -> int:
    """Return the set of a profile and group that has no images and no job, made where there is none."""
    profile = ProfileReference(revision.profile.id, revision.revision)
    values = set_values(profile, revision.profile.phantom, group_key, kind=NO_IMAGES, now=now)
    with database.writing() as connection:
        same = MEASUREMENT_SET.c.identity == values["identity"]
        known = connection.scalar(select(MEASUREMENT_SET.c.id).where(same))
        if known is not None:
            return int(known)
        made = insert(MEASUREMENT_SET).values(**values).returning(MEASUREMENT_SET.c.id)
        return int(connection.execute(made).scalar_one())


def devices_of(database: Database, profile_id: str) -> tuple[DeviceIdentity, ...]:
    """Return the devices that a profile has results of, the first known first."""
    measured = select(ANALYSIS.c.device_id).where(ANALYSIS.c.profile_id == profile_id)
    query = select(DEVICE).where(DEVICE.c.id.in_(measured)).order_by(DEVICE.c.id)
    with database.reading() as connection:
        return tuple(
            DeviceIdentity(row.manufacturer, row.model, row.serial, row.station, row.name)
            for row in connection.execute(query)
        )
