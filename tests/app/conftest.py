"""Made-up companies that several modules of tests look at: built and audited once each."""

from pathlib import Path

import pytest

import primum
from primum.audit.results import AuditResult
from primum.demo.company import build
from primum.demo.truth import Truth

COMPANIES = [(12_000, 3), (40_000, 7), (90_000, 20)]
Brightwater = tuple[Truth, AuditResult, Path]


@pytest.fixture(scope="session", params=COMPANIES, ids=lambda p: f"{p[0]}-seed{p[1]}")
def brightwater(request, tmp_path_factory) -> Brightwater:
    """The made-up company's own account, what the audit finds, and where its files are."""
    folder = tmp_path_factory.mktemp("brightwater")
    contacts, seed = request.param
    truth = build(folder, contacts, seed)
    return truth, primum.open(folder).audit(reveal=True, why="a test"), folder
