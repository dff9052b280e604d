"""What to fix first: every cure against the readable law, customer by customer, and the choice against plain Python."""

import random
from dataclasses import replace
from datetime import datetime, timedelta

import duckdb
import pytest

from audit.ruled import swept
from primum.audit import cures as c
from primum.audit.clashes import clashes
from primum.audit.cure_counts import make_trial, over_buckets, try_alone
from primum.audit.cure_proposals import Findings, propose
from primum.audit.findings import Ground, communications, duplicates
from primum.audit.law import SEVERITIES
from primum.audit.rule_examples import household_of
from primum.audit.rule_findings import against_rules
from primum.rules.model import Held, RuleSet
from primum.rules.reference import decide
from primum.strategy.models import Strategy
from primum.words.contacts import Candidate
from views import source

STRATEGY = Strategy.model_validate(
    {
        "strategy": {"name": "Test"},
        "zone": "UTC",
        "departments": {"a": {"owner": "Ann"}, "b": {}},
        "communications": {"c1": {"owner": "a"}},
        "customers": {"states": {"complaint_open": {"opened_by": ["complained"]}}},
        "data": {
            "sources": {
                "sent": {"files": "x.csv", "kind": "contacts", "key": {"crm_id": "k"}},
                "heard": {"files": "z.csv", "kind": "responses", "key": {"crm_id": "k"}},
            }
        },
    }
)
RULES = {
    "rules": {
        "day": {"says": "One a day.", "at_most": 1, "within": "a day", "severity": "courtesy"},
        "near": {"says": "Two hours apart.", "apart": "2 hours", "otherwise": "defer"},
        "hours": {"says": "From 9 to 20.", "to": {"channel": "sms"}, "between": "09:00-20:00"},
        "opted": {"says": "Not opted out.", "never_if": "opted_out", "per": ["channel"], "severity": "never"},
        "open": {"says": "No complaint.", "never_if": "complaint_open", "severity": "never"},
        "no-c9": {"says": "No c9.", "to": {"communication": "c9"}, "never": "always"},
        "later": {"says": "Monitored.", "to": {"department": "b"}, "never": "always", "mode": "shadow"},
    },
    "exempt": [{"to": {"purpose": "regulatory"}, "counts": False}],
    "zone": "UTC",
}
START = datetime(2026, 3, 2)


def _rows(seed: int) -> tuple[list[dict], list[dict]]:
    chance = random.Random(seed)

    def when() -> datetime:
        return START + timedelta(minutes=15 * chance.randrange(4 * 24 * 30))

    sent = [
        {
            "key": f"C{chance.randrange(30)}",
            "at": when(),
            "department": chance.choice(["a", "b", None]),
            "channel": chance.choice(["email", "sms"]),
            "purpose": chance.choice(["marketing", "marketing", "regulatory"]),
            "communication": chance.choice(["c1", "c2", "c3", "c9", None]),
            "topic": chance.choice(["t1", "t2"]),
            "content": chance.randrange(6),
            "status": chance.choice(["sent", "delivered", "bounced", "suppressed"]),
            "id": f"m{i}",
        }
        for i in range(420)
    ]
    for row in sent:
        row["purpose"] = "marketing" if row["communication"] == "c9" else row["purpose"]
    kinds = ["opted_out", "opted_out", "complained"]
    heard = [
        {"key": f"C{i}", "at": when(), "kind": chance.choice(kinds), "channel": chance.choice([None, "sms"])}
        for i in range(24)
    ]
    return sent, heard


@pytest.fixture(scope="module")
def tried(tmp_path_factory):
    sent, heard = _rows(11)
    folder = tmp_path_factory.mktemp("cures")
    found = []
    with duckdb.connect() as con:
        sources = [source(con, "sent", "contacts", sent), source(con, "heard", "responses", heard)]
        for frame, law, total in swept(con, sources, folder, STRATEGY, RULES, (1, 4)):
            ground = Ground(STRATEGY, frame, total, law=law)
            against = against_rules(frame, law, total, {}, [], 0)
            findings = Findings(against, duplicates(ground, 7, ()), clashes(frame, total, ()), communications(ground))
            found.append((law, findings, c.cures(findings, law, STRATEGY, ["a", "b"])))
    return found


class Plain:
    """The world as the readable law sees it."""

    def __init__(self, law):
        self.families = [household_of(law, 0, n) for n in range(30)]
        self.asked = {}
        self.severities = {}
        for n, family in enumerate(self.families):
            who = family.customers[n].id
            own = [x for x in family.contacts if x.customer == who and x.status not in ("suppressed",)]
            self.asked[n] = [
                Candidate(x.id, x.customer, x.at, x.attributes, x.priority, None, x.precision, x.status) for x in own
            ]
            for d in self._decided(law.statute.rules, n, "audit"):
                names = set(d.reasons) | set(d.shadow)
                told = {r.severity for r in law.statute.rules.rules if r.name in names - set(d.unevaluated)}
                self.severities[n, d.candidate] = told

    def _decided(self, rules: RuleSet, n: int, use: str):
        family, asked = self.families[n], self.asked[n]
        ids = {x.id for x in asked}
        others = [x for x in family.contacts if x.id not in ids]
        return decide(rules, family.customers[n], [*others, *family.responses], [], asked, use)

    def run(self, rules: RuleSet) -> tuple[set, set]:
        """(removed, moved) asks."""
        gone, moved = set(), set()
        for n in range(len(self.families)):
            for d in self._decided(rules, n, "backtest"):
                late = d.decision == "defer" and self._overtaken(rules, n, d)
                if d.decision != "allow":
                    (gone if late or d.decision == "deny" else moved).add((n, d.candidate))
        return gone, moved

    def _overtaken(self, rules: RuleSet, n: int, decision) -> bool:
        """Whether a state that began while it waited holds it back at its new instant."""
        held = replace(rules, rules=tuple(r for r in rules.rules if isinstance(r.limit, Held)))
        asked = next(x for x in self.asked[n] if x.id == decision.candidate)
        then = replace(asked, at=decision.until)
        return bool(decide(held, self.families[n].customers[n], [], [], [then], "audit")[0].reasons)

    def effect(self, gone: set, moved: set) -> c.CureEffect:
        both = gone | moved
        count = [sum(s in self.severities[x] for x in both) for s in SEVERITIES]
        free = sum(not self.severities[x] for x in both)
        return c.CureEffect(len(gone), len(moved), len({n for n, _ in both}), *count, free)


