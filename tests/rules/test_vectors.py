"""Every published example and regulation in tests/vectors/ is decided as its source says, by every engine."""

from pathlib import Path

import pytest

from primum.app.decide import ENGINES, cases_in, differences

VECTORS = Path(__file__).parent.parent / "vectors"
ENGINES_NOW = ("reference",)
"""Engines that must answer every vector; add `kernel` when it lands."""
CASES = [case for path in sorted(VECTORS.glob("*.yaml")) for case in cases_in(path.read_text("utf-8"), path.name)]


def test_no_vector_is_lost():
    assert len(CASES) >= 184
    assert len({case.id for case in CASES}) == len(CASES)
    assert all(case.expect for case in CASES)


@pytest.mark.parametrize("engine", ENGINES_NOW)
@pytest.mark.parametrize("case", CASES, ids=lambda case: case.id)
def test_vector(case, engine):
    (decisions,) = ENGINES[engine]([case])
    assert list(differences(case, decisions)) == []
