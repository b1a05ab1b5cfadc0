# SPDX-License-Identifier: LGPL-3.0-or-later
"""The blocks of reports on periods."""

from optimage.report.period import (
    alarms,
    charts,
    configuration,
    done_list,
    due_list,
    events,
    histogram,
    measurement_list,
    provenance,
    site_overview,
    statistics,
    title,
    value_table,
)

PERIOD_BLOCKS = tuple(
    module.BLOCK
    for module in (
        title,
        site_overview,
        measurement_list,
        done_list,
        due_list,
        charts,
        histogram,
        statistics,
        value_table,
        configuration,
        alarms,
        events,
        provenance,
    )
)
