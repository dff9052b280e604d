"""Running an audit: sweep the buckets, merge, and assemble the findings.

Owns the order of work and the definitions shown with the result. Refuses to build a history or to write a file.
"""

from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from dataclasses import replace

import numpy as np

from primum.audit import coverage, findings, near_duplicates, non_people, register, sight
from primum.audit import results as r
from primum.audit.against_rules import nothing_observed, observe_with_hits
from primum.audit.clashes import clashes, contradiction_examples
from primum.audit.consequences import consequences
from primum.audit.contents import Contents, merge_contents, sweep_contents
from primum.audit.cure_proposals import Findings
from primum.audit.cures import cures
from primum.audit.ending import Ending, groups_told, make_ending, silence_told, sweep_ending
from primum.audit.headline import headline
from primum.audit.law import Law, Statute, make_law
from primum.audit.lookup import make_lookup
from primum.audit.masking import Mask, Names
from primum.audit.opt_out_lag import opt_out_lag
from primum.audit.partial import Partial, joined, merge_all
from primum.audit.rule_examples import examples_of_rules
from primum.audit.rule_findings import against_rules
from primum.audit.survey import common_period, survey_contacts, survey_responses, with_common
from primum.audit.sweep import Frame, make_frame, sweep_bucket, sweep_unlinked
from primum.audit.timelines import Timelines, person, repeat_example, story
from primum.audit.worst import worst_customers
from primum.customers.states import make_spec
from primum.history import History
from primum.strategy.models import Strategy
from primum.words.time import US_PER_DAY

REPEAT_DAYS = 7
THREADS = 2

DEFINITIONS = (
    (
        "contact",
        "An attempt to say something: reserved, sent, delivered, bounced or failed. A row without a status was sent.",
    ),
    ("received", "A contact that was not bounced and did not fail."),
    ("pushed", "Received, and not asked for by the customer (`initiated` is not `customer`)."),
    ("reach", "Distinct customers who received at least one contact, after keys were linked."),
    (
        "per reached customer and month",
        "Received contacts, divided by the distinct pairs of customer and calendar month.",
    ),
    (
        "pressure",
        "Pushed contacts in a customer's busiest 7 (30) days; first and last lie less than 7 (30) days apart.",
    ),
    (
        "exact duplicate",
        "A pushed contact whose content the same customer received less than 7 days before. Texts are compared without "
        "regard to case and spacing. Between departments: both senders are recorded and differ.",
    ),
    (
        "near-duplicate",
        "Two communications whose texts share at least 85% of their characters in order (case, spacing, names, dates "
        "and numbers set aside), and a customer who received both, in different words, less than 7 days apart.",
    ),
    ("meeting", "A local day on which two or more recorded departments pushed something to the same customer."),
    ("live at once", "Two offers of one customer whose closed intervals from sending to `valid_until` overlap."),
    (
        "at least",
        "Some customers cannot be recognised in every department's data, or rows name no customer, so the true "
        "cross-department figure can only be higher.",
    ),
    (
        "recognisable",
        "A customer of one department for whom a kind of identifier is known that the other department uses.",
    ),
    (
        "common period",
        "The days from the latest first to the earliest last contact of the departments that hold at least 1% of all "
        "contacts. Meetings, repeats between departments, pressure over all departments and offers live between two "
        "departments count only contacts of these days; figures of one department and single people count all days.",
    ),
    ("unregistered", "A contact whose communication is not in the strategy's register, or that names none."),
)


