"""The example strategies are complete, and their data is what they say it is."""

from datetime import date

import pytest

import primum
from primum.demo.examples import EXAMPLES, build, strategy_text

TODAY = date(2026, 11, 24)
HONEST = {"retailer": ["data-gap", "data-gap"]}
"""What the real retailer's strategy lacks, and says that it lacks."""


@pytest.mark.parametrize("name", EXAMPLES)
def test_an_example_holds_as_a_whole(tmp_path, name):
    (tmp_path / "primum.yaml").write_text(strategy_text(name), encoding="utf-8")
    reviewed = primum.open(tmp_path).review(TODAY)
    assert [r.code for r in reviewed.review.remarks] == HONEST.get(name, [])
    assert all(facet.present for facet in reviewed.review.facets)
    assert not any(reviewed.fails(command) for command in (None, "audit", "backtest", "gate", "plan", "measure"))
    lines = [w.what for w in reviewed.checked.warnings]
    assert [w for w in lines if not w.startswith('pack "common-decency" asks for states')] == []


@pytest.mark.parametrize(("name", "least"), [("bank", 5_000), ("subscription", 8_000)])
def test_every_row_of_the_made_up_data_can_be_read_and_has_its_customer(tmp_path, name, least):
    build(name, tmp_path / "primum.yaml")
    place = primum.open(tmp_path)
    sources = {source.name: source for source in place.history().manifest.sources}
    assert set(sources) == set(place.load().strategy.data.sources)
    assert {source.name: source.rows for source in sources.values() if not source.rows} == {}
    assert sum(source.rejected + source.unlinked for source in sources.values()) == 0
    assert sum(source.rows for source in sources.values()) > least


@pytest.mark.parametrize("name", ["bank", "subscription"])
def test_the_made_up_data_is_the_same_each_time(tmp_path, name):
    for folder in ("one", "two"):
        build(name, tmp_path / folder / "primum.yaml")
    files = sorted(p.relative_to(tmp_path / "one") for p in (tmp_path / "one").rglob("*") if p.is_file())
    assert len(files) > 6
    assert all((tmp_path / "one" / f).read_bytes() == (tmp_path / "two" / f).read_bytes() for f in files)
