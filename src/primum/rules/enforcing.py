"""The same facts, with other rows enforced: what a few rules would change, without laying a bucket out anew.

Owns this one substitution. Refuses to judge. A row that is not enforced is judged and changes nothing, as a rule to be
monitored only.
"""

from collections.abc import Sequence

import numpy as np

from primum.rules.calendar import bits
from primum.rules.layout import ENFORCED, HELD_IF_UNKNOWN, OF_RULES, Facts


def enforcing(facts: Facts, rows: Sequence[int]) -> Facts:
    """The facts with these rows of the rule set enforced, and no other.

    A row that lacks a fact holds nothing back here, whatever its rule says of that: only what is sure changes anything.
    """
    masks, place = facts.masks.copy(), int(facts.tables[OF_RULES])
    masks[place + ENFORCED] = bits(list(rows), masks.shape[1])
    masks[place + HELD_IF_UNKNOWN] = np.uint64(0)
    return facts._replace(masks=masks)
