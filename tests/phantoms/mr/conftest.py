# SPDX-License-Identifier: LGPL-3.0-or-later
"""What the tests of MR phantoms share."""

from dataclasses import replace

import pytest

from optimage.api import AnalysisError, AnalysisResult, Image, default_parameters
from optimage.synthetic.mr_flood import MrFlood
from optimage_phantoms.mri_level_a import MriLevelA
from tests.phantoms.conftest import as_series

MODULE = MriLevelA()
BOTTLE = MrFlood()


def chosen(**parameters):
    return default_parameters(MODULE.info) | parameters


def located(images, **parameters):
    return MODULE.locate(as_series(images), chosen(**parameters))


def measured(images, **parameters) -> AnalysisResult:
    images = as_series(images)
    return MODULE.measure(images, MODULE.locate(images, chosen(**parameters)), chosen(**parameters))


def refusal(images, **parameters) -> AnalysisError:
    with pytest.raises(AnalysisError) as refused:
        measured(images, **parameters)
    assert str(refused.value.advice), "a refusal says what to do"
    return refused.value


def relabelled(image: Image, **header) -> Image:
    return replace(image, header={**image.header, **header})


def without(image: Image, *keywords: str) -> Image:
    return replace(image, header={name: value for name, value in image.header.items() if name not in keywords})


def failed(result: AnalysisResult) -> dict[str, str]:
    return {failure.subtest: failure.code for failure in result.failures}


def codes(result: AnalysisResult) -> set[str]:
    return {note.code for note in result.notes}
