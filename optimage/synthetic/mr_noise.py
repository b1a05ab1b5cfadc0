# SPDX-License-Identifier: LGPL-3.0-or-later
"""From a noise-free MR signal to the image of a receive array: complex noise, zero filling, root sum of squares."""

import numpy as np
import numpy.typing as npt

from optimage.model.images import FloatArray
from optimage.synthetic.mr_phantom import MrFlood

ComplexArray = npt.NDArray[np.complex128]


def received(spec: MrFlood, signal: FloatArray, rng: np.random.Generator) -> FloatArray:
    """Return the image, shape `spec.matrix`, that `spec`'s channels make of the noise-free `signal` as acquired.

    `rng` is drawn from twice per channel and acquired pixel; not at all where `spec.sigma` is 0.
    """
    power = np.zeros(spec.matrix)
    for _ in range(spec.channels):
        channel = signal / np.sqrt(spec.channels) + spec.sigma * _complex_noise(spec, signal.shape, rng)
        if spec.zero_filled:
            channel = zero_filled(channel)
        if spec.real:
            return np.asarray(channel.real)
        power += channel.real**2 + channel.imag**2
    return np.asarray(np.sqrt(power))


def zero_filled(values: ComplexArray) -> ComplexArray:
    """Return `values` of shape (M, N) interpolated to (2M, 2N) by zeros around their spectrum.

    Amplitudes are kept: white noise has the same variance everywhere as
    before. Two new pixels lie a quarter of an old one to either side of it,
    so that both images cover the same field.
    """
    for axis in (0, 1):
        count = values.shape[axis]
        frequency = np.fft.fftfreq(count, 1 / count)
        ramp = np.exp(-2j * np.pi * frequency * 0.25 / count)
        spectrum = np.fft.fft(values, axis=axis) * np.expand_dims(ramp, 1 - axis)
        widths = [(0, 0), (0, 0)]
        widths[axis] = (count // 2, count - count // 2)  # frequency 0 stays in the middle
        padded = np.pad(np.fft.fftshift(spectrum, axes=axis), widths)
        values = 2 * np.fft.ifft(np.fft.ifftshift(padded, axes=axis), axis=axis)
    return values


def _complex_noise(spec: MrFlood, shape: tuple[int, ...], rng: np.random.Generator) -> ComplexArray:
    if not spec.sigma:
        return np.zeros(shape, np.complex128)
    return rng.standard_normal(shape) + 1j * rng.standard_normal(shape)
