"""Made-up customers, written as a history and kept as records, so that both ways can be compared."""

import json
from dataclasses import dataclass, replace
from datetime import UTC, datetime

import pyarrow as pa

from generators.cases import make_case
from generators.choosing import by_seed
from generators.deciding import case_of
from history.small import make_history
from primum.history import History
from primum.rules import reference
from primum.rules.model import RuleSet
from primum.strategy.models import Strategy
from primum.words.contacts import Candidate, Contact, Customer, Response, State
from primum.words.vocabulary import ATTEMPTED
from views import source

CUSTOMERS = 12
CONTENTS = {"c1": 11, "c2": 12}
OPEN = {"files": "x.csv", "kind": "contacts", "attributes": {"tags": "tags"}}
STRATEGY = Strategy.model_validate({"strategy": {"name": "Test"}, "data": {"sources": {"sent": OPEN}}})


@dataclass
class World:
    """Customers (two of each three share a household) and what happened to them; one rule set for all."""

    rules: RuleSet
    customers: list[Customer]
    contacts: list[Contact]
    responses: list[Response]


def made_up(seed: int, *, days: bool) -> World:
    """Many customers out of as many made-up cases, the rules of another one."""
    rules = case_of(make_case(by_seed(77_000 + seed), "backtest")).rules
    world = World(rules, [], [], [])
    for number in range(CUSTOMERS):
        case = case_of(make_case(by_seed(1000 * seed + number), "backtest", plain=True, days=days))
        name = f"C{number:02}"
        household = f"H{number // 3}" if number % 3 else None
        zones = case.customer.zones[:1] if number % 5 else ()
        world.customers.append(replace(case.customer, id=name, household=household, zones=zones))
        for event in (*case.history, *case.candidates):
            own = replace(event, id=f"{name}-{event.id}", customer=name)
            if isinstance(event, Response):
                world.responses.append(own)
            else:
                world.contacts.append(_as_contact(own))
    return world


def _as_contact(event: Contact | Candidate) -> Contact:
    status = "sent" if event.status == "proposed" else event.status
    return Contact(event.id, event.customer, event.at, status, event.attributes, event.priority, event.precision)


