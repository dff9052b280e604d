"""SQL of a strategy reaches the declared columns and tables, and nothing else."""

import duckdb
import pyarrow as pa
import pyarrow.parquet as pq
import pytest

from primum.sources.expressions import RefusedSqlError, check_tables, checked_expression, checked_query
from primum.words.errors import SourceError
from sources.making import read

REFUSED_EXPRESSIONS = [
    "read_csv('x')",
    "read_parquet('x')",
    "main.read_text('x')",
    "pg_catalog.pg_ls_dir('x')",
    "getenv('HOME')",
    "current_setting('threads')",
    "set_config('a', 'b')",
    "nextval('s')",
    "query('SELECT 1')",
    "sniff_csv('x')",
    "(SELECT 1)",
    "who IN (SELECT who FROM other)",
    "EXISTS (SELECT 1)",
    "count(*)",
    "#1",
    "COLUMNS('.*')",
    "*",
    "who, at",
    "who AS x",
    "who; SELECT 1",
    "who FROM 'file.csv'",
    "who WHERE true",
    "who -- a comment\n FROM 'file.csv'",
    "who /* */ FROM /* */ 'file.csv'",
    "$1",
    "?",
    "e'a\\nb'",
    "[y FOR y IN who]",
    "list_transform(who, y -> y)",
    "list_transform(who, lambda y: y)",
    "CAST(who AS regclass)",
    "CAST(who AS mine)",
    "{'a': who}",
    "who ~ 'a'",
    "current_date",
    '"current_date"',
    "now()",
    "random()",
    "nope",
    "other.who",
    "who +",
    "'open",
    "",
    "lambda y: y",
    "$$dollar$$",
    "error('x')",
]


@pytest.mark.parametrize("sql", REFUSED_EXPRESSIONS)
def test_expressions_that_are_refused(sql):
    with pytest.raises(RefusedSqlError) as caught:
        checked_expression(sql, ["who", "at"])
    assert len(str(caught.value)) > 15


def test_a_refusal_lists_what_is_allowed_and_the_nearest():
    with pytest.raises(RefusedSqlError, match=r"'uper' may not be used\. Allowed: .*Did you mean 'upper'"):
        checked_expression("uper(who)", ["who"])
    with pytest.raises(RefusedSqlError, match=r"no column 'whom'\. Allowed: at, who\. Did you mean 'who'"):
        checked_expression("whom", ["who", "at"])


@pytest.mark.parametrize(
    "sql",
    [
        "upper(a) || lower(b)",
        "a || '; DROP TABLE x; --'",
        "'it''s'",
        "'a\\'",
        "CASE a WHEN 'Ab' THEN 1 ELSE 2 END",
        "CASE WHEN n > 2 AND NOT b IS NULL THEN 'x' END",
        "n BETWEEN 1 AND 9 OR n IN (1, 2)",
        "n + 1 - 2 * 3 / 4 % 5",
        "n // 2",
        "n ^ 2",
        "-n",
        "CAST(t AS DATE)",
        "TRY_CAST(a AS INTEGER)",
        "n::VARCHAR",
        "CAST(n AS DECIMAL(18, 3))",
        "DATE '2026-01-31' + INTERVAL 1 DAY",
        "t + INTERVAL 2 HOUR",
        "date_diff('day', t, TIMESTAMP '2026-03-01')",
        "date_trunc('month', t)",
        "date_part('hour', t)",
        "year(t)",
        "dayofweek(t)",
        "last_day(t)",
        "strftime(t, '%d.%m.%Y')",
        "strptime('31.01.2026', '%d.%m.%Y')",
        "try_strptime(a, '%Y')",
        "epoch(t)",
        "epoch_ms(t)",
        "make_date(2026, 1, 31)",
        "coalesce(nullif(a, 'Ab'), b, 'z')",
        "concat_ws('-', a, b)",
        "if(n = 5, a, b)",
        "greatest(n, 3)",
        "split_part(b, '-', 2)",
        "string_split(b, '-')[1]",
        "substr(a, 1, 1) || right(b, 1) || left(b, 2)",
        "lpad(a, 5, '0')",
        "strpos(b, '-')",
        "instr(b, '-')",
        "contains(b, '-') AND starts_with(a, 'A')",
        "regexp_extract(b, '(\\w+)-(\\w+)', 2)",
        "regexp_matches(b, 'd')",
        "regexp_full_match(b, 'd')",
        "regexp_replace(b, '[a-z]', 'x', 'g')",
        "a LIKE 'A%' AND a ILIKE 'aB' AND NOT a SIMILAR TO 'x'",
        "a IS DISTINCT FROM b",
        "md5(a)",
        "length(a) + len(b)",
        "round(n / 3.0, 2)",
        "strip_accents('é')",
        "(a)",
        "x.y",
        '"odd ""name"" here"',
    ],
)
def test_expressions_mean_what_the_engine_means(sql):
    """What is written out again gives what the engine makes of the original."""
    con = duckdb.connect()
    con.execute("SET TimeZone = 'UTC'")
    con.execute(
        "CREATE TABLE t AS SELECT 'Ab' AS a, 'cd-ef' AS b, 5 AS n, TIMESTAMP '2026-02-03 04:05:06' AS t, "
        """'dotted' AS "x.y", 'odd' AS "odd ""name"" here" """
    )
    columns = [c[0] for c in con.execute("DESCRIBE t").fetchall()]
    written, used = checked_expression(sql, columns)
    original = '"x.y"' if sql == "x.y" else sql
    assert con.execute(f"SELECT {written} FROM t").fetchall() == con.execute(f"SELECT {original} FROM t").fetchall()
    assert used <= set(columns)
    con.close()


