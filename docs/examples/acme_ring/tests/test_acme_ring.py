# SPDX-License-Identifier: LGPL-3.0-or-later
"""The ring against what every module owes, and against known truth."""

from dataclasses import replace

import pytest
from optimage.api import AnalysisError, ImageSet
from optimage.testing.phantom_module import PhantomModuleChecks

from acme_ring import MEASURED_SHARE, AcmeRing
from digital_ring import RADIUS_MM, draw_ring


class TestAcmeRing(PhantomModuleChecks):
    module = AcmeRing()

    def sample(self) -> ImageSet:
        return ImageSet({"series": (draw_ring(noise=5.0),)})

    @pytest.mark.parametrize("shading", [0.0, 0.1, 0.3])
    def test_recovers_the_shading_that_was_put_in(self, shading):
        _, result = self.analyse(ImageSet({"series": (draw_ring(shading=shading),)}))
        # A linear shading ±s at the edge reaches ±0.8 s at 0.8 of the radius; pixels lie up to 1 mm inside of that,
        # and whole numbers around 1000 are 0.05 % off at most.
        tolerance = 100 * shading / RADIUS_MM + 0.1
        assert result["piu"].value == pytest.approx(100 * (1 - MEASURED_SHARE * shading), abs=tolerance)

    def test_says_so_when_there_is_no_ring(self):
        with pytest.raises(AnalysisError) as refused:
            self.analyse(ImageSet({"series": (draw_ring(shading=0.0, background=1000.0, noise=5.0),)}))
        assert refused.value.code == "phantom_not_found"

    def test_refuses_values_that_are_not_positive(self):
        with pytest.raises(AnalysisError) as refused:
            self.analyse(ImageSet({"series": (replace(draw_ring(), intercept=-2000.0),)}))
        assert refused.value.code == "not_positive"
