# SPDX-License-Identifier: LGPL-3.0-or-later
"""What a digital MR bottle is: outline, signal, coil field, ghost, air, noise, and how it is stored."""

from dataclasses import dataclass, field, replace

from optimage.synthetic.mr_header import MrScan
from optimage.synthetic.mr_inserts import MrInsert
from optimage.synthetic.rendering import Storage

SHAPES = ("disc", "ellipse", "rectangle")


@dataclass(frozen=True, slots=True)
class MrFlood:
    """What to draw.

    The phantom is turned, then stretched, then shifted. Pairs in mm are (right, down), those of
    `matrix` and `spacing_mm` (rows, columns).

    Attributes
    ----------
    shape, size_mm, corner_mm : str, (float, float), float
        `disc`, `ellipse` or `rectangle` of this width and height; a disc has
        both alike. `corner_mm` rounds the corners of a rectangle.
    signal : float
        Noise-free value at the phantom's centre.
    bias : (float, float, float, float)
        Coil field `1 + a x + b y + c x² + d y²`, x and y along the
        phantom's own axes in units of half its width and height. Negative
        values count as 0.
    ghost : float
        A copy of everything, times `ghost`, is added half a field of view further along the phase direction.
    stretch : (float, float)
        Factors of the horizontal and the vertical scale.
    air_mm : float
        Height of the flat layer of air at the top of the image side of the phantom.
    inserts : tuple of MrInsert
        Bubbles, second bottles, structure.
    channels, sigma : int, float
        The image is the root sum of squares of `channels` complex channels.
        Each holds the n-th part of the power, `signal/√n`, and Gaussian noise
        of standard deviation `sigma` in either component: noise-free, the
        root sum of squares is the signal; one channel is Rician; air is
        central chi with 2n degrees of freedom. 0 draws no noise.
    zero_filled : bool
        Half the matrix is acquired; zeros fill the rest of k-space. The noise of a pixel
        stays `sigma`, neighbours are correlated, edges ring. Needs even numbers of rows and columns.
    real : bool
        Real part of one channel: signed Gaussian noise; the third value of
        `ImageType` is R. Unsigned without an intercept, zero is stored at mid-scale.
    masked : bool
        Whatever lies wholly outside of the drawn object is 0, as some vendors do.
    drift_percent, drift_px : float, (float, float)
        Change of gain, and shift (right, down) in pixels, from each repeat to the next.
    storage : Storage
        The default's step of 1/16 reaches up to 4095.9; slope 1 without intercept writes no rescaling.

    Raises
    ------
    ValueError
        The parts contradict each other.
    """

    scan: MrScan = field(default_factory=MrScan)
    shape: str = "disc"
    size_mm: tuple[float, float] = (200.0, 200.0)
    signal: float = 1000.0
    channels: int = 1
    sigma: float = 10.0
    matrix: tuple[int, int] = (256, 256)
    spacing_mm: tuple[float, float] = (1.0, 1.0)
    offset_mm: tuple[float, float] = (0.0, 0.0)
    rotation_deg: float = 0.0
    bias: tuple[float, float, float, float] = (0.0, 0.0, 0.0, 0.0)
    ghost: float = 0.0
    stretch: tuple[float, float] = (1.0, 1.0)
    slices: int = 1
    seed: int = 1
    corner_mm: float = 0.0
    air_mm: float = 0.0
    inserts: tuple[MrInsert, ...] = ()
    zero_filled: bool = False
    real: bool = False
    masked: bool = False
    drift_percent: float = 0.0
    drift_px: tuple[float, float] = (0.0, 0.0)
    storage: Storage = field(default_factory=lambda: Storage(slope=1 / 16, intercept=0.0, signed=False))

    def __post_init__(self) -> None:
        if self.shape not in SHAPES or (self.shape == "disc" and self.size_mm[0] != self.size_mm[1]):
            raise ValueError(f"no {self.shape} of {self.size_mm} mm")
        if self.corner_mm * 2 > min(self.size_mm):
            raise ValueError(f"corners of {self.corner_mm} mm do not fit into {self.size_mm} mm")
        if self.channels < 1 or (self.real and self.channels != 1):
            raise ValueError(f"no {'real' if self.real else 'magnitude'} image of {self.channels} channels")
        if self.zero_filled and (self.matrix[0] % 2 or self.matrix[1] % 2):
            raise ValueError(f"zero filling gives no matrix of {self.matrix}")

    @property
    def acquired_matrix(self) -> tuple[int, int]:
        """Rows and columns before zero filling."""
        part = 2 if self.zero_filled else 1
        return self.matrix[0] // part, self.matrix[1] // part

    @property
    def acquired_spacing_mm(self) -> tuple[float, float]:
        """Distance of rows and of columns before zero filling."""
        part = 2 if self.zero_filled else 1
        return self.spacing_mm[0] * part, self.spacing_mm[1] * part

    @property
    def stored(self) -> Storage:
        """`storage`; for a real image in unsigned integers zero lies at mid-scale."""
        plain = self.storage
        if not self.real or plain.signed or plain.intercept:
            return plain
        return replace(plain, intercept=-plain.slope * (1 << plain.bits - 1))


def at_repeat(spec: MrFlood, repeat: int) -> MrFlood:
    """Return `spec` as it stands, by its drift, at repeat number `repeat` (from 0)."""
    right, down = (
        repeat * shift * pitch for shift, pitch in zip(spec.drift_px, reversed(spec.spacing_mm), strict=True)
    )
    return replace(
        spec,
        signal=spec.signal * (1 + repeat * spec.drift_percent / 100),
        offset_mm=(spec.offset_mm[0] + right, spec.offset_mm[1] + down),
    )


def without_noise(spec: MrFlood) -> MrFlood:
    """Return `spec` with its expected signal alone."""
    return replace(spec, sigma=0.0)
