"""What followed contacts that were not sent, against a plain search over small worlds."""

from collections import Counter
from datetime import UTC, datetime

import duckdb
import numpy as np
import pytest

from customers.worlds import World, history_of, made_up, placed, states_table
from primum.backtest.figures import result_of
from primum.backtest.frame import make_frame
from primum.backtest.run import backtest_all
from primum.backtest.stakes import make_stakes_frame
from primum.customers.hearing import make_hearing
from primum.rules.compile import compile_rules
from primum.rules.parse import parse_rules
from primum.strategy.load import loads
from primum.words.contacts import Contact, Customer, Response
from primum.words.vocabulary import ATTEMPTED, RECEIVED

DAY = 24 * 3_600_000_000
STRATEGY = loads(
    "strategy: {name: T}\ncustomers: {attribution: {opened: 2 days}}\nchannels: {email: , sms: }", "primum.yaml"
).strategy
ONE_A_WEEK = parse_rules({"rules": {"one": {"says": "x", "at_most": 1, "within": "7 days", "per": ["purpose"]}}})
WINDOWS = {"opened": 2 * DAY}


def made(con, world, folder, buckets=1):
    history = history_of(con, world, folder, buckets)
    where = placed(history, world)

    def states(number):
        return states_table(world, {n: row for n, (bucket, row) in where.customers.items() if bucket == number})

    hearing = make_hearing(history, compile_rules(world.rules), STRATEGY, states=states)
    frame = make_frame(hearing, "UTC", (), make_stakes_frame(hearing, STRATEGY))
    return frame, backtest_all(frame)


def month(us):
    at = datetime.fromtimestamp(us / 1e6, UTC)
    return at.year, at.month


def first_put_down(world, response, width):
    """The last contact received before a response within its window, of the channel that it names."""
    channel = response.attributes.get("channel")
    fitting = [
        c
        for c in world.contacts
        if c.customer == response.customer and c.status in RECEIVED and 0 <= response.at - c.at < width
        if channel in (None, c.attributes.get("channel"))
    ]
    return max(fitting, key=lambda c: c.at, default=None)


def by_hand(world, lost):
    """(kind -> followed, kind -> expected of like customers), all customers being of one band: nobody buys."""
    followed, anyway = Counter(), Counter()
    first, last = min(c.at for c in world.contacts), max(c.at for c in world.contacts)
    put = [(r, first_put_down(world, r, WINDOWS.get(r.kind, 7 * DAY))) for r in world.responses]
    for response, contact in put:
        followed[response.kind] += contact is not None and contact.id in lost
    for contact in world.contacts:
        if contact.id not in lost or contact.status not in RECEIVED:
            continue
        purpose, when = contact.attributes.get("purpose"), month(contact.at)
        reached = {
            c.customer
            for c in world.contacts
            if c.status in RECEIVED and c.attributes.get("purpose") == purpose and month(c.at) == when
        }
        alike = {c.id for c in world.customers} - reached
        begin = int(datetime(*when, 1, tzinfo=UTC).timestamp()) * 1_000_000
        end = int(datetime(when[0] + when[1] // 12, when[1] % 12 + 1, 1, tzinfo=UTC).timestamp()) * 1_000_000
        watched = (min(end, last + 1) - max(begin, first)) * len(alike)
        following = [
            c.at - contact.at
            for c in world.contacts
            if c.customer == contact.customer and c.status in RECEIVED and c.at > contact.at
        ]
        for kind in {r.kind for r in world.responses}:
            heard = sum(
                r.kind == kind and r.customer in alike and first <= r.at <= last and month(r.at) == when
                for r, c in put
                if c is None or c.attributes.get("purpose") == purpose
            )
            exposed = min([WINDOWS.get(kind, 7 * DAY), *following]) // 1_000_000
            anyway[kind] += exposed * 1e6 * heard / watched if watched else 0
    return +followed, anyway


def small(seed):
    """Twelve customers without households, two months, contacts and responses at instants of their own."""
    rng = np.random.default_rng(seed)
    people = [Customer(f"C{i:02}") for i in range(12)]
    begin = int(datetime(2026, 3, 20, tzinfo=UTC).timestamp()) * 1_000_000
    instants = begin + rng.permutation(30 * 24 * 60)[:160] * 60_000_000
    world = World(ONE_A_WEEK, people, [], [])
    for i, at in enumerate(instants.tolist()):
        who = f"C{int(rng.integers(12)) if i % 2 else int(rng.integers(5)):02}"
        if i % 3:
            told = {"channel": ("email", "sms")[int(rng.integers(2))], "purpose": ("sales", "service")[i % 2]}
            world.contacts.append(Contact(f"c{i}", who, at, ("sent", "bounced")[i % 11 == 0], told))
        else:
            kind = ("opened", "opted_out", "clicked")[int(rng.integers(3))]
            world.responses.append(Response(f"r{i}", who, at, kind, {}))
    for person in people:  # so that everybody is in the history
        at = begin + 40 * DAY + len(world.contacts)
        world.contacts.append(
            Contact(f"z{person.id}", person.id, at, "sent", {"channel": "email", "purpose": "survey"})
        )
    return world


def not_sent(world):
    """One contact of a message class in seven days: the others are stopped."""
    lost, admitted = set(), []
    for c in sorted(world.contacts, key=lambda c: c.at):
        if c.status not in ATTEMPTED:
            continue
        mine = (c.customer, c.attributes["purpose"])
        if any(who == mine and c.at - at < 7 * DAY for who, at in admitted):
            lost.add(c.id)
        else:
            admitted.append((mine, c.at))
    return lost


@pytest.mark.parametrize("seed", range(4))
def test_what_followed_and_what_like_customers_did_are_those_of_a_plain_search(tmp_path, seed):
    world = small(seed)
    with duckdb.connect() as con:
        con.execute("SET TimeZone = 'UTC'")
        frame, total = made(con, world, tmp_path)
    result = result_of(frame, total, "test", 0)
    lost = not_sent(world)
    followed, anyway = by_hand(world, lost)
    assert result.stakes.not_sent == result.ends.stopped == len(lost) > 5
    assert {k.kind: k.followed for k in result.stakes.kinds} == followed
    assert followed
    for kind in result.stakes.kinds:
        assert kind.middle == pytest.approx(min(max(kind.followed - anyway[kind.kind], 0), kind.followed), abs=0.006)
        assert 0 <= kind.middle_least <= kind.middle <= kind.middle_most <= kind.followed
        assert kind.harm == (kind.kind == "opted_out")
        assert (kind.window_days, kind.window_stated) == ((2, True) if kind.kind == "opened" else (7, False))
    assert any(anyway[kind.kind] > 0 for kind in result.stakes.kinds)


def test_any_split_gives_the_same_stakes(tmp_path):
    with duckdb.connect() as con:
        con.execute("SET TimeZone = 'UTC'")
        for world in (small(9), made_up(24, days=True)):
            totals = [made(con, world, tmp_path / f"{id(world)}-{n}", n)[1].counts for n in (1, 4)]
            for name in totals[0]:
                assert np.array_equal(totals[0][name], totals[1][name]), name


def test_no_rules_put_nothing_at_stake(tmp_path):
    world = small(1)
    world.rules = parse_rules({"rules": {}})
    with duckdb.connect() as con:
        con.execute("SET TimeZone = 'UTC'")
        frame, total = made(con, world, tmp_path)
    stakes = result_of(frame, total, "test", 0).stakes
    assert (stakes.not_sent, stakes.kinds, stakes.departments) == (0, (), ())
