"""SQL in a strategy, held to an allow-list: what a mapping may compute, and what it may read.

Owns the lists. Refuses everything that is not on them: other tables, files, settings, statements. What passes is
written out again from its syntax tree, with every name quoted and every table replaced by its relation, so nothing of
the original text reaches the engine; and the engine's own reading of a query must agree (`check_tables`).
"""

import json
import re
from collections.abc import Iterable, Iterator, Mapping
from typing import Any

import duckdb
import sqlglot
from sqlglot import exp
from sqlglot.errors import ParseError, TokenError

from primum.words.errors import did_you_mean

DIALECT = "duckdb"


def _words(text: str) -> frozenset[str]:
    return frozenset(text.split())


FUNCTIONS = _words(
    """
    abs ascii ceil ceiling chr coalesce concat concat_ws contains date date_add date_diff date_part date_sub
    date_trunc datediff day dayofmonth dayofweek ends_with epoch epoch_ms floor greatest hour if ifnull initcap
    instr isnull last_day least left length len lower lpad ltrim make_date make_timestamp md5 minute mod month
    nullif power quarter regexp_extract regexp_full_match regexp_like regexp_matches regexp_replace repeat
    replace reverse right round rpad rtrim second sign split split_part starts_with strftime string_split
    strip_accents strptime strpos substr substring to_timestamp trim trunc try_cast try_strptime unicode upper week
    year
    """
)
"""Functions an expression may call."""

AGGREGATES = _words(
    """
    any_value arg_max arg_min array_agg array_distinct array_sort array_to_string avg bool_and bool_or count
    count_if first group_concat last list list_aggregate list_contains list_distinct list_sort logical_and
    logical_or max median min mode row_number rank dense_rank lag lead first_value last_value string_agg sum
    unnest explode array_unique_agg sort_array listagg array_join
    """
)
"""Functions a query may call besides."""

_PARSED_AS = _words(
    """
    date_from_parts pad str_position str_to_time time_to_str time_to_unix timestamp_from_parts timestamp_trunc
    unix_to_time
    """
)
"""What the parser calls functions that the lists name as people write them."""

_SYNTAX = (
    exp.Column,
    exp.Identifier,
    exp.Literal,
    exp.Boolean,
    exp.Null,
    exp.Paren,
    exp.Case,
    exp.If,
    exp.Cast,
    exp.TryCast,
    exp.DataType,
    exp.DataTypeParam,
    exp.Interval,
    exp.Var,
    exp.Binary,
    exp.Unary,
    exp.In,
    exp.Between,
    exp.Tuple,
    exp.Array,
    exp.Bracket,
    exp.DPipe,
    exp.Escape,
)
_QUERY_SYNTAX = (
    exp.Select,
    exp.From,
    exp.Join,
    exp.Where,
    exp.Group,
    exp.Having,
    exp.Order,
    exp.Ordered,
    exp.Limit,
    exp.Offset,
    exp.Distinct,
    exp.Alias,
    exp.Table,
    exp.TableAlias,
    exp.Star,
    exp.Subquery,
    exp.With,
    exp.CTE,
    exp.Union,
    exp.Intersect,
    exp.Except,
    exp.Window,
    exp.WindowSpec,
    exp.Qualify,
    exp.Exists,
    exp.Filter,
    exp.Values,
)


class RefusedSqlError(ValueError):
    """SQL that a strategy may not contain; the message says what and what is allowed."""


def checked_expression(sql: str, columns: Iterable[str]) -> tuple[str, set[str]]:
    """An expression over a source's columns, written out again, and the columns it uses.

    Raises: RefusedSqlError.
    """
    tree = _parsed(f"SELECT {sql}")
    if not isinstance(tree, exp.Select) or len(tree.expressions) != 1 or _extra_clauses(tree):
        raise RefusedSqlError("it must be one expression, not a statement or a list.")
    known = {c.casefold(): c for c in columns}
    used: set[str] = set()
    for node in list(tree.expressions[0].walk()):
        _check_node(node, _SYNTAX, FUNCTIONS)
        if isinstance(node, exp.Column):
            used.add(_check_column(node, known))
    return _written(tree.expressions[0]), used