def moment(us: int | None) -> datetime | None:
    return (
        None
        if us is None
        else datetime.fromtimestamp(us // 1_000_000, UTC).replace(tzinfo=None, microsecond=us % 1_000_000)
    )


def history_of(con, world: World, folder, buckets: int = 1) -> History:
    """The same world as a history; a contact's place among `world.contacts` is its file row less 2."""
    said = source(con, "sent", "contacts", [_contact(c) for c in world.contacts])
    heard = source(con, "heard", "responses", [_response(r) for r in world.responses] or [_response(_NOBODY)])
    held = [row for c in world.customers for s in c.states for row in _state(c.id, s)] or [_NOTHING_HELD]
    known = source(con, "states", "states", held)
    people = source(con, "people", "customers", [_customer(c) for c in world.customers])
    sources = [_with_open(said), heard, known, _with_open(people)]
    return make_history(con, sources, folder, buckets)


_NOBODY = Response("none", "none", 0, "opened", {})
_NOTHING_HELD = {"key": "none", "state": "nothing", "from": None, "until": None, "channel": None}


def _with_open(view):
    return replace(view, columns={**view.columns, "attributes": "text"})


def _contact(c: Contact) -> dict:
    told = c.attributes
    tags = told.get("tags")
    listed = {"tags": list(tags) if isinstance(tags, tuple) else tags}
    return {
        "key": c.customer,
        "id": c.id,
        "at": moment(c.at),
        "at_precision": c.precision,
        "status": c.status,
        "priority": c.priority,
        "content": CONTENTS.get(told.get("content")),
        **{n: told.get(n) for n in ("channel", "purpose", "brand", "package")},
        "attributes": json.dumps(listed, separators=(",", ":")) if tags else None,
    }


def _response(r: Response) -> dict:
    channel = r.attributes.get("channel")
    return {
        "key": r.customer,
        "id": r.id,
        "at": moment(r.at),
        "at_precision": r.precision,
        "kind": r.kind,
        "channel": channel,
    }


def _state(customer: str, state: State) -> list[dict]:
    """A row for each channel that a state names."""
    return [
        {
            "key": customer,
            "state": state.name,
            "from": moment(state.start),
            "until": moment(state.until),
            "channel": channel,
        }
        for channel in _several(state.scope.get("channel"))
    ]


def _customer(c: Customer) -> dict:
    tier = c.attributes.get("tier")
    return {
        "key": c.id,
        "zone": c.zones[0] if c.zones else None,
        "identifier_household": c.household,
        "attributes": json.dumps({"tier": tier}) if tier else None,
    }


def states_table(world: World, places: dict[str, int]):
    """States and segments as `Hearing.states` gives them; `places`: customer -> row in the bucket."""
    rows = [
        (places[c.id], kind, s, channel)
        for c in world.customers
        if c.id in places
        for kind, held in (("state", c.states), ("segment", c.segments))
        for s in held
        for channel in _several(s.scope.get("channel"))
    ]
    instants = {n: pa.array([getattr(s, n) for _, _, s, _ in rows], pa.int64()) for n in ("start", "until", "as_of")}
    precise = ("start_precision", "until_precision")
    return pa.table(
        {
            "customer": pa.array([r[0] for r in rows], pa.int32()),
            "kind": pa.array([r[1] for r in rows], pa.string()),
            "state": pa.array([r[2].name for r in rows], pa.string()),
            **instants,
            **{n: pa.array([getattr(s, n) for _, _, s, _ in rows], pa.string()) for n in precise},
            "channel": pa.array([r[3] for r in rows], pa.string()),
        }
    )


def _several(value):
    return value if isinstance(value, tuple) else (value,)


@dataclass
class Placed:
    """Where the world's customers and contacts lie in a history: bucket and row."""

    customers: dict[str, tuple[int, int]]
    contacts: dict[tuple[int, int], int]
    """(bucket, place in the file) -> place among `World.contacts`."""
    hashed: dict[str, str]


def placed(history: History, world: World) -> Placed:
    """Find the world again by the rows of its file."""
    found = Placed({}, {}, {})
    for bucket in history.buckets:
        table = history.table("contacts", bucket, ["customer", "row"])
        ids = history.customers(bucket, ["id"])["id"].to_pylist()
        for place, row in enumerate(table.to_pylist() if table is not None else []):
            contact = row["row"] - 2
            name = world.contacts[contact].customer
            found.customers[name] = (bucket, row["customer"])
            found.contacts[bucket, place] = contact
            found.hashed[name] = ids[row["customer"]]
    return found


def by_reference(world: World, where: Placed, use: str) -> dict[str, tuple]:
    """The reference's decision on each contact that was attempted, by its id.

    Ids stand for places in the history, since those are what ties are settled by; hold-outs see hashed ids.
    """
    order = {contact: f"{place:06}" for (_, place), contact in where.contacts.items()}
    found = {}
    units: dict[str, list[Customer]] = {}
    for c in world.customers:
        own = replace(c, id=where.hashed[c.id])
        units.setdefault(c.household or c.id, []).append(own)
    for members in units.values():
        ids = {m.id for m in members}
        renamed = [
            replace(c, id=order[i], customer=where.hashed[c.customer])
            for i, c in enumerate(world.contacts)
            if where.hashed[c.customer] in ids
        ]
        given = {order[i]: c.id for i, c in enumerate(world.contacts)}
        heard = [replace(r, customer=where.hashed[r.customer]) for r in world.responses]
        heard = [r for r in heard if r.customer in ids]
        asked = [_candidate(c) for c in renamed if c.status in ATTEMPTED]
        others = [c for c in renamed if c.status not in ATTEMPTED]
        decided = reference.decide(world.rules, members[0], [*heard, *others], [], asked, use, members[1:])
        found |= {
            given[d.candidate]: (d.decision, d.until, {*d.reasons, *d.shadow}, set(d.unevaluated)) for d in decided
        }
    return found


def _candidate(c: Contact) -> Candidate:
    return Candidate(c.id, c.customer, c.at, c.attributes, c.priority, None, c.precision, c.status)