def audit(
    history: History,
    strategy: Strategy,
    *,
    as_of: str,
    strategy_version: str,
    primum_version: str,
    tzdata_version: str,
    statute: Statute | None = None,
    names: Names | None = None,
    disclosure: r.Disclosure | None = None,
    classification: str | None = None,
    progress: Callable[[str, int], None] | None = None,
) -> r.AuditResult:
    """Audit a contact history.

    Args:
        as_of: the instant of the audit, ISO 8601 UTC.
        statute: the rules that contacts are held against; None for none.
        names: gives readable identifiers, so that they and texts are shown unmasked; None masks them.
        disclosure: who has them shown, when and why.
        classification: who may read the result.
        progress: called with a step and the buckets done since the last call.
    """
    frame = make_frame(
        history,
        make_lookup(strategy, *(history.tags(relation) for relation in ("contacts", "responses", "states"))),
        strategy.zone,
        REPEAT_DAYS,
    )
    if progress:
        progress("looking at what the sources cover", 0)
    now = coverage.instant_of(as_of)
    contacts = survey_contacts(frame, now)
    common = common_period(frame, contacts)
    seen = coverage.Seen(contacts, survey_responses(frame, now), common, now)
    frame = with_common(frame, common)
    seeming = who_seems_no_person(frame, progress)
    frame = replace(frame, hidden=non_people.hidden_customers(seeming.suspects))
    contents = contents_of_all(frame, progress)
    spec = make_spec(history, strategy, progress=progress)
    ending = make_ending(frame, strategy, spec)
    law = None if statute is None else make_law(statute, history, strategy, spec, ending.closing.intervals)
    total = sweep_all(frame, progress, law, ending)
    both = who_received_both(frame, contents, progress)
    ground = findings.Ground(strategy, frame, total, contents, seeming, *both, law=law, ending=ending)
    method = r.Method(
        primum_version,
        strategy_version,
        as_of,
        history.manifest.duckdb,
        tzdata_version,
        history.manifest.buckets,
        DEFINITIONS,
    )
    result = assemble(ground, seen, method, Mask(names))
    return replace(
        result,
        disclosure=disclosure,
        classification=classification,
        cures=_cures(result, ground, progress),
    )


def _cures(result: r.AuditResult, ground: findings.Ground, progress: Callable[[str, int], None] | None) -> r.Cures:
    found = Findings(result.against_rules, result.duplicates, result.clashes, result.communications)
    departments = sorted(ground.look.columns["department"].present())
    return cures(found, ground.law, ground.strategy, departments, progress)


def sweep_all(
    frame: Frame,
    progress: Callable[[str, int], None] | None = None,
    law: Law | None = None,
    ending: Ending | None = None,
) -> Partial:
    """The merged partial result of every bucket and of the rows without a customer.

    Args:
        law: the rules that contacts are held against; None for none.
        ending: what is asked at the end of the history; None for nothing.
    """

    def one(number: int) -> tuple[Partial, Partial | None]:
        partial, hits = sweep_bucket(frame, number), None
        if law is not None:
            observed, hits = observe_with_hits(frame, law, number)
            partial = joined(partial, observed)
        last = None if ending is None else sweep_ending(frame, ending, number, law, hits)
        if progress:
            progress("auditing", 1)
        return partial, last

    with ThreadPoolExecutor(THREADS) as pool:
        found = list(pool.map(one, frame.history.buckets))
    partials = [partial for partial, _ in found]
    endings = [last for _, last in found if last is not None]
    unlinked = frame.history.unlinked("contacts")
    if unlinked is not None:
        partial = sweep_unlinked(frame, unlinked)
        partials.append(partial if law is None else joined(partial, nothing_observed(frame, law)))
    total = merge_all(partials)
    return joined(total, merge_all(endings)) if endings else total


