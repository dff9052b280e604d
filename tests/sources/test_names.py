"""Sources, files and mistakes by their names: none is taken for another, each is found in the strategy."""

import pytest

from primum.app.pipeline import connect
from primum.sources import prepare, source_files
from primum.sources.prepare import slug
from primum.sources.resolve import matching
from primum.strategy.load import loads
from primum.strategy.models import Strategy
from primum.words.errors import SourceError
from sources.making import CONTACT, read


def test_sources_whose_names_are_alike_are_two(tmp_path):
    names = ["crm-mail", "crm_mail", "CRM_MAIL", "crm mail", "../crm", "Größe", "grösse", 'a"b', "a'b", "x" * 300]
    (tmp_path / "scratch").mkdir()
    sources = {}
    for number, name in enumerate(names):
        (tmp_path / f"{number}.csv").write_text(f"who,at\nk{number},2026-01-01\n")
        sources[name] = CONTACT | {"files": f"{number}.csv"}
    declared = Strategy.model_validate({"strategy": {"name": "T"}, "data": {"sources": sources}})
    con = connect(tmp_path / "scratch")
    made = [prepare(con, n, s, declared, tmp_path, tmp_path / "scratch") for n, s in declared.data.sources.items()]
    keys = [con.execute(f"SELECT key FROM {p.view}").fetchall() for p in made]
    con.close()
    assert keys == [[(f"k{n}",)] for n in range(len(names))]
    assert sorted(p.name for p in tmp_path.iterdir() if p.suffix != ".csv") == ["scratch"]


def test_ordinary_names_stay_as_they_are():
    assert slug("email_2026") == "email_2026"
    assert len({slug(n) for n in ["a-b", "a_b", "A-B", "a b"]}) == 4


TEXT = """\
strategy: {name: T}
data:
  sources:
    calls:
      kind: contacts
      files: f.csv
      key: {email: mail}
      identifiers: {phone: tel}
      map:
        at: when
        topic: {column: about}
        channel: {sql: uper(who)}
        status: {sql: who + 1}
      attributes:
        wave: wawe
"""


def test_mistakes_of_a_mapping_stand_where_the_strategy_has_them(tmp_path):
    (tmp_path / "f.csv").write_text("who,at,wave\n")
    loaded = loads(TEXT, "primum.yaml")
    con = connect(tmp_path)
    source = loaded.strategy.data.sources["calls"]
    with pytest.raises(SourceError) as caught:
        prepare(con, "calls", source, loaded.strategy, tmp_path, tmp_path, positions=loaded.positions)
    found = {c.what.partition(": ")[2][:26]: c.where for c in caught.value.complaints}
    assert found["there is no column 'mail'."] == "primum.yaml:7:20"
    assert found["there is no column 'tel'."] == "primum.yaml:8:28"
    assert found["there is no column 'when'."] == "primum.yaml:10:13"
    assert found["there is no column 'about'"] == "primum.yaml:11:25"
    assert found["the SQL 'uper(who)' is ref"] == "primum.yaml:12:24"
    assert found["there is no column 'wawe'."] == "primum.yaml:15:15"
    with pytest.raises(SourceError) as caught:
        prepare(con, "calls", source, loaded.strategy, tmp_path, tmp_path)
    assert {c.file for c in caught.value.complaints} == {"f.csv"}
    con.close()


def test_sql_that_does_not_fit_the_columns_is_told_at_once(tmp_path):
    (tmp_path / "f.csv").write_text("who,at\na,2026-01-01\n")
    with pytest.raises(SourceError, match=r"the SQL 'year\(who\)' does not fit: .*year"):
        read(tmp_path, CONTACT | {"files": "f.csv", "map": {"at": "at", "topic": {"sql": "year(who)"}}})


@pytest.mark.parametrize("pattern", ["**x/*.csv", "nowhere/*.csv", "exports", "[", "*.parquet", "../*.nothing"])
def test_patterns_that_match_nothing(tmp_path, pattern):
    (tmp_path / "exports").mkdir()
    declared = Strategy.model_validate(
        {"strategy": {"name": "T"}, "data": {"sources": {"s": CONTACT | {"files": pattern}}}}
    )
    with pytest.raises(SourceError, match="no such file"):
        source_files("s", declared.data.sources["s"], tmp_path)


def test_patterns_are_resolved_in_order_and_names_with_brackets_are_names(tmp_path):
    for name in ("b.csv", "a.csv", "a[1].csv", "deep/c.csv"):
        (tmp_path / name).parent.mkdir(exist_ok=True)
        (tmp_path / name).write_text("x")
    assert [p.name for p in matching(tmp_path, "**/*.csv")] == ["a.csv", "a[1].csv", "b.csv", "c.csv"]
    assert [p.name for p in matching(tmp_path, "a[1].csv")] == ["a[1].csv"]
    assert matching(tmp_path, str(tmp_path / "a.csv")) == [tmp_path / "a.csv"]


def test_a_file_whose_name_tells_no_format(tmp_path):
    (tmp_path / "f.dat").write_text("who,at\na,2026-01-01\n")
    with pytest.raises(SourceError, match=r"does not tell its format.*csv"):
        read(tmp_path, CONTACT | {"files": "f.dat"})
    assert len(read(tmp_path, CONTACT | {"files": "f.dat", "format": "csv"})[0]) == 1
