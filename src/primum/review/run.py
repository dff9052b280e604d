"""The review of a strategy: every check, in the order of the file.

Owns which checks there are and the record of their answer. Refuses to print.
"""

from dataclasses import dataclass
from typing import Final

from primum.review import channels, data, emptiness, flows, measurement, moments, people, rules
from primum.review.remarks import Setting, checks, remark
from primum.review.results import Remark
from primum.strategy.completeness import Facet, facets

MODULES: Final = (channels, data, emptiness, flows, measurement, moments, people, rules)
"""Where the checks are: importing them registers them."""


@dataclass(frozen=True, slots=True)
class Review:
    """What was remarked, sorted by place, and the ten facets with what each lacks."""

    remarks: tuple[Remark, ...]
    facets: tuple[Facet, ...]

    @property
    def errors(self) -> tuple[Remark, ...]:
        """The remarks that make `primum check` fail."""
        return tuple(r for r in self.remarks if r.level == "error")

    @property
    def warnings(self) -> tuple[Remark, ...]:
        """The others."""
        return tuple(r for r in self.remarks if r.level == "warning")


def review(setting: Setting) -> Review:
    """Every remark about a strategy that can be read."""
    found = (remark(one, f, setting) for one in checks().values() for f in one.look(setting))
    return Review(tuple(sorted(set(found))), tuple(facets(setting.loaded)))
