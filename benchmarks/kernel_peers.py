"""What else could judge a history by the plain rule set of the yardsticks, for `benchmarks/kernel.py`.

`loops`: pandas and Python, customer after customer, as one would write it by hand; the only peer whose answer is right.
`DuckDb` and `polars_windows`: window functions. They count what was *sent*, not what was admitted, because a window
cannot depend on its own answer; so they hold back too much, and the benchmark says how much.
`limiter`: the library `limits`, moving windows in memory; it knows the eight caps and nothing else (no hours, no
opt-outs, no complaints, no incompatible pairs).
"""

from bisect import bisect_left
from datetime import UTC, datetime
from types import SimpleNamespace
from zoneinfo import ZoneInfo

import duckdb
import pandas as pd
import polars as pl
import pyarrow as pa
from limits import RateLimitItemPerSecond
from limits.storage import MemoryStorage
from limits.storage import memory as limits_memory
from limits.strategies import MovingWindowRateLimiter

HOUR, DAY = 3_600_000_000, 86_400_000_000
EXEMPT = ("service_notice", "security", "bill")
PAIRS = {
    "c1": ("promo", "collections"),
    "c2": ("promo", "apology"),
    "c3": ("crosssell", "collections"),
    "c4": ("winback", "collections"),
    "c5": ("survey", "apology"),
    "c6": ("newsletter", "collections"),
    "c7": ("crosssell", "apology"),
    "c8": ("promo", "security"),
}
CAPS = {
    "all-5": (None, None, 5, 7 * DAY),
    "email-3": ("channel", "email", 3, 7 * DAY),
    "sms-1": ("channel", "sms", 1, DAY),
    "push-2": ("channel", "push", 2, DAY),
    "department-3": ("department", "*", 3, 7 * DAY),
    "promo-4": ("purpose", "promo", 4, 30 * DAY),
    "gap-4h": (None, None, 1, 4 * HOUR),
}
"""The caps with elapsed windows: whom they govern and count (an attribute, its value or each by itself), n, width."""


# pandas and Python


def loops(contacts: pd.DataFrame, zones: list[str], states: pd.DataFrame) -> list[frozenset[str]]:
    """For each contact, in order, the rules that are broken by what was admitted before it."""
    known = {name: ZoneInfo(name) for name in set(zones)}
    held = {c: g.to_dict("records") for c, g in states.groupby("customer")}
    answers: list[frozenset[str]] = []
    for customer, own in contacts.groupby("customer", sort=False):
        admitted: list[tuple] = []
        for contact in zip(own["at"], own["channel"], own["department"], own["purpose"], strict=True):
            at, _, _, purpose = contact
            local = datetime.fromtimestamp(at / 1e6, UTC).astimezone(known[zones[customer]])
            broken = set() if purpose in EXEMPT else _broken(contact, local, admitted, held.get(customer, []))
            answers.append(frozenset(broken))
            if not broken:
                admitted.append((*contact, local.date()))
    return answers


def _broken(contact: tuple, local: datetime, admitted: list[tuple], held: list[dict]) -> set[str]:
    at, channel, department, purpose = contact
    broken = set()
    mine = {"channel": channel, "department": department, "purpose": purpose}
    place = {"channel": 1, "department": 2, "purpose": 3}
    first = {w: bisect_left(admitted, (at - w + 1,)) for w in (4 * HOUR, DAY, 3 * DAY, 7 * DAY, 30 * DAY)}
    for name, (attribute, value, most, width) in CAPS.items():
        if attribute is not None and value not in ("*", mine[attribute]):
            continue
        recent = admitted[first[width] :]
        if attribute is not None:
            recent = [a for a in recent if a[place[attribute]] == mine[attribute]]
        if len(recent) >= most:
            broken.add(name)
    if sum(a[4] == local.date() for a in admitted[max(0, len(admitted) - 3) :]) >= 3:
        broken.add("day-3")
    recent = {a[3] for a in admitted[first[3 * DAY] :]}
    for name, (one, other) in PAIRS.items():
        if (purpose == one and other in recent) or (purpose == other and one in recent):
            broken.add(name)
    spoken = channel not in ("post", "inapp")
    if spoken and not 8 <= local.hour < 21:
        broken.add("hours")
    for state in held:
        if state["start"] <= at < state["until"]:
            if state["state"] == "opted_out" and state["channel"] == channel:
                broken.add("opted-out")
            if state["state"] == "complaint_open" and spoken:
                broken.add("complaint")
    return broken


