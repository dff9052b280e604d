"""The schema, as steps that are taken once and in order.

Owns every table, view and guard of the ledger, for both databases. Refuses to change a step that was ever taken: its
hash is kept, and another step is added instead.

Words that differ between the databases stand in braces: `{serial}` a number that grows, `{blob}` bytes,
`{time:COLUMN}` microseconds as an ISO instant, `{json:COLUMN:NAME}` a value of a JSON object. Instants are microseconds
since 1970-01-01T00:00Z. `attributes` is a JSON object: a text, or a list of texts, by name.
"""

import hashlib
import re
from dataclasses import dataclass
from typing import Final, Literal

Kind = Literal["sqlite", "postgresql"]


@dataclass(frozen=True)
class Migration:
    """One step: its number, and the statements that take it."""

    number: int
    name: str
    statements: tuple[str, ...]

    @property
    def digest(self) -> str:
        """A hash of what it does."""
        return hashlib.sha256("\n;\n".join(self.statements).encode()).hexdigest()


_TABLES: Final = (
    """CREATE TABLE strategy_versions (
        version TEXT PRIMARY KEY, content TEXT NOT NULL, registered_at BIGINT NOT NULL)""",
    """CREATE TABLE activations (
        number {serial}, version TEXT NOT NULL, engine TEXT NOT NULL, tzdata TEXT NOT NULL,
        activated_at BIGINT NOT NULL)""",
    """CREATE TABLE customers (
        customer TEXT PRIMARY KEY, zones TEXT NOT NULL, household TEXT, attributes TEXT NOT NULL,
        updated_at BIGINT NOT NULL)""",
    "CREATE INDEX customers_household ON customers (household)",
    "CREATE TABLE aliases (alias TEXT PRIMARY KEY, customer TEXT NOT NULL)",
    "CREATE INDEX aliases_customer ON aliases (customer)",
    "CREATE TABLE inputs (hash TEXT PRIMARY KEY, body {blob} NOT NULL)",
    """CREATE TABLE decisions (
        number {serial}, id TEXT NOT NULL UNIQUE, customer TEXT NOT NULL, contact TEXT NOT NULL,
        department TEXT NOT NULL, communication TEXT NOT NULL, channel TEXT NOT NULL, at BIGINT NOT NULL,
        decided_at BIGINT NOT NULL, decision TEXT NOT NULL, until_at BIGINT, reservation TEXT,
        strategy TEXT NOT NULL, engine TEXT NOT NULL, tzdata TEXT NOT NULL, watermark BIGINT NOT NULL,
        inputs TEXT, place INTEGER NOT NULL, answer TEXT NOT NULL)""",
    "CREATE INDEX decisions_customer ON decisions (customer, decided_at)",
    """CREATE TABLE reservations (
        id TEXT PRIMARY KEY, customer TEXT NOT NULL, contact TEXT NOT NULL, department TEXT NOT NULL,
        at BIGINT NOT NULL, reserved_at BIGINT NOT NULL, expires_at BIGINT NOT NULL, priority DOUBLE PRECISION NOT NULL,
        attributes TEXT NOT NULL)""",
    "CREATE INDEX reservations_customer ON reservations (customer, at)",
    "CREATE INDEX reservations_contact ON reservations (contact)",
    """CREATE TABLE resolutions (
        reservation TEXT PRIMARY KEY, outcome TEXT NOT NULL CHECK (outcome IN ('confirmed', 'released', 'replaced')),
        resolved_at BIGINT NOT NULL, late INTEGER NOT NULL, over_cap INTEGER NOT NULL)""",
    """CREATE TABLE contact_facts (
        number {serial}, source TEXT NOT NULL, id TEXT NOT NULL, customer TEXT NOT NULL, at BIGINT NOT NULL,
        precision_of_at TEXT NOT NULL, status TEXT NOT NULL, status_at BIGINT NOT NULL,
        priority DOUBLE PRECISION NOT NULL, attributes TEXT NOT NULL, reservation TEXT, recorded_at BIGINT NOT NULL,
        UNIQUE (customer, source, id, status, status_at))""",
    "CREATE INDEX contact_facts_reservation ON contact_facts (reservation)",
    """CREATE TABLE response_facts (
        number {serial}, source TEXT NOT NULL, id TEXT NOT NULL, customer TEXT NOT NULL, at BIGINT NOT NULL,
        precision_of_at TEXT NOT NULL, kind TEXT NOT NULL, attributes TEXT NOT NULL, recorded_at BIGINT NOT NULL,
        UNIQUE (customer, source, id))""",
    """CREATE TABLE state_facts (
        number {serial}, source TEXT NOT NULL, id TEXT NOT NULL, customer TEXT NOT NULL, kind TEXT NOT NULL,
        state TEXT NOT NULL, from_at BIGINT, until_at BIGINT, as_of BIGINT, from_precision TEXT NOT NULL,
        until_precision TEXT NOT NULL, scope TEXT NOT NULL, recorded_at BIGINT NOT NULL,
        UNIQUE (customer, source, id))""",
    """CREATE TABLE matches (
        source TEXT NOT NULL, id TEXT NOT NULL, customer TEXT NOT NULL, our_source TEXT NOT NULL, our_id TEXT NOT NULL,
        matched_by TEXT NOT NULL, apart BIGINT NOT NULL, PRIMARY KEY (customer, source, id))""",
    """CREATE TABLE capacity_uses (
        rule TEXT NOT NULL, period BIGINT NOT NULL, contact TEXT NOT NULL, customer TEXT NOT NULL, reservation TEXT,
        amount BIGINT NOT NULL)""",
    "CREATE INDEX capacity_uses_period ON capacity_uses (rule, period)",
    "CREATE INDEX capacity_uses_contact ON capacity_uses (contact)",
    "CREATE INDEX capacity_uses_reservation ON capacity_uses (reservation)",
    """CREATE TABLE idempotency (
        department TEXT NOT NULL, endpoint TEXT NOT NULL, key TEXT NOT NULL, digest TEXT NOT NULL,
        answer TEXT NOT NULL, stored_at BIGINT NOT NULL, PRIMARY KEY (department, endpoint, key))""",
    """CREATE TABLE seeds (
        name TEXT PRIMARY KEY, version TEXT NOT NULL, watermark BIGINT NOT NULL, started_at BIGINT NOT NULL,
        completed_at BIGINT, counts TEXT NOT NULL)""",
    """CREATE TABLE trail (
        number {serial}, at BIGINT NOT NULL, actor TEXT NOT NULL, action TEXT NOT NULL, subject TEXT NOT NULL,
        detail TEXT NOT NULL)""",
)