REFUSED_QUERIES = [
    "SELECT * FROM 'f.csv'",
    "FROM 'f.csv'",
    'SELECT * FROM "f.csv"',
    "SELECT * FROM read_csv('f.csv')",
    "SELECT * FROM read_parquet('f')",
    "SELECT * FROM read_text('/etc/passwd')",
    "SELECT * FROM glob('*')",
    "SELECT * FROM sniff_csv('f.csv')",
    "SELECT * FROM query('SELECT 1')",
    "SELECT * FROM query_table('a')",
    "SELECT * FROM duckdb_tables()",
    "SELECT * FROM duckdb_tables",
    "SELECT * FROM pragma_database_list",
    "SELECT * FROM information_schema.tables",
    "SELECT * FROM pg_catalog.pg_class",
    "SELECT * FROM pg_class",
    "SELECT * FROM sqlite_master",
    "SELECT * FROM rows_s_a",
    "SELECT * FROM source_other",
    "SELECT * FROM main.a",
    "SELECT * FROM a, b",
    "SELECT (SELECT content FROM read_text('/etc/passwd')) FROM a",
    "SELECT * FROM a WHERE EXISTS (SELECT 1 FROM 'f.csv')",
    "SELECT getenv('HOME') FROM a",
    "SELECT user FROM a",
    'SELECT "current_date" FROM a',
    "SELECT COLUMNS('.*') FROM a",
    "SELECT #1 FROM a",
    "SELECT * FROM a TABLESAMPLE 10%",
    "PIVOT a ON who",
    "SELECT * FROM a; SELECT * FROM a",
    "COPY a TO 'x.csv'",
    "COPY (SELECT * FROM a) TO 'x.csv'",
    "ATTACH 'x.db'",
    "PRAGMA database_list",
    "SET threads = 1",
    "INSTALL httpfs",
    "LOAD httpfs",
    "CREATE MACRO m(x) AS x",
    "CREATE TABLE b AS SELECT * FROM a",
    "DESCRIBE a",
    "SHOW TABLES",
    "EXPLAIN SELECT * FROM a",
    "SUMMARIZE a",
    "CALL pragma_version()",
    "EXECUTE x",
    "EXPORT DATABASE 'x'",
    "VALUES (1)",
    "WITH RECURSIVE x AS (SELECT 1 UNION ALL SELECT * FROM x) SELECT * FROM x",
    "WITH x AS (SELECT * FROM glob('*')) SELECT * FROM x",
    'WITH "f.csv" AS (SELECT * FROM "f.csv") SELECT * FROM "f.csv"',
    'SELECT s.* FROM (WITH "f.csv" AS (SELECT 1) SELECT * FROM "f.csv") x, "f.csv" s',
    "WITH a AS (SELECT 1) SELECT * FROM a",
    "",
]


