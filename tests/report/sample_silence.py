"""Made-up findings about silence, groups of customers and the worst of them, for the tests of `report`."""

# ruff: noqa: E501

from collections.abc import Callable
from dataclasses import replace

from primum.audit import results as r

SAYS = "Every customer with a contract hears from service once a quarter."


def silence() -> r.Silence:
    """Something of every kind: found, none, and not checkable."""
    old = [r.Unanswered(f"Customer {i}", "complaint", f"2025-0{i}-11", "call", 200 - i, 14 - i) for i in range(1, 9)]
    return r.Silence(
        "2025-12-31",
        (
            r.SilenceRule("heard", SAYS, "service", "harm", None, False, "found", 1, "a quarter", 9_100, 412, 118, 9, 77),
            r.SilenceRule("paper", "Paper twice a year.", None, "courtesy", None, True, "none", 2, "ever", 80, 0, 0, 0, 1),
            r.SilenceRule("vip", "VIPs monthly.", None, "harm", None, False, "not checkable", 1, "a month", 0, 0, 0, 0, 0,
                          "no source supplies the segment vip"),
        ),
        (
            r.Questions("question", "none", 7, 1_204, 900, 1_180, 20, 0, 4),
            r.Questions("complaint", "found", 7, 340, 101, 251, 51, 31, 7, 29, tuple(old)),
        ),
        (
            r.Owed("welcome", "found", 14, 2_000, 611, ("Birthday greeting",)),
            r.Owed("renewal notice", "not checkable", 60, why_not="no source supplies when contracts renew"),
        ),
        (r.Unheard(90, "found", 4_000, 390), r.Unheard(180, "none", 3_900, 0)),
        r.Waste(180, 10, "found", 20_100, 7_044, 98_120),
        r.Reachability(
            "found", 10_000, True, False,
            tuple(r.ReachFigures(c, p, 7_000 - i * 900, 10, 500 + i * 400, 90, 2_400 + i * 500, 4_000 if p == "marketing" else None)
                  for i, c in enumerate(("email", "sms", "call")) for p in ("marketing", "service")),
            8_200,
        ),
    )  # fmt: skip


def by_segment() -> r.BySegment:
    """Three groups by value, and stages that nobody declared."""
    against = tuple(
        r.GroupSeverity(s, n, n // 2, n / 9_000) for s, n in (("never", 4), ("harm", 210), ("courtesy", 900))
    )
    groups = tuple(
        r.GroupFigures(name, 1_000, 900, 9_000 - 2_000 * i, 10.0 - 2 * i, 3, 7, 31 - i, 9_000, against, 700, 210)
        for i, name in enumerate(("top fifth", "lowest fifth", "no purchase"))
    )  # fmt: skip
    return r.BySegment(
        (r.Grouping("value", groups), r.Grouping("stage", (), "the strategy declares no lifecycle stages"))
    )


def worst(people: tuple[r.Person, ...]) -> tuple[r.WorstCustomer, ...]:
    """The people as the ten, with a mark of every kind on the first one's lines."""
    marks = (
        r.LineMark("never", "Nobody who has opted out is advertised to.", "opted-out"),
        r.LineMark("harm", "No calls at night.", "call-hours"),
        r.LineMark("courtesy", "No more than three a week.", "week"),
        r.LineMark("clash", "On the same day as a message from sales."),
        r.LineMark("silence", "Nobody has answered this complaint by 2025-12-31."),
    )
    lines = tuple(replace(x, marks=(marks[i % 5],)) for i, x in enumerate(people[0].timeline))
    first = r.WorstCustomer(("never-event", "clash", "silence"), replace(people[0], timeline=lines))
    return (first, *(r.WorstCustomer(("pressure",), p) for p in people[1:]))


def with_silence(result: r.AuditResult) -> r.AuditResult:
    """The same audit with all of it."""
    return replace(result, silence=silence(), by_segment=by_segment(), worst=worst(result.people))


def hostile(result: r.AuditResult, evil: Callable[[], str]) -> r.AuditResult:
    """The same with hostile text in every place where a company's own words stand."""
    s = silence()
    rules = tuple(replace(x, rule=evil(), says=evil(), owner=evil(), within=evil(), why_not=evil()) for x in s.rules)
    questions = tuple(
        replace(
            q, why_not=evil(), oldest=tuple(replace(u, customer=evil(), channel=evil(), day=evil()) for u in q.oldest)
        )
        for q in s.questions
    )
    owed = tuple(replace(o, communications=(evil(), evil()), why_not=evil()) for o in s.owed)
    channels = tuple(replace(f, channel=evil(), purpose=evil()) for f in s.reachability.channels)
    groupings = tuple(
        replace(g, why_not=g.why_not and evil(), groups=tuple(replace(f, group=evil()) for f in g.groups))
        for g in by_segment().groupings
    )
    people = tuple(
        replace(
            w,
            person=replace(
                w.person,
                timeline=tuple(
                    replace(x, marks=tuple(replace(m, text=evil(), rule=evil()) for m in x.marks))
                    for x in w.person.timeline
                ),
            ),
        )
        for w in worst(result.people)
    )
    reach = replace(s.reachability, channels=channels)
    told = replace(s, end=evil(), rules=rules, questions=questions, owed=owed, reachability=reach)
    return replace(result, silence=told, by_segment=r.BySegment(groupings), worst=people)
