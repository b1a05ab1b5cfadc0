# SPDX-License-Identifier: LGPL-3.0-or-later
"""Devices and sites, recognised when a result is stored."""

from sqlalchemy import Connection, insert, select, update

from optimage.model.outcome import Acquisition, DeviceIdentity
from optimage.store.codec import digest, dump
from optimage.store.schema import DEVICE, SITE

# The longest text that goes into an index as it is. PostgreSQL takes 2704 bytes; DICOM allows names of 64 characters.
INDEXED_LENGTH = 600


def device_of(connection: Connection, acquisition: Acquisition) -> int:
    """Return the id of the device, entered where it is new; its site and names follow the latest result."""
    device, identity = acquisition.device, _identity(acquisition.device)
    known = connection.execute(select(DEVICE).where(DEVICE.c.identity == identity)).one_or_none()
    site_id = _site_of(connection, acquisition.institution)
    if known is None:
        values = {
            "manufacturer": device.manufacturer,
            "model": device.model,
            "serial": device.serial,
            "station": device.station,
            "name": device.name,
        }
        entered = insert(DEVICE).values(identity=identity, site_id=site_id, **values).returning(DEVICE.c.id)
        return int(connection.execute(entered).scalar_one())
    latest = {
        "site_id": site_id or known.site_id,
        "station": device.station or known.station,
        "name": device.name or known.name,
    }
    if latest != {"site_id": known.site_id, "station": known.station, "name": known.name}:
        connection.execute(update(DEVICE).where(DEVICE.c.id == known.id).values(**latest))
    return int(known.id)


def _identity(device: DeviceIdentity) -> str:
    number = ["serial", device.serial] if device.serial else ["station", device.station]
    parts = [device.manufacturer, device.model, *number]
    # A header that names nothing leaves only the name a profile gives.
    text = dump(parts if device.serial or device.station or device.model else ["name", device.name])
    return text if len(text) <= INDEXED_LENGTH else digest(text)


def _site_of(connection: Connection, institution: str) -> int | None:
    if not institution:
        return None
    institution = institution[:INDEXED_LENGTH]
    known = connection.scalar(select(SITE.c.id).where(SITE.c.name == institution))
    if known is not None:
        return int(known)
    return int(connection.execute(insert(SITE).values(name=institution).returning(SITE.c.id)).scalar_one())
