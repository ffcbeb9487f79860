"""Random numbers that are the same on every machine and with every version of numpy.

numpy promises that the bits of a bit generator stay as they are, but not what its distributions
make of them (NEP 19), and logarithms differ in the last bit between processors. So only the bits
are taken, of Philox-4x64 (Salmon, J. K. et al. (2011), Parallel random numbers: as easy as 1, 2,
3, SC11), and all else is sums, products, quotients and roots, which IEEE 754 rounds in one way.
"""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

from siting.errors import ConfigError

Floats = NDArray[np.float64]

#: The seed where none is given. Any number does; the same one gives the same ranks.
SEED = 20010615
#: Streams of one seed: what is known of weights does not move the draws of measures.
WEIGHTS, EVEN, NORMAL = 0, 1, 2
#: So many bits, and a half so that neither 0 nor 1 is met, fill a float exactly.
_BITS = 52

_LN_2, _ROOT_HALF = 0.6931471805599453, 0.7071067811865476

# Wichura, M. J. (1988), Algorithm AS 241: the percentage points of the normal distribution,
# Applied Statistics 37, 477-484 (PPND16, relative error about 1e-16); highest power first.
_MIDDLE_OVER = (
    *(2.5090809287301226727e3, 3.3430575583588128105e4, 6.7265770927008700853e4),
    *(4.5921953931549871457e4, 1.3731693765509461125e4, 1.9715909503065514427e3),
    *(1.3314166789178437745e2, 3.3871328727963666080e0),
)
_MIDDLE_UNDER = (
    *(5.2264952788528545610e3, 2.8729085735721942674e4, 3.9307895800092710610e4),
    *(2.1213794301586595867e4, 5.3941960214247511077e3, 6.8718700749205790830e2),
    *(4.2313330701600911252e1, 1.0),
)
_TAIL_OVER = (
    *(7.74545014278341407640e-4, 2.27238449892691845833e-2, 2.41780725177450611770e-1),
    *(1.27045825245236838258e0, 3.64784832476320460504e0, 5.76949722146069140550e0),
    *(4.63033784615654529590e0, 1.42343711074968357734e0),
)
_TAIL_UNDER = (
    *(1.05075007164441684324e-9, 5.47593808499534494600e-4, 1.51986665636164571966e-2),
    *(1.48103976427480074590e-1, 6.89767334985100004550e-1, 1.67638483018380384940e0),
    *(2.05319162663775882187e0, 1.0),
)
_FAR_OVER = (
    *(2.01033439929228813265e-7, 2.71155556874348757815e-5, 1.24266094738807843860e-3),
    *(2.65321895265761230930e-2, 2.96560571828504891230e-1, 1.78482653991729133580e0),
    *(5.46378491116411436990e0, 6.65790464350110377720e0),
)
_FAR_UNDER = (
    *(2.04426310338993978564e-15, 1.42151175831644588870e-7, 1.84631831751005468180e-5),
    *(7.86869131145613259100e-4, 1.48753612908506148525e-2, 1.36929880922735805310e-1),
    *(5.99832206555887937690e-1, 1.0),
)


class Draws:
    """One stream of random numbers.

    Parameters
    ----------
    seed
        A whole number from 0 to 2⁶⁴ - 1.
    stream
        Streams of one seed are independent; what is drawn from one does not move another.

    Raises
    ------
    ConfigError
        For a seed out of that range.
    """

    def __init__(self, seed: int, stream: int) -> None:
        if not 0 <= seed < 2**64:
            raise ConfigError(
                "this is no seed",
                expected="a whole number from 0 to 2⁶⁴ - 1",
                found=str(seed),
                next_step=f"leave the seed out ({SEED}), or give another",
            )
        self._bits = np.random.Philox(key=np.array([seed, stream], dtype=np.uint64))

    def uniform(self, *shape: int) -> Floats:
        """Return numbers spread evenly over (0, 1), ends excluded."""
        count = int(np.prod(shape, dtype=np.int64))
        raw = np.asarray(self._bits.random_raw(count), dtype=np.uint64)
        whole = (raw >> np.uint64(64 - _BITS)).astype(np.float64)
        numbers: Floats = (whole + 0.5) * 2.0**-_BITS
        return numbers.reshape(shape)

    def simplex(self, count: int, parts: int) -> Floats:
        """Return `count` rows of `parts` numbers ≥ 0 that add up to 1, spread evenly.

        They are the gaps between sorted points (David, H. A. (1970), Order Statistics, Wiley).
        """
        points = np.sort(self.uniform(count, parts - 1), axis=1)
        ends = np.zeros((count, 1)), np.ones((count, 1))
        gaps: Floats = np.diff(np.concatenate([ends[0], points, ends[1]], axis=1), axis=1)
        return gaps

    def normal(self, *shape: int) -> Floats:
        """Return numbers of the standard normal distribution."""
        return _normal_quantiles(self.uniform(*shape))


def _logarithms(numbers: Floats) -> Floats:
    """Return natural logarithms of numbers above 0: e · ln 2 + 2 artanh((m - 1) / (m + 1)).

    With m between √½ and √2 the terms of the series beyond these are below 1e-17.
    """
    mantissas, exponents = np.frexp(numbers)
    is_low = mantissas < _ROOT_HALF
    mantissas = np.where(is_low, 2 * mantissas, mantissas)
    ratio = (mantissas - 1) / (mantissas + 1)
    series = np.polyval([1 / odd for odd in range(21, 0, -2)], ratio * ratio)
    logarithms: Floats = (exponents - is_low) * _LN_2 + 2 * ratio * series
    return logarithms


def _normal_quantiles(shares: Floats) -> Floats:
    """Return below which number a share (0–1, ends excluded) of the normal distribution lies."""
    off = shares - 0.5
    near = 0.180625 - off * off
    quantiles: Floats = off * np.polyval(_MIDDLE_OVER, near) / np.polyval(_MIDDLE_UNDER, near)
    is_tail = np.abs(off) > 0.425
    tail = np.sqrt(-_logarithms(np.minimum(shares[is_tail], 1.0 - shares[is_tail])))
    close, far = tail - 1.6, tail - 5.0
    sizes = np.where(
        tail <= 5.0,
        np.polyval(_TAIL_OVER, close) / np.polyval(_TAIL_UNDER, close),
        np.polyval(_FAR_OVER, far) / np.polyval(_FAR_UNDER, far),
    )
    quantiles[is_tail] = np.copysign(sizes, off[is_tail])
    return quantiles
