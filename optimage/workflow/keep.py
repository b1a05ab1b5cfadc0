# SPDX-License-Identifier: LGPL-3.0-or-later
"""Keeping what was analysed by hand: images into the spool, set and result into the database."""

from datetime import datetime

from optimage.dicom.reader import read_object
from optimage.model.jobs import Arrival, Instance
from optimage.model.outcome import Result
from optimage.store.engine import Store
from optimage.workflow.gather import Task
from optimage.workflow.orders import Source
from optimage.workflow.readings import add_with_readings
from optimage.workflow.receive import keep


def keep_task(store: Store, task: Task, result: Result, *, operator: str, now: datetime) -> Result:
    """Store the images of `task`, its set and its result; the same again changes nothing."""
    set_id = 0
    rules = {rule.role: rule for rule in task.rules}
    for source in task.order.sources:
        instance = _keep_image(store, source, operator)
        set_id = store.sets.join(
            task.revision,
            phantom=task.order.phantom,
            group_key=task.group_key,
            role=source.role,
            instance_id=instance.id,
            now=now,
            parameters_key=task.parameters_key,
            maximum=rules[source.role].maximum,
            acquired_within_s=rules[source.role].acquired_within_s,
        )
    job = store.sets.complete(set_id, now)
    profile = task.revision.profile if task.revision else None
    return add_with_readings(store, result, profile, set_id=set_id, job_id=job.id, operator=operator)


def _keep_image(store: Store, source: Source, operator: str) -> Instance:
    kept = store.instances.find(source.sha256)
    if kept is not None:
        return kept
    found = read_object(source.origin)
    data = source.origin if isinstance(source.origin, bytes) else source.origin.read_bytes()
    return keep(
        store,
        data[found.offset :],
        sop_class_uid=found.sop_class_uid,
        sop_instance_uid=found.sop_instance_uid,
        transfer_syntax_uid=found.transfer_syntax_uid,
        arrival=Arrival("file"),
        operator=operator,
    )