def who_seems_no_person(frame: Frame, progress: Callable[[str, int], None] | None = None) -> non_people.Seeming:
    """The census of every bucket, merged, and the proposals that follow from it."""
    history, look = frame.history, frame.lookup

    def one(number: int) -> non_people.Census:
        found = non_people.take_census(history, look, known, number)
        if progress:
            progress("telling people from test addresses", 1)
        return found

    with ThreadPoolExecutor(THREADS) as pool:
        by_tag = sum(pool.map(lambda b: non_people.contacts_by_tag(history, look, b), history.buckets))
        known = non_people.known_communications(look, np.asarray(by_tag))
        census = non_people.merge_censuses(pool.map(one, history.buckets))
    usual = non_people.yardsticks(census, known, look, (frame.last_us - frame.first_us) // US_PER_DAY - 3)
    return non_people.Seeming(census, usual, non_people.suspects(census, usual))


def contents_of_all(frame: Frame, progress: Callable[[str, int], None] | None = None) -> Contents:
    """The distinct texts of every bucket, merged."""

    def one(number: int) -> Contents:
        found = sweep_contents(frame.history, frame.lookup, number)
        if progress:
            progress("reading what was said", 1)
        return found

    with ThreadPoolExecutor(THREADS) as pool:
        return merge_contents(pool.map(one, frame.history.buckets))


def who_received_both(
    frame: Frame, contents: Contents, progress: Callable[[str, int], None] | None = None
) -> tuple[near_duplicates.Alikes, near_duplicates.Met]:
    """The texts that are nearly the same, and how many customers received both; no pass where there are none."""
    alikes = near_duplicates.find_alikes(contents, frame.lookup)

    def one(number: int) -> near_duplicates.Met:
        met = near_duplicates.meet(frame, alikes, number)
        if progress:
            progress("looking for nearly equal texts", 1)
        return met

    with ThreadPoolExecutor(THREADS) as pool:
        parts = list(pool.map(one, frame.history.buckets if alikes.pairs else ()))
    return alikes, near_duplicates.merge_met(parts, len(alikes.pairs))


def assemble(ground: findings.Ground, seen: coverage.Seen, method: r.Method, mask: Mask) -> r.AuditResult:
    """Every finding, from merged counts."""
    strategy, candidates = ground.strategy, ground.total.candidates
    suspects = (s.candidate.id for s in ground.seeming.suspects[: non_people.LISTED])
    shared = (s.hash for s in ground.frame.history.manifest.shared[: sight.SHARED_SHOWN])
    mask.look_up([*(c.id for found in candidates.values() for c in found), *shared, *suspects])
    timelines = Timelines(ground.frame, mask)
    told = story(timelines, candidates["story"][0]) if candidates["story"] else ()
    people = tuple(person(timelines, c, mask) for c in candidates["people"])
    between = [repeat_example(timelines, c, mask) for c in candidates["repeat_between"]]
    within = [repeat_example(timelines, c, mask) for c in candidates["repeat_within"]]
    volume, period = findings.volume(ground), findings.period(ground)
    departments, pressure = findings.departments(ground), findings.pressure(ground)
    duplicates = findings.duplicates(ground, REPEAT_DAYS, (*between, *within))
    meetings, offers = findings.meetings(ground), findings.live_offers(ground)
    silos = sight.silos(ground, volume, mask)
    covered = coverage.coverage(ground, seen, mask)
    communications = register.described(ground, findings.communications(ground), mask)
    return r.AuditResult(
        r.Company(
            strategy.strategy.name,
            strategy.strategy.customer_champion,
            strategy.strategy.promise,
            strategy.strategy.currency,
            strategy.zone,
        ),
        period,
        headline(period, volume, departments, pressure, duplicates, meetings, offers, silos, told, covered.common),
        volume,
        sight.sources(ground, mask),
        sight.blind_spots(ground, volume, covered),
        findings.cells(ground),
        departments,
        communications,
        findings.months(ground),
        pressure,
        duplicates,
        meetings,
        offers,
        silos,
        findings.responses(ground),
        people,
        method,
        mask.reveal,
        covered,
        register=register.figures(ground, communications),
        flags=findings.flags(ground),
        opt_out_lag=opt_out_lag(ground.frame, ground.total),
        clashes=clashes(
            ground.frame,
            ground.total,
            contradiction_examples(ground.frame, candidates["contradictions"], timelines, mask),
        ),
        against_rules=_against_rules(ground, timelines, volume, mask),
        consequences=consequences(ground.frame, ground.total) if ground.law is not None else r.Consequences(),
        near_duplicates=near_duplicates.figures(ground.frame, ground.alikes, ground.met, REPEAT_DAYS, mask),
        non_people=non_people.figures(
            ground.seeming, strategy.customers, ground.frame.history.manifest.not_people, mask
        ),
        worst=worst_customers(ground.law, ground.ending, candidates, timelines, mask),
        silence=r.Silence()
        if ground.ending is None
        else silence_told(ground.frame, ground.ending, ground.law, ground.total, mask),
        by_segment=r.BySegment() if ground.ending is None else groups_told(ground.ending, ground.total),
    )


def _against_rules(ground: findings.Ground, timelines: Timelines, volume: r.Volume, mask: Mask) -> r.AgainstRules:
    if ground.law is None:
        return r.AgainstRules()
    examples = examples_of_rules(ground.law, ground.total, timelines, mask)
    mapped = [(s.name, s.kind, frozenset(s.mapped)) for s in ground.frame.history.manifest.sources]
    return against_rules(ground.frame, ground.law, ground.total, examples, mapped, volume.unlinked)
