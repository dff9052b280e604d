"""Every published example and regulation in tests/vectors/ is decided as its source says, by every engine."""

import pytest

from engines import ENGINES_NOW
from primum.app.decide import ENGINES, differences
from rules_corpus import VECTORS_READ


def test_no_vector_is_lost():
    assert len(VECTORS_READ) >= 184
    assert len({case.id for case in VECTORS_READ}) == len(VECTORS_READ)
    assert all(case.expect for case in VECTORS_READ)


@pytest.mark.parametrize("engine", ENGINES_NOW)
@pytest.mark.parametrize("case", VECTORS_READ, ids=lambda case: case.id)
def test_vector(case, engine):
    (decisions,) = ENGINES[engine]([case])
    assert list(differences(case, decisions)) == []
