"""Facts from Arrow tables give the answers that facts from records give, however a batch is split."""

from dataclasses import dataclass, replace
from random import Random

import pyarrow as pa
import pytest

from generators.cases import make_case
from generators.choosing import by_seed
from generators.deciding import case_of
from primum.rules.compile import compile_rules
from primum.rules.judge import VERDICTS, decide, judge, rules_of
from primum.rules.layout import FOREVER
from primum.rules.tables import Tables, facts_of_tables
from primum.words.contacts import Candidate, Contact, Response
from primum.words.vocabulary import ATTEMPTED

ATTRIBUTES = ("channel", "purpose", "brand", "content", "package", "tags")
CUSTOMERS = 12


@dataclass
class World:
    """The same customers and events as records; the rule set of the first made-up case holds for all."""

    rules: object
    customers: list
    contacts: list
    responses: list


def made_up(seed, use, *, days):
    """Many customers out of as many made-up cases."""
    cases = [case_of(make_case(by_seed(1000 * seed + n), use, plain=True, days=days)) for n in range(CUSTOMERS)]
    world = World(cases[0].rules, [], [], [])
    for number, case in enumerate(cases):
        name = f"c{number:02}"
        world.customers.append(replace(case.customer, id=name))
        for event in (*case.history, *case.candidates):
            own = replace(event, id=f"{name}-{event.id}", customer=name)
            (world.responses if isinstance(event, Response) else world.contacts).append(own)
    world.contacts.sort(key=lambda c: (c.customer, c.at, -c.priority, c.id))
    world.responses.sort(key=lambda r: (r.customer, r.at))
    return world


def by_records(world, use):
    """Per contact that was attempted: verdict, until, broken rules, and when each alone would be satisfied."""
    asked = [candidate(c) for c in world.contacts if status(c) in ATTEMPTED]
    others = [c for c in world.contacts if status(c) not in ATTEMPTED and isinstance(c, Contact)]
    found = decide(world.rules, world.customers, [*world.responses, *others], [], asked, use)
    return {d.candidate: (d.decision, d.until, {*d.reasons, *d.shadow}, set(d.unevaluated)) for d in found}


def status(contact):
    return "sent" if contact.status == "proposed" else contact.status


def candidate(c):
    return Candidate(c.id, c.customer, c.at, c.attributes, c.priority, None, c.precision, status(c))


def by_tables(world, use, *, encode=False):
    compiled = compile_rules(world.rules)
    batch = facts_of_tables(compiled, tables_of(world, encode))
    judged = judge(compiled, batch.facts, use, batch.ask_start, batch.asks, alone=True)
    names, found = [r.name for r in world.rules.rules], {}
    for a, row in enumerate(batch.asks[:, 0].tolist()):
        until = None if judged.until[a] == FOREVER else int(judged.until[a])
        broken, lacking = (rules_of(compiled, m[a]) for m in (judged.broken, judged.unevaluated))
        answer = VERDICTS[judged.verdict[a]], until, {names[r] for r in broken}, {names[r] for r in lacking}
        found[world.contacts[row].id] = answer
    return found


def tables_of(world, encode):
    number = {c.id: i for i, c in enumerate(world.customers)}
    contacts = events(world.contacts, number) | {
        "status": [status(c) for c in world.contacts],
        "priority": [c.priority for c in world.contacts],
    }
    table = pa.table(contacts)
    if encode:
        table = dictionaries(table)
    responses = events(world.responses, number) | {"kind": pa.array([r.kind for r in world.responses], pa.string())}
    return Tables(people(world.customers), table, pa.table(responses), states(world.customers))


def events(rows, number):
    found = {
        "customer": pa.array([number[e.customer] for e in rows], pa.int32()),
        "at": pa.array([e.at for e in rows], pa.timestamp("us", tz="UTC")),
        "at_precision": pa.array([e.precision for e in rows], pa.string()),
    }
    return found | {name: column([e.attributes for e in rows], name) for name in ATTRIBUTES}


def column(rows, name):
    values = [row.get(name) for row in rows]
    if name != "tags":
        return pa.array(values, pa.string())
    return pa.array([[v] if isinstance(v, str) else v for v in values], pa.list_(pa.string()))


def dictionaries(table):
    """The same table with its texts as dictionaries, in another order."""
    for i, name in enumerate(table.column_names):
        if pa.types.is_string(table[name].type):
            table = table.set_column(i, name, table[name].combine_chunks().dictionary_encode())
    return table


def people(customers):
    return pa.table(
        {
            "id": [c.id for c in customers],
            "zones": pa.array([list(c.zones) for c in customers], pa.list_(pa.string())),
            "tier": pa.array([c.attributes.get("tier") for c in customers], pa.string()),
        }
    )


def states(customers):
    """A row per state; one that names several channels has a row for each."""
    rows = [
        (number, kind, s, channel)
        for number, c in enumerate(customers)
        for kind, held in (("state", c.states), ("segment", c.segments))
        for s in held
        for channel in several(s.scope.get("channel"))
    ]
    instants = {
        name: pa.array([getattr(s, name) for _, _, s, _ in rows], pa.int64()) for name in ("start", "until", "as_of")
    }
    return pa.table(
        {
            "customer": pa.array([r[0] for r in rows], pa.int32()),
            "kind": pa.array([r[1] for r in rows], pa.string()),
            "state": pa.array([r[2].name for r in rows], pa.string()),
            **instants,
            "start_precision": pa.array([r[2].start_precision for r in rows], pa.string()),
            "until_precision": pa.array([r[2].until_precision for r in rows], pa.string()),
            "channel": pa.array([r[3] for r in rows], pa.string()),
        }
    )


def several(value):
    return value if isinstance(value, tuple) else (value,)


@pytest.mark.parametrize("use", ["audit", "backtest"])
@pytest.mark.parametrize("days", [False, True], ids=["instants", "days"])
def test_tables_answer_as_records_do(use, days):
    bitten = 0
    for seed in range(12):
        world = made_up(seed, use, days=days)
        answers = by_tables(world, use)
        assert answers == by_records(world, use), seed
        bitten += any(broken for _, _, broken, _ in answers.values())
    assert bitten > 4


def test_how_texts_are_encoded_changes_nothing():
    for seed in range(6):
        world = made_up(seed, "backtest", days=False)
        assert by_tables(world, "backtest", encode=True) == by_tables(world, "backtest")


def test_splitting_a_batch_of_customers_changes_nothing():
    for seed in range(6):
        world, choose = made_up(seed, "backtest", days=seed % 2 == 0), Random(seed)
        whole, apart = by_tables(world, "backtest"), {}
        names = [c.id for c in world.customers]
        choose.shuffle(names)
        while names:
            taken = {names.pop() for _ in range(min(len(names), choose.randint(1, 5)))}
            apart |= by_tables(part(world, taken), "backtest")
        assert apart == whole


def part(world, names):
    return World(
        world.rules,
        [c for c in world.customers if c.id in names],
        [c for c in world.contacts if c.customer in names],
        [r for r in world.responses if r.customer in names],
    )


def test_contacts_out_of_order_are_refused():
    world = made_up(1, "audit", days=False)
    world.contacts.reverse()
    with pytest.raises(ValueError, match="must be sorted"):
        by_tables(world, "audit")