def checked_query(sql: str, tables: dict[str, str]) -> str:
    """One SELECT over the declared tables, with each table replaced by its relation.

    Args:
        tables: declared name -> relation in the engine.

    Raises: RefusedSqlError.
    """
    tree = _parsed(sql)
    if not isinstance(tree, exp.Select | exp.Union | exp.Intersect | exp.Except):
        raise RefusedSqlError("it must be one SELECT.")
    for node in list(tree.walk()):
        _check_node(node, _SYNTAX + _QUERY_SYNTAX, FUNCTIONS | AGGREGATES)
        if isinstance(node, exp.Column) and not node.table and node.name.casefold() in _VALUES_OF_THE_SESSION:
            raise RefusedSqlError(f"'{node.name}' may be no column; write the table's name and a dot before it.")
    inside = _renamed_parts(tree, tables)
    relations = {t.casefold(): r for t, r in tables.items()}
    for table in list(tree.find_all(exp.Table)):
        _replace_table(table, inside | relations, tables)
    return _written(tree)


def check_tables(con: duckdb.DuckDBPyConnection, sql: str, relations: Iterable[str]) -> None:
    """Hold the engine's own syntax tree of a written-out query against the relations it may read.

    Raises: RefusedSqlError.
    """
    found = con.execute("SELECT json_serialize_sql(?)", [sql]).fetchone()
    tree: dict[str, Any] = json.loads(found[0]) if found else {"error": True}
    if tree["error"] or len(tree["statements"]) != 1:
        raise RefusedSqlError("it is not one SELECT that the engine can read.")
    nodes = list(_nodes(tree))
    allowed = {*relations, *(str(n["key"]) for n in nodes if _is_part(n))}
    for node in nodes:
        if node.get("type") == "TABLE_FUNCTION" or node.get("type") == "SHOW_REF":
            raise RefusedSqlError("a function may not stand where a table belongs.")
        if node.get("type") == "BASE_TABLE":
            whole = (node["table_name"] in allowed, node["schema_name"] == "", node["catalog_name"] == "")
            if not all(whole):
                raise RefusedSqlError(f"'{node['table_name']}' may not be read.")


def _nodes(tree: Any) -> Iterator[dict[str, Any]]:
    if isinstance(tree, dict):
        yield tree
        for value in tree.values():
            yield from _nodes(value)
    elif isinstance(tree, list):
        for value in tree:
            yield from _nodes(value)


def _is_part(node: Mapping[str, Any]) -> bool:
    return isinstance(node.get("value"), dict) and "query" in node["value"] and str(node.get("key")).startswith(_PART)


_PART = "part of the query: "
"""Begins the name of every part (`WITH name AS`) as it is written out, so that no part is named as anything else is."""
_PLAIN_NAME = re.compile(r"[^\W\d]\w*")


def _renamed_parts(tree: exp.Expr, tables: dict[str, str]) -> dict[str, str]:
    """Rename the parts; a name that is out of scope then names nothing, rather than a file or another table."""
    declared = {t.casefold() for t in tables}
    renamed: dict[str, str] = {}
    for clause in tree.find_all(exp.With):
        if clause.recursive:
            raise RefusedSqlError("WITH RECURSIVE may not be used.")
    for part in tree.find_all(exp.CTE):
        name = part.alias
        if not _PLAIN_NAME.fullmatch(name) or name.casefold() in declared:
            why = "is a table already" if name.casefold() in declared else "is no plain name"
            raise RefusedSqlError(f"'{name}' after WITH {why}; choose another name.")
        renamed[name.casefold()] = _PART + name.casefold()
        part.args["alias"].set("this", exp.to_identifier(renamed[name.casefold()], quoted=True))
    return renamed


def _written(tree: exp.Expr) -> str:
    return str(tree.sql(dialect=DIALECT, identify=True, comments=False))


def _parsed(sql: str) -> exp.Expr:
    try:
        statements = [s for s in sqlglot.parse(sql, dialect=DIALECT) if s is not None]
        tokens = sqlglot.tokenize(sql, dialect=DIALECT)
    except (ParseError, TokenError, RecursionError) as error:
        raise RefusedSqlError(f"it is not SQL that can be read: {_first_line(error)}") from None
    if len(statements) != 1:
        raise RefusedSqlError("it must be one statement.")
    if any(t.text == "~" for t in tokens):
        raise RefusedSqlError("'~' may not be used. Write regexp_matches(text, pattern) or regexp_full_match.")
    return statements[0]