_NAMED: Final = (
    "channel",
    "department",
    "brand",
    "purpose",
    "topic",
    "communication",
    "content",
    "package",
    "reference",
    "cost",
    "value",
)
_WORDS: Final = ", ".join(f"{{json:attributes:{name}}} AS {name}" for name in _NAMED)

_VIEWS: Final = (
    f"""CREATE VIEW contacts AS
        SELECT source || ':' || id AS id, customer, {{time:at}} AS at, precision_of_at AS precision,
               {_WORDS}, last_status AS status, {{time:last_status_at}} AS status_at, priority, reservation, attributes
        FROM (SELECT f.*, row_number() OVER w AS first_row,
                     first_value(status) OVER v AS last_status, first_value(status_at) OVER v AS last_status_at
              FROM contact_facts f
              WINDOW w AS (PARTITION BY customer, source, id ORDER BY number),
                     v AS (PARTITION BY customer, source, id ORDER BY status_at DESC, number DESC)) told
        WHERE first_row = 1 AND source <> 'history'
        UNION ALL
        SELECT r.contact AS id, customer, {{time:at}} AS at, 'instant' AS precision, {_WORDS},
               CASE WHEN s.outcome IN ('released', 'replaced') THEN 'released'
                    WHEN r.expires_at <= {{now}} THEN 'expired' ELSE 'reserved' END AS status,
               {{time:reserved_at}} AS status_at, priority, r.id AS reservation, attributes
        FROM reservations r LEFT JOIN resolutions s ON s.reservation = r.id
        WHERE NOT EXISTS (SELECT 1 FROM contact_facts f WHERE f.reservation = r.id)""",
    """CREATE VIEW responses AS
        SELECT source || ':' || id AS id, customer, {time:at} AS at, precision_of_at AS precision, kind,
               {json:attributes:channel} AS channel, {json:attributes:brand} AS brand,
               {json:attributes:communication} AS communication, {json:attributes:contact} AS contact, attributes
        FROM response_facts WHERE source <> 'history'""",
    """CREATE VIEW states AS
        SELECT source || ':' || id AS id, customer, state, {time:from_at} AS from_at, {time:until_at} AS until_at,
               {json:scope:channel} AS channel, {json:scope:purpose} AS purpose, {json:scope:topic} AS topic,
               {json:scope:brand} AS brand, {json:scope:address} AS address, {json:scope:account} AS account
        FROM state_facts WHERE source <> 'history' AND kind = 'state'""",
)