@pytest.mark.parametrize("sql", REFUSED_QUERIES)
def test_queries_that_are_refused(sql):
    with pytest.raises(RefusedSqlError):
        checked_query(sql, {"a": "table_s_a"})


def query(folder, sql, **mapping):
    (folder / "f.csv").write_text("who,at,n\na,2026-01-01,1\na,2026-01-02,2\nb,2026-01-03,3\n")
    pq.write_table(pa.table({"who": ["a", "b"], "unit": ["X", "Y"]}), folder / "units.parquet")
    source = {
        "kind": "contacts",
        "tables": {"a": {"files": "f.csv"}, "units": {"files": "units.parquet"}},
        "query": sql,
        "key": {"crm_id": "who"},
        "map": {"at": "at"} | mapping,
    }
    rows, prepared = read(folder, source)
    return [(r["key"], r["at"].day, *(r[m] for m in mapping)) for r in rows], prepared


@pytest.mark.parametrize(
    ("sql", "expected"),
    [
        ("SELECT * FROM a", [("a", 1), ("a", 2), ("b", 3)]),
        ("FROM a WHERE n <> '2'", [("a", 1), ("b", 3)]),
        ("SELECT who, max(at) AS at FROM a GROUP BY who", [("a", 2), ("b", 3)]),
        ("SELECT who, min(at) AS at FROM a GROUP BY ALL ORDER BY ALL", [("a", 1), ("b", 3)]),
        ("SELECT * EXCLUDE (n) FROM a ORDER BY at DESC LIMIT 1", [("b", 3)]),
        ("SELECT unit AS who, at FROM a JOIN units USING (who)", [("X", 1), ("X", 2), ("Y", 3)]),
        ("SELECT u.unit AS who, A.at FROM a AS A LEFT JOIN units u ON u.who = A.who", [("X", 1), ("X", 2), ("Y", 3)]),
        ("WITH few AS (SELECT * FROM a WHERE n < '3') SELECT * FROM few", [("a", 1), ("a", 2)]),
        ("WITH x AS (FROM a), y AS (FROM X WHERE who = 'b') FROM y", [("b", 3)]),
        ("SELECT * FROM a WHERE who IN (SELECT who FROM units WHERE unit = 'Y')", [("b", 3)]),
        ("SELECT who, at FROM a UNION ALL SELECT who, '2026-01-09' FROM units", None),
        ("SELECT who, at FROM a QUALIFY row_number() OVER (PARTITION BY who ORDER BY at) = 1", [("a", 1), ("b", 3)]),
    ],
)
def test_queries_over_the_declared_tables_are_answered(tmp_path, sql, expected):
    got, _ = query(tmp_path, sql)
    assert got == (expected or [("a", 1), ("a", 2), ("a", 9), ("b", 3), ("b", 9)])


def test_a_query_may_gather_lists(tmp_path):
    sql = "SELECT who, min(at) AS at, list(DISTINCT n) AS many FROM a GROUP BY who"
    got, prepared = query(tmp_path, sql, product="many")
    assert got == [("a", 1, "1\x1f2"), ("b", 3, "3")]
    assert [(f.name, f.rows, f.counted) for f in prepared.files] == [
        ("f.csv", 3, False),
        ("units.parquet", 2, False),
        ("query of a, units", 2, True),
    ]


def test_a_part_that_is_out_of_scope_names_nothing(tmp_path):
    """Not a file, not the engine's own tables, not another source's view."""
    with pytest.raises(SourceError, match=r"the query (is refused|fails)"):
        query(tmp_path, "SELECT * FROM (WITH duckdb_views AS (FROM a) FROM duckdb_views) x, duckdb_views")


def test_the_engine_must_read_the_same_tables():
    con = duckdb.connect()
    written = checked_query("WITH x AS (SELECT * FROM a) SELECT x.* FROM x, a", {"a": "table_s_a"})
    check_tables(con, written, ["table_s_a"])
    slipped_through = ["SELECT * FROM 'f.csv'", "SELECT * FROM glob('*')", "SELECT * FROM s.table_s_a", "SHOW TABLES"]
    for sql in [*slipped_through, "WITH \"f.csv\" AS (SELECT 1) SELECT * FROM 'f.csv'", "SELECT 1; SELECT 2"]:
        with pytest.raises(RefusedSqlError):
            check_tables(con, sql, ["table_s_a"])
    con.close()
