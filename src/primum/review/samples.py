"""How many customers it takes to see an effect.

Owns the sample of a test of two shares. Refuses to read data: the expected share is somebody's figure.
"""

import math
from statistics import NormalDist
from typing import Final

SIGNIFICANCE: Final = 0.05
POWER: Final = 0.80


def sample_needed(expected: float, effect: float, control: float) -> int | None:
    """Customers in all, control group included, for which a difference of `effect` is seen four times in five.

    Two shares compared two-sided at 5%, by the normal approximation with the variance of each group (Fleiss, Levin and
    Paik, Statistical Methods for Rates and Proportions, 3rd ed., 2003, section 4.3, without the correction for
    continuity), the control group being the share `control` of all.

    Returns: None where no sample would do: no effect, no control group, or everybody in it.
    """
    with_flow = expected + effect if expected + effect <= 1 else expected - effect
    if not (0 < control < 1 and effect > 0 and 0 <= with_flow <= 1):
        return None
    normal = NormalDist()
    reach = normal.inv_cdf(1 - SIGNIFICANCE / 2) + normal.inv_cdf(POWER)
    variance = expected * (1 - expected) / control + with_flow * (1 - with_flow) / (1 - control)
    return math.ceil(reach**2 * variance / effect**2)
