# SPDX-License-Identifier: LGPL-3.0-or-later
"""Whatever a module does, the analysis ends in a result."""

import numpy as np
import pytest

from optimage.errors import AnalysisError
from optimage.model.images import Image, ImageSet
from optimage.model.phantom import InputSpec, MeasurementSpec, PhantomInfo
from optimage.model.results import AnalysisResult, Measurement
from optimage.model.shapes import Localisation
from optimage.workflow.work import analyse

IMAGES = ImageSet({"series": (Image(np.zeros((4, 4), np.int16), "1.2.3"),)})
GOOD = AnalysisResult((Measurement("piu", 1.0, "%"),))


class Module:
    info = PhantomInfo(
        "ring",
        "Ring",
        "1",
        frozenset({"MR"}),
        inputs=(InputSpec("series"),),
        measures=(MeasurementSpec("piu", "%", "Integral uniformity"),),
    )

    def __init__(self, *, located=Localisation, measured=lambda: GOOD):
        self.located, self.measured = located, measured

    def locate(self, images, parameters):
        return self.located()

    def measure(self, images, localisation, parameters):
        return self.measured()


def raising(error):
    def call():
        raise error

    return call


def test_a_sound_module_is_left_alone():
    assert analyse(Module(), IMAGES, {}) == (Localisation(), GOOD)


@pytest.mark.parametrize(
    ("module", "code", "sentence"),
    [
        (Module(measured=raising(ZeroDivisionError("by zero"))), "module_crashed", "ZeroDivisionError: by zero"),
        (Module(located=raising(RecursionError())), "module_crashed", "RecursionError: "),
        (Module(measured=raising(SystemExit(7))), "module_crashed", "SystemExit: 7"),
        (Module(measured=raising(AnalysisError("dark", "too dark"))), "dark", "too dark"),
        (Module(located=lambda: None), "contract_broken", "of type NoneType (locate)"),
        (Module(measured=lambda: None), "contract_broken", "of type NoneType (measure)"),
        (Module(measured=lambda: AnalysisResult(measurements=None)), "module_crashed", "TypeError"),
        (Module(measured=AnalysisResult), "contract_broken", "neither a value nor a reason for piu"),
        (Module(measured=lambda: AnalysisResult((Measurement("piu", 1.0, "mm"),))), "contract_broken", "in mm"),
    ],
)
def test_what_goes_wrong_in_a_module_is_a_failure_with_its_reason(module, code, sentence):
    _, result = analyse(module, IMAGES, {})
    assert result.measurements == ()
    assert code in {failure.code for failure in result.failures}
    assert any(sentence in str(failure.message) for failure in result.failures)


def test_ctrl_c_is_not_taken_for_a_failure_of_the_module():
    with pytest.raises(KeyboardInterrupt):
        analyse(Module(measured=raising(KeyboardInterrupt())), IMAGES, {})