# Windows


class DuckDb:
    """DuckDB, two threads: one statement of window functions over what was sent."""

    def __init__(self, contacts: pa.Table, zones: pa.Table, states: pa.Table) -> None:
        self._con = duckdb.connect()
        self._con.execute("SET threads = 2; SET TimeZone = 'UTC'")
        for name, table in (("contacts", contacts), ("zones", zones), ("states", states)):
            self._con.register(f"{name}_given", table)
            self._con.execute(f"CREATE TABLE {name} AS FROM {name}_given")

    def admits(self) -> float:
        """The share that no rule holds back."""
        columns = [f"{_count(*cap)} AS {_sql(name)}" for name, cap in CAPS.items()]
        columns += [f"{_pair(one, other)} AS {name}" for name, (one, other) in PAIRS.items()]
        broken = " OR ".join([*(_sql(n) for n in CAPS), *PAIRS, "day_3", "hours", "opted", "complaint"])
        sql = f"""
            WITH local AS (
                SELECT c.*, timezone(zone, "at"::TIMESTAMPTZ) AS wall,
                    EXISTS (FROM states s WHERE s.customer = c.customer AND state = 'opted_out'
                        AND s.channel = c.channel AND c."at" >= start AND c."at" < until) AS opted,
                    channel NOT IN ('post', 'inapp') AND EXISTS (FROM states s WHERE s.customer = c.customer
                        AND state = 'complaint_open' AND c."at" >= start AND c."at" < until) AS complaint
                FROM contacts c JOIN zones z ON z.customer = c.customer),
            judged AS (
                SELECT *, {", ".join(columns)},
                    count(*) OVER (PARTITION BY customer, wall::DATE ORDER BY "at", id
                        ROWS BETWEEN UNBOUNDED PRECEDING AND 1 PRECEDING) >= 3 AS day_3,
                    channel NOT IN ('post', 'inapp') AND (hour(wall) < 8 OR hour(wall) >= 21) AS hours
                FROM local)
            SELECT avg((purpose IN {EXEMPT} OR NOT ({broken}))::INT) FROM judged"""
        return float(self._con.execute(sql).fetchone()[0])


def _sql(name: str) -> str:
    return name.replace("-", "_")


def _window(width: int, partition: str = "") -> str:
    span = f"RANGE BETWEEN to_microseconds({width - 1}) PRECEDING AND CURRENT ROW"
    return f'OVER (PARTITION BY customer{partition} ORDER BY "at" {span})'


def _count(attribute: str | None, value: str | None, most: int, width: int) -> str:
    if attribute is None:
        return f"count(*) {_window(width)} > {most}"
    if value == "*":
        return f"count(*) {_window(width, ', ' + attribute)} > {most}"
    mine = f"{attribute} = '{value}'"
    return f"{mine} AND count(*) FILTER ({mine}) {_window(width)} > {most}"


def _pair(one: str, other: str) -> str:
    ways = ((one, other), (other, one))
    return " OR ".join(
        f"(purpose = '{a}' AND count(*) FILTER (purpose = '{b}') {_window(3 * DAY)} > 0)" for a, b in ways
    )