_ADDED_ONLY: Final = ("decisions", "reservations", "resolutions", "contact_facts", "response_facts", "trail")
"""Tables whose rows never change: the database itself refuses."""


def migrations(kind: Kind) -> list[Migration]:
    """Every step, in order, in the words of one database."""
    return [
        Migration(number, name, tuple(spelled(s, kind) for s in statements))
        for number, (name, statements) in enumerate(
            (("tables", _TABLES), ("views", _VIEWS), ("guards", _GUARDS[kind])), start=1
        )
    ]


_GUARDS: Final[dict[Kind, tuple[str, ...]]] = {
    "sqlite": tuple(
        f"""CREATE TRIGGER {table}_{change.lower()} BEFORE {change} ON {table}
            BEGIN SELECT RAISE(ABORT, '{table}: facts are only ever added'); END"""
        for table in _ADDED_ONLY
        for change in ("UPDATE", "DELETE")
    ),
    "postgresql": (
        """CREATE FUNCTION primum_refuse_change() RETURNS trigger LANGUAGE plpgsql AS
           $$ BEGIN RAISE EXCEPTION '%: facts are only ever added', TG_TABLE_NAME; END $$""",
        *(
            f"""CREATE TRIGGER {table}_only_added BEFORE UPDATE OR DELETE ON {table}
                FOR EACH STATEMENT EXECUTE FUNCTION primum_refuse_change()"""
            for table in _ADDED_ONLY
        ),
    ),
}

NOW: Final[dict[Kind, str]] = {
    "sqlite": "CAST(round((julianday('now') - 2440587.5) * 86400000) AS INTEGER) * 1000",
    "postgresql": "(extract(epoch FROM clock_timestamp()) * 1000000)::bigint",
}
"""The database's clock in microseconds. SQLite's tells milliseconds."""

_TIME: Final[dict[Kind, str]] = {
    "sqlite": r"(strftime('%Y-%m-%dT%H:%M:%S', \1 / 1000000, 'unixepoch') || printf('.%06dZ', \1 % 1000000))",
    "postgresql": r"""(to_char(to_timestamp(\1 / 1000000) AT TIME ZONE 'UTC', 'YYYY-MM-DD"T"HH24:MI:SS')"""
    r""" || '.' || lpad((\1 % 1000000)::text, 6, '0') || 'Z')""",
}
_JSON: Final[dict[Kind, str]] = {
    "sqlite": r"json_extract(\1, '$.\2')",
    "postgresql": r"(\1::json ->> '\2')",
}
_PLAIN: Final[dict[Kind, dict[str, str]]] = {
    "sqlite": {
        "{serial}": "INTEGER PRIMARY KEY AUTOINCREMENT",
        "{blob}": "BLOB",
        "{any}": "IN (SELECT value FROM json_each(?))",
    },
    "postgresql": {
        "{serial}": "BIGINT GENERATED ALWAYS AS IDENTITY PRIMARY KEY",
        "{blob}": "BYTEA",
        "{any}": "= ANY(?::text[])",
    },
}


def spelled(statement: str, kind: Kind) -> str:
    """A statement in the words of one database."""
    for word, meaning in (_PLAIN[kind] | {"{now}": NOW[kind]}).items():
        statement = statement.replace(word, meaning)
    statement = re.sub(r"\{time:(\w+)\}", _TIME[kind], statement)
    return re.sub(r"\{json:(\w+):(\w+)\}", _JSON[kind], statement)
