# SPDX-License-Identifier: LGPL-3.0-or-later
"""Devices and sites, recognised when a result is stored."""

from typing import Any

from sqlalchemy import Connection, Row, insert, select, update

from optimage.errors import UsageError
from optimage.messages import N_
from optimage.model.outcome import Acquisition, DeviceIdentity
from optimage.model.records import Device
from optimage.store.codec import digest, dump
from optimage.store.database import Database
from optimage.store.schema import DEVICE, SITE

# The longest text that goes into an index as it is. PostgreSQL takes 2704 bytes; DICOM allows names of 64 characters.
INDEXED_LENGTH = 600


class Devices:
    """All devices that results are known of."""

    def __init__(self, database: Database) -> None:
        self._database = database

    def list(self) -> tuple[Device, ...]:
        """Return all devices, the first known first."""
        query = select(DEVICE, SITE.c.name.label("site")).outerjoin(SITE, SITE.c.id == DEVICE.c.site_id)
        with self._database.reading() as connection:
            return tuple(_device(row) for row in connection.execute(query.order_by(DEVICE.c.id)))

    def find(self, name: str) -> Device:
        """Return the device that a person means by its number in the store, title, serial number or station.

        Raises
        ------
        UsageError
            `unknown_device`; `several_devices` where a name fits more than one.
        """
        devices = self.list()
        by_number = [device for device in devices if str(device.id) == name]
        fitting = [device for device in devices if name and name in _names(device.identity)] or by_number
        if len(fitting) == 1:
            return fitting[0]
        known = "; ".join(f"{device.id} {device.identity.title}" for device in fitting or devices)
        if fitting:
            raise UsageError(
                "several_devices",
                N_("several devices are called {name}: {known}"),
                advice=N_("name it by its number"),
                name=name,
                known=known,
            )
        raise UsageError("unknown_device", N_("there is no device {name}; known: {known}"), name=name, known=known)


def _names(identity: DeviceIdentity) -> tuple[str, ...]:
    return identity.title, identity.name, identity.serial, identity.station


def _device(row: Row[Any]) -> Device:
    identity = DeviceIdentity(row.manufacturer, row.model, row.serial, row.station, row.name)
    return Device(row.id, identity, row.site or "")


def device_of(connection: Connection, acquisition: Acquisition) -> int:
    """Return the id of the device, entered where it is new; its site and names follow the latest result."""
    device, identity = acquisition.device, identity_of(acquisition.device)
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


def identity_of(device: DeviceIdentity) -> str:
    """Return what tells a unit from others."""
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