def _first_line(error: Exception) -> str:
    details = getattr(error, "errors", None)
    if details:
        first = details[0]
        return f"{first.get('description')} near '{first.get('highlight')}' (character {first.get('col')})"
    return (str(error).splitlines() or ["too deep"])[0]


def _extra_clauses(tree: exp.Select) -> bool:
    return any(value for name, value in tree.args.items() if name not in ("expressions", "kind"))


def _check_node(node: exp.Expr, syntax: tuple[type, ...], functions: frozenset[str]) -> None:
    if isinstance(node, exp.Dot | exp.Kwarg | exp.PropertyEQ | exp.ByteString):
        raise RefusedSqlError(f"'{node.sql(dialect=DIALECT)[:60]}' may not be used.")
    if isinstance(node, exp.DataType) and (node.this not in _TYPES or node.args.get("nested")):
        allowed = ", ".join(sorted({exp.DataType(this=t).sql(dialect=DIALECT) for t in _TYPES}))
        raise RefusedSqlError(f"the type {node.sql(dialect=DIALECT)} may not be used. Allowed: {allowed}.")
    if isinstance(node, exp.Connector | exp.Predicate) and isinstance(node, syntax):
        return
    if isinstance(node, exp.Func) and not isinstance(node, exp.Cast | exp.TryCast | exp.Case | exp.If):
        names = _function_names(node)
        if not names & (functions | _PARSED_AS):
            name = sorted(names)[0]
            raise RefusedSqlError(f"the function '{name}' may not be used. {did_you_mean(name, functions)}")
        return
    if not isinstance(node, syntax):
        raise RefusedSqlError(f"'{node.sql(dialect=DIALECT)[:60]}' ({type(node).__name__.lower()}) may not be used.")


def _function_names(node: exp.Func) -> set[str]:
    if node.key == "anonymous":
        return {str(node.this).casefold()}
    return {n.casefold() for n in node.sql_names()}


def _check_column(node: exp.Column, known: dict[str, str]) -> str:
    written = ".".join(part.name for part in node.parts)
    found = known.get(written.casefold())
    if found is None:
        raise RefusedSqlError(f"there is no column '{written}'. {did_you_mean(written, known.values())}")
    node.replace(exp.column(exp.to_identifier(found, quoted=True)))
    return found


def _replace_table(node: exp.Table, relations: dict[str, str], tables: dict[str, str]) -> None:
    plain = isinstance(node.this, exp.Identifier) and not node.args.get("db") and not node.args.get("catalog")
    if not plain:
        raise RefusedSqlError(f"'{node.sql(dialect=DIALECT)[:60]}' may not be read. {did_you_mean(node.name, tables)}")
    relation = relations.get(node.name.casefold())
    if relation is None:
        raise RefusedSqlError(f"there is no table '{node.name}'. {did_you_mean(node.name, tables)}")
    if not node.alias:
        node.set("alias", exp.TableAlias(this=exp.to_identifier(node.name, quoted=True)))
    node.set("this", exp.to_identifier(relation, quoted=True))


_VALUES_OF_THE_SESSION = _words(
    """
    user current_user session_user current_role current_catalog current_database current_schema current_date today
    current_time current_timestamp get_current_timestamp now localtime localtimestamp
    """
)
"""Names that the engine takes for a clock or a user where no column is called so."""

_T = exp.DataType.Type
_TYPES = frozenset(
    (
        *(_T.TINYINT, _T.SMALLINT, _T.INT, _T.BIGINT, _T.INT128, _T.UTINYINT, _T.USMALLINT, _T.UINT, _T.UBIGINT),
        *(_T.FLOAT, _T.DOUBLE, _T.DECIMAL, _T.BOOLEAN, _T.TEXT, _T.VARCHAR, _T.CHAR),
        *(_T.DATE, _T.TIME, _T.TIMESTAMP, _T.TIMESTAMPNTZ, _T.TIMESTAMPTZ, _T.INTERVAL),
    )
)
"""Types that a value may be cast to."""


def quoted(name: str) -> str:
    """One identifier quoted for the engine."""
    return '"' + name.replace('"', '""') + '"'


def literal(text: str) -> str:
    """One text quoted for the engine."""
    return "'" + text.replace("'", "''") + "'"
