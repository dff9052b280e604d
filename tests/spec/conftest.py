"""What every paragraph of the law is held to: the table is decided as drawn, by every engine."""

import pytest

from engines import ENGINES_NOW
from primum.app.decide import ENGINES, differences
from spec.table import case_of


@pytest.fixture(params=ENGINES_NOW)
def law(request):
    """Decide the candidates of a table, and compare with its verdicts."""

    def holds(text):
        case = case_of(text)
        assert case.candidates
        (decisions,) = ENGINES[request.param]([case])
        assert list(differences(case, decisions)) == []

    return holds
