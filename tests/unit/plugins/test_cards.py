# SPDX-License-Identifier: LGPL-3.0-or-later
"""A module whose card breaks the contract is refused with the part that is wrong."""

from dataclasses import replace

import pytest

from optimage.errors import PluginError
from optimage.model.phantom import InputSpec, MeasurementSpec, ParameterSpec, PhantomInfo
from optimage.plugins.cards import check_module

SOUND = PhantomInfo(
    "ring",
    "Ring",
    "1",
    frozenset({"MR"}),
    inputs=(InputSpec("series"),),
    measures=(MeasurementSpec("lc_visible_1.0", "1", "Visible discs", summary="worst"),),
    parameters=(ParameterSpec("kernel", int, 9, minimum=1),),
)


class Module:
    def __init__(self, info):
        self.info = info

    def locate(self, images, parameters): ...

    def measure(self, images, localisation, parameters): ...


def test_a_sound_card_is_returned():
    assert check_module(Module(SOUND)) is SOUND


@pytest.mark.parametrize(
    ("changed", "part"),
    [
        ({"id": "Ring 1"}, "id"),
        ({"version": ""}, "version"),
        ({"title": ""}, "title"),
        ({"inputs": ()}, "inputs"),
        ({"inputs": (InputSpec("a"), InputSpec("a"))}, "inputs"),
        ({"inputs": (InputSpec("a", minimum=3, maximum=2),)}, "inputs.a"),
        ({"measures": ()}, "measures"),
        ({"measures": SOUND.measures * 2}, "measures"),
        ({"measures": (MeasurementSpec("Bad Key", "1", "x"),)}, "measures.Bad Key"),
        ({"measures": (MeasurementSpec("camelCase", "1", "x"),)}, "measures.camelCase"),
        ({"measures": (MeasurementSpec("x", "", "x"),)}, "measures.x"),
        ({"measures": (MeasurementSpec("x", "1", ""),)}, "measures.x"),
        ({"measures": (MeasurementSpec("x", "1", "x", summary="best"),)}, "measures.x"),
        ({"parameters": SOUND.parameters * 2}, "parameters"),
        ({"parameters": (ParameterSpec("allow_lossy", bool, True),)}, "parameters"),
        ({"parameters": (ParameterSpec("kernel", int, 0, minimum=1),)}, "parameters.kernel"),
        ({"parameters": (ParameterSpec("kernel", float, 1),)}, "parameters.kernel"),
        ({"parameters": (ParameterSpec("mode", str, "c", choices=("a", "b")),)}, "parameters.mode"),
    ],
)
def test_a_wrong_card_is_refused_with_the_part_that_is_wrong(changed, part):
    with pytest.raises(PluginError) as refused:
        check_module(Module(replace(SOUND, **changed)))
    assert refused.value.code == "card_invalid"
    assert refused.value.message.values["part"] == part


def test_an_object_without_card_is_refused():
    with pytest.raises(PluginError, match="object breaks the contract: info"):
        check_module(object())
