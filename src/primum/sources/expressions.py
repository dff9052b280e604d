"""SQL in a strategy, held to an allow-list: what a mapping may compute, and what it may read.

Owns the lists. Refuses everything that is not on them: other tables, files, settings, statements. What passes is
written out again from its syntax tree, so nothing of the original text reaches the engine.
"""

from collections.abc import Iterable, Iterator

import sqlglot
from sqlglot import exp
from sqlglot.errors import ParseError, TokenError

from primum.words.errors import did_you_mean

DIALECT = "duckdb"

FUNCTIONS = frozenset(
    [
        "abs",
        "ascii",
        "ceil",
        "ceiling",
        "chr",
        "coalesce",
        "concat",
        "concat_ws",
        "contains",
        "date",
        "date_add",
        "date_diff",
        "date_part",
        "date_sub",
        "date_trunc",
        "datediff",
        "day",
        "dayofmonth",
        "dayofweek",
        "ends_with",
        "epoch",
        "epoch_ms",
        "floor",
        "greatest",
        "hour",
        "if",
        "ifnull",
        "initcap",
        "instr",
        "isnull",
        "last_day",
        "least",
        "left",
        "length",
        "len",
        "lower",
        "lpad",
        "ltrim",
        "make_date",
        "make_timestamp",
        "md5",
        "minute",
        "mod",
        "month",
        "nullif",
        "power",
        "quarter",
        "regexp_extract",
        "regexp_full_match",
        "regexp_like",
        "regexp_matches",
        "regexp_replace",
        "repeat",
        "replace",
        "reverse",
        "right",
        "round",
        "rpad",
        "rtrim",
        "second",
        "sign",
        "split",
        "split_part",
        "starts_with",
        "strftime",
        "string_split",
        "strip_accents",
        "strptime",
        "str_position",
        "strpos",
        "str_to_time",
        "substr",
        "substring",
        "time_to_str",
        "to_timestamp",
        "trim",
        "trunc",
        "try_cast",
        "try_strptime",
        "unicode",
        "upper",
        "week",
        "year",
    ]
)
"""Functions an expression may call."""

AGGREGATES = frozenset(
    [
        "any_value",
        "arg_max",
        "arg_min",
        "array_agg",
        "array_distinct",
        "array_sort",
        "array_to_string",
        "avg",
        "bool_and",
        "bool_or",
        "count",
        "count_if",
        "first",
        "group_concat",
        "last",
        "list",
        "list_aggregate",
        "list_contains",
        "list_distinct",
        "list_filter",
        "list_sort",
        "logical_and",
        "logical_or",
        "max",
        "median",
        "min",
        "mode",
        "row_number",
        "rank",
        "dense_rank",
        "lag",
        "lead",
        "first_value",
        "last_value",
        "string_agg",
        "sum",
        "unnest",
        "explode",
        "array_unique_agg",
        "sort_array",
        "listagg",
        "array_join",
    ]
)
"""Functions a query may call besides."""

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
    inner = tree.expressions[0]
    known = {c.casefold(): c for c in columns}
    used: set[str] = set()
    for node in inner.walk():
        _check_node(node, _SYNTAX, FUNCTIONS)
        if isinstance(node, exp.Column):
            used.add(_check_column(node, known))
    return str(inner.sql(dialect=DIALECT)), used


def checked_query(sql: str, tables: dict[str, str]) -> str:
    """One SELECT over the declared tables, with each table replaced by its relation.

    Args:
        tables: declared name -> relation in the engine.

    Raises: RefusedSqlError.
    """
    tree = _parsed(sql)
    if not isinstance(tree, exp.Select | exp.Union | exp.Intersect | exp.Except):
        raise RefusedSqlError("it must be one SELECT.")
    inside = {cte.alias.casefold() for cte in tree.find_all(exp.CTE)}
    relations = {t.casefold(): r for t, r in tables.items()}
    for node in list(tree.walk()):
        _check_node(node, _SYNTAX + _QUERY_SYNTAX, FUNCTIONS | AGGREGATES)
        if isinstance(node, exp.Table):
            _replace_table(node, inside, relations, tables)
    return str(tree.sql(dialect=DIALECT))


def _parsed(sql: str) -> exp.Expr:
    try:
        statements = [s for s in sqlglot.parse(sql, dialect=DIALECT) if s is not None]
    except (ParseError, TokenError) as error:
        raise RefusedSqlError(f"it is not SQL that can be read: {_first_line(error)}") from None
    if len(statements) != 1:
        raise RefusedSqlError("it must be one statement.")
    return statements[0]


def _first_line(error: Exception) -> str:
    details = getattr(error, "errors", None)
    if details:
        return (
            f"{details[0].get('description')} near '{details[0].get('highlight')}' (character {details[0].get('col')})"
        )
    return str(error).splitlines()[0]


def _extra_clauses(tree: exp.Select) -> bool:
    return any(value for name, value in tree.args.items() if name not in ("expressions", "kind"))


def _check_node(node: exp.Expr, syntax: tuple[type, ...], functions: frozenset[str]) -> None:
    if isinstance(node, exp.Connector | exp.Predicate) and isinstance(node, syntax):
        return
    if isinstance(node, exp.Func) and not isinstance(node, exp.Cast | exp.TryCast | exp.Case | exp.If | exp.Connector):
        names = _function_names(node)
        if not names & functions:
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
    if node.table:
        dotted = f"{node.table}.{node.name}"
        if dotted.casefold() in known:
            node.replace(exp.column(exp.to_identifier(known[dotted.casefold()], quoted=True)))
            return known[dotted.casefold()]
    found = known.get(node.name.casefold())
    if found is None:
        raise RefusedSqlError(f"there is no column '{node.name}'. {did_you_mean(node.name, known.values())}")
    node.set("this", exp.to_identifier(found, quoted=True))
    return found


def _replace_table(node: exp.Table, inside: set[str], relations: dict[str, str], tables: dict[str, str]) -> None:
    if not isinstance(node.this, exp.Identifier) or node.args.get("db") or node.args.get("catalog"):
        raise RefusedSqlError(f"'{node.sql(dialect=DIALECT)[:60]}' may not be read. {did_you_mean(node.name, tables)}")
    name = node.name.casefold()
    if name in inside:
        return
    if name not in relations:
        raise RefusedSqlError(f"there is no table '{node.name}'. {did_you_mean(node.name, tables)}")
    if not node.alias:
        node.set("alias", exp.TableAlias(this=exp.to_identifier(node.name, quoted=True)))
    node.set("this", exp.to_identifier(relations[name], quoted=True))


def identifiers(names: Iterable[str]) -> Iterator[str]:
    """Names quoted for the engine."""
    for name in names:
        yield quoted(name)


def quoted(name: str) -> str:
    """One identifier quoted for the engine."""
    return '"' + name.replace('"', '""') + '"'


def literal(text: str) -> str:
    """One text quoted for the engine."""
    return "'" + text.replace("'", "''") + "'"