def polars_windows(contacts: pl.DataFrame, zones: pl.DataFrame, states: pl.DataFrame) -> float:
    """The share that no rule holds back, by rolling sums over what was sent."""
    rolled = [_rolled(name, *cap) for name, cap in CAPS.items() if cap[1] != "*"]
    purposes = sorted({p for pair in PAIRS.values() for p in pair})
    rolled += [_near(p) for p in purposes]
    local = contacts.join(zones, on="customer", maintain_order="left").with_columns(one=pl.lit(1))
    local = pl.concat(
        own.with_columns(
            wall=pl.col("at").dt.replace_time_zone("UTC").dt.convert_time_zone(zone).dt.replace_time_zone(None)
        )
        for (zone,), own in local.partition_by("zone", as_dict=True).items()
    ).sort("customer", "at", "id")
    spoken = ~pl.col("channel").is_in(["post", "inapp"])
    judged = local.with_columns(*rolled).with_columns(
        pl.col("one").rolling_sum_by("at", "7d").over("customer", "department").gt(3).alias("department-3"),
        pl.col("one").cum_sum().over("customer", pl.col("wall").dt.date()).gt(3).alias("day-3"),
        (spoken & ~pl.col("wall").dt.hour().is_between(8, 20)).alias("hours"),
        *(_clash(name, one, other) for name, (one, other) in PAIRS.items()),
    )
    held = contacts.select("id", "customer", "at", "channel").join(states, on="customer", suffix="_of")
    held = held.filter(pl.col("at") >= pl.col("start"), pl.col("at") < pl.col("until")).filter(
        ((pl.col("state") == "opted_out") & (pl.col("channel") == pl.col("channel_of")))
        | ((pl.col("state") == "complaint_open") & spoken)
    )
    judged = judged.with_columns(held=pl.col("id").is_in(held["id"].implode()))
    names = [*CAPS, *PAIRS, "day-3", "hours", "held"]
    admitted = pl.col("purpose").is_in(EXEMPT) | ~pl.any_horizontal(names)
    return float(judged.select(admitted.mean()).item())


def _rolled(name: str, attribute: str | None, value: str | None, most: int, width: int) -> pl.Expr:
    counted = pl.col("one") if attribute is None else (pl.col(attribute) == value).cast(pl.Int64)
    found = counted.rolling_sum_by("at", f"{width}us").over("customer") > most
    return (found if attribute is None else found & (pl.col(attribute) == value)).alias(name)


def _near(purpose: str) -> pl.Expr:
    counted = (pl.col("purpose") == purpose).cast(pl.Int64)
    return counted.rolling_sum_by("at", "3d").over("customer").gt(0).alias(f"near {purpose}")


def _clash(name: str, one: str, other: str) -> pl.Expr:
    ways = [(pl.col("purpose") == a) & pl.col(f"near {b}") for a, b in ((one, other), (other, one))]
    return pl.any_horizontal(ways).alias(name)


# The library `limits`


def limiter(contacts: list[tuple[int, int, str, str, str]]) -> int:
    """How many contacts the moving windows of `limits` let through; time is told to it, not read."""
    clock = SimpleNamespace(now=0.0)
    real = limits_memory.time
    limits_memory.time = SimpleNamespace(time=lambda: clock.now)
    try:
        return _let_through(contacts, clock)
    finally:
        limits_memory.time = real


def _let_through(contacts: list[tuple[int, int, str, str, str]], clock: SimpleNamespace) -> int:
    limiting = MovingWindowRateLimiter(MemoryStorage())
    items = {
        name: (place, value, RateLimitItemPerSecond(most, width // 1_000_000, namespace=name))
        for name, (place, value, most, width) in (*CAPS.items(), ("day-3", (None, None, 3, DAY)))
    }
    admitted = 0
    for customer, at, channel, department, purpose in contacts:
        clock.now = at / 1e6
        if purpose in EXEMPT:
            continue
        mine = {"channel": channel, "department": department, "purpose": purpose}
        asked = [
            (item, (str(customer), mine.get(place, "")))
            for place, value, item in items.values()
            if place is None or value in ("*", mine[place])
        ]
        told = [limiting.test(item, *key) for item, key in asked]  # every cap answers, as every rule of ours does
        if all(told):
            admitted += 1
            for item, key in asked:
                limiting.hit(item, *key)
    return admitted