def _enforced(law, proposals) -> RuleSet:
    named = {name for p in proposals for name in p.enforces}
    known = {r.name: r for r in (*law.statute.rules.rules, *(r for p in proposals for r in p.adds))}
    rules = [replace(known[n], hold_if_unknown=False, shadow=False) for n in sorted(named)]
    return replace(law.statute.rules, rules=tuple(rules))


def test_each_cure_alone_does_what_the_readable_law_does(tried):
    law, findings, _ = tried[0]
    proposals = propose(findings, law, STRATEGY, ["a", "b"])
    trial = make_trial(law, proposals, STRATEGY)
    alone = over_buckets(trial, lambda n: try_alone(trial, n)).counts["cures"]
    world = Plain(law)
    kinds = set()
    for i, p in enumerate(proposals):
        assert c._effect(alone[i]) == world.effect(*world.run(_enforced(law, [p]))), p
        kinds |= {p.kind} if alone[i].any() else set()
    assert kinds == {
        "retire", "merge", "move", "repair a suppression feed", "change an audience", "set a rule"
    }  # fmt: skip


def test_the_choice_is_greedy_and_what_is_on_top_is_a_run_of_all(tried):
    law, findings, told = tried[0]
    proposals = propose(findings, law, STRATEGY, ["a", "b"])
    world = Plain(law)
    touched = [set().union(*world.run(_enforced(law, [p]))) for p in proposals]

    def gain(own: set) -> tuple[int, int, int]:
        never, harm = (sum(s in world.severities[x] for x in own) for s in ("never", "harm"))
        return never, harm, len(own)

    left, order = set().union(*touched), []
    while len(order) < 10:
        best = max(range(len(proposals)), key=lambda i: (*gain(touched[i] & left), -i))
        if not touched[best] & left:
            break
        order.append(best)
        left -= touched[best]
    assert len(told.cures) == len(order) > 5
    before = c.CureEffect(0, 0, 0, 0, 0, 0, 0)
    for n, (number, cure) in enumerate(zip(order, told.cures, strict=True), 1):
        p = proposals[number]
        assert (cure.kind, cure.department, cure.communication, cure.into) == (
            p.kind, p.department, p.communication, p.into
        )  # fmt: skip
        together = world.effect(*world.run(_enforced(law, [proposals[i] for i in order[:n]])))
        assert cure.so_far == together
        for name in ("removed", "moved", "customers", "never", "harm", "courtesy", "not_against"):
            assert getattr(cure.on_top, name) == getattr(together, name) - getattr(before, name)
        before = together


def test_shares_are_of_all_contacts_against_rules_of_a_severity(tried):
    _, findings, told = tried[0]
    severities = {s.severity: s.contacts for s in findings.against.severities}
    assert (told.never, told.harm, told.courtesy) == tuple(severities[s] for s in SEVERITIES)
    for cure in told.cures:
        assert cure.never_share == cure.so_far.never / told.never
        assert cure.harm_share == cure.so_far.harm / told.harm
    assert told.reach_severity == "never"
    reached = told.cures[told.reach_cures - 1].never_share
    assert told.reach_share == reached >= 0.8
    assert all(x.never_share < 0.8 for x in told.cures[: told.reach_cures - 1])


def test_any_number_of_buckets_gives_the_same(tried):
    assert tried[0][2] == tried[1][2]


def test_a_cure_names_who_owns_it(tried):
    cures = tried[0][2].cures
    fed = [x for x in cures if x.kind == "repair a suppression feed" and x.department == "a"]
    assert [(x.owner, x.owner_name, x.rule) for x in fed] == [("a", "Ann", "opted")]


def test_nothing_against_any_rule_asks_for_no_cure(tried):
    law, findings, _ = tried[0]
    clean = replace(findings.against, rules=tuple(replace(f, contacts=0) for f in findings.against.rules))
    none = Findings(clean, replace(findings.duplicates, communications=()), clashes_without(findings), ())
    assert propose(none, law, STRATEGY, ["a", "b"]) == ()
    assert c.cures(none, law, STRATEGY, ["a", "b"]).cures == ()


def clashes_without(findings: Findings):
    """The clashes with no pair in them."""
    found = findings.clashes
    return replace(
        found,
        same_topic=replace(found.same_topic, pairs=()),
        same_product=replace(found.same_product, pairs=()),
        contradictions=replace(found.contradictions, pairs=()),
    )
