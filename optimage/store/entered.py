# SPDX-License-Identifier: LGPL-3.0-or-later
"""What measurements without images hang on: a set of their own, and the devices a profile knows."""

from datetime import datetime

from sqlalchemy import insert, select

from optimage.model.jobs import SetState
from optimage.model.outcome import DeviceIdentity
from optimage.model.profile import ProfileRevision
from optimage.store.codec import digest
from optimage.store.database import Database
from optimage.store.schema import ANALYSIS, DEVICE, MEASUREMENT_SET

NO_IMAGES = "readings"  # in the place of parameters, so that no set of images is ever the same


def set_without_images(database: Database, revision: ProfileRevision, *, group_key: str, now: datetime) -> int:
    """Return the set of a profile and group that has no images and no job, made where there is none."""
    profile = revision.profile
    identity = digest([profile.id, profile.phantom, group_key, NO_IMAGES])
    values = {
        "identity": identity,
        "profile_id": profile.id,
        "revision": revision.revision,
        "phantom": profile.phantom,
        "group_key": group_key,
        "parameters_key": NO_IMAGES,
        "state": str(SetState.COMPLETE),
        "opened_at": now,
        "last_arrival_at": now,
        "generation": 1,
    }
    with database.writing() as connection:
        known = connection.scalar(select(MEASUREMENT_SET.c.id).where(MEASUREMENT_SET.c.identity == identity))
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
