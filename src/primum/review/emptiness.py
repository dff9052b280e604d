"""The check of what is not there: a facet that says nothing.

Owns one remark a facet. Refuses to say what each command needs (`strategy.completeness` does).
"""

from collections.abc import Iterator

from primum.review.remarks import Found, Setting, check
from primum.strategy.completeness import facets


@check("facet-empty", "warning", "Strategies fail by the facet that is missing.")
def facet_empty(setting: Setting) -> Iterator[Found]:
    """Every facet says something."""
    for facet in facets(setting.loaded):
        if not facet.present:
            what = f"the facet `{facet.name}` is empty: it lacks {facet.lacks}."
            yield Found((facet.name,), what, "docs/strategy.md says what it may hold, with an example.")
