"""One department's edition: its own contacts in full, no word of what the others say, and only true figures."""

import json
import re
from collections import Counter
from dataclasses import MISSING, asdict, fields, replace

import pytest

import primum
from primum.audit.edition import ANOTHER, KNOWN, OTHERS, edition
from primum.audit.results import AuditResult
from primum.report.as_json import from_json, to_json
from primum.report.html import render_html
from primum.words.errors import UsageError

DEPARTMENTS = ("sales", "care", "books")
STRATEGY = """
strategy: {name: Test, customer_champion: Eve}
zone: UTC
departments:
  sales: {title: Sales Title, owner: Owner Sales}
  care: {title: Care Title, owner: Owner Care}
  books: {title: Books Title, owner: Owner Books}
channels: {email: {unit_cost: 0.01}, post: {unit_cost: 0.8}}
communications:
  says-sales: {title: Told by sales, owner: sales}
  says-care: {title: Told by care, owner: care}
  never-books: {title: Never told, owner: books}
customers: {country: GB}
data:
  sources:
    crm: {kind: identifiers, files: crm.csv, key: {crm_id: no}, identifiers: {email: mail}}
    heard: {kind: responses, files: heard.csv, key: {crm_id: no}, map: {at: at, kind: kind, communication: what}}
"""
SOURCE = """
    from-{d}:
      kind: contacts
      department: {d}
      files: out-of-{d}.csv
      key: {{crm_id: no}}
      rejects_at_most: 0.9
      map: {{at: at, channel: channel, communication: what, subject: subject, content: text, valid_until: until}}
"""


def rows_of(department: str) -> list[str]:
    """Eleven customers hear from all; each department alone has one more, who hears most of all from it."""
    number = DEPARTMENTS.index(department)
    rows = ["no,at,channel,what,subject,text,until"]
    for c in range(11):
        day = f"2026-03-{1 + c % 5:02d}T{9 + number:02d}:00Z"
        rows.append(f"C{c},{day},email,says-{department},Subject by {department},same text,2026-04-30")
        rows.append(f"C{c},2026-03-20T0{number}:00Z,post,also-{department},Letter by {department},{department}{c},")
    days = [f"2026-03-{d:02d}T08:00Z" for d in range(1, 29)]
    rows += [f"ONLY-{department},{day},email,says-{department},Much,{day},2026-04-30" for day in days]
    return [*rows, f"C1,soon,email,bad-{department},x,y,"]


@pytest.fixture(scope="module")
def whole(tmp_path_factory) -> AuditResult:
    folder = tmp_path_factory.mktemp("edition")
    (folder / "primum.yaml").write_text(STRATEGY + "".join(SOURCE.format(d=d) for d in DEPARTMENTS))
    for d in DEPARTMENTS:
        (folder / f"out-of-{d}.csv").write_text("\n".join(rows_of(d)) + "\n")
    people = [f"C{c}" for c in range(11)] + [f"ONLY-{d}" for d in DEPARTMENTS]
    (folder / "crm.csv").write_text("no,mail\n" + "".join(f"{p},{p}@x.org\n" for p in people))
    heard = [f"{p},2026-03-29T10:00Z,clicked,says-{d}" for p in people for d in DEPARTMENTS]
    (folder / "heard.csv").write_text("no,at,kind,what\n" + "\n".join(heard) + "\n")
    return primum.open(folder).audit(reveal=True, why="a test", classification="Internal")


def words_of(department: str) -> list[str]:
    """What only this department's communications say."""
    told = [f"{verb}-{department}" for verb in ("says", "also", "bad", "never", "from", "ONLY", "out-of")]
    return [*told, f"by {department}", f"{department.title()} Title", f"Owner {department.title()}"]


@pytest.mark.parametrize("own", DEPARTMENTS)
def test_no_word_of_another_department_is_in_an_edition(whole, own):
    found = edition(whole, own)
    text = to_json(found).replace("in need of care", "")  # words of a rule, not of the department
    for other in DEPARTMENTS:
        for word in words_of(other) if other != own else []:
            assert word not in text, (own, word)
        assert own == other or not re.search(rf"\b{other}\b", text), "not even that there is such a department"
    page = render_html(found)
    for other in set(DEPARTMENTS) - {own}:
        assert f"says-{other}" not in page
        assert f"by {other}" not in page
    everything = to_json(whole)
    assert sum(word in everything for word in words_of(own)) >= 6, "the words are such as a whole audit holds"
    assert f"says-{own}" in text
    assert f"Subject by {own}" in text
    assert from_json(to_json(found)) == found


@pytest.mark.parametrize("own", DEPARTMENTS)
def test_own_rows_are_unchanged_and_totals_add_up(whole, own):
    found = edition(whole, own)
    assert found.edition == own
    assert found.volume == whole.volume
    assert found.pressure.overall == whole.pressure.overall
    assert [p.department for p in found.pressure.by_department] == [own]
    for name in ("who_says_what", "departments", "months"):
        before, after = getattr(whole, name), getattr(found, name)
        assert [x for x in after if x.department == own] == [x for x in before if x.department == own]
        assert {x.department for x in after} == {own, OTHERS}
        assert sum(x.contacts for x in after) == sum(x.contacts for x in before)
    others = next(d for d in found.departments if d.department == OTHERS)
    parts = [d for d in whole.departments if d.department != own]
    assert others.reach is None, "customers of several departments cannot be added"
    assert others.cost == pytest.approx(sum(d.cost for d in parts))
    assert others.share_of_contacts == pytest.approx(sum(d.share_of_contacts for d in parts))
    assert sum(s.rows for s in found.sources) == sum(s.rows for s in whole.sources)
    assert sum(s.rejected for s in found.sources) == sum(s.rejected for s in whole.sources) == 3
    assert sum(b.count for b in found.blind_spots if b.kind == "rejected") == 3
    assert sum(j.rows for j in found.coverage.rejects) == 3
    weeks = Counter()
    for s in whole.coverage.sources:
        weeks.update(dict(s.weeks) if s.department not in (None, own) else {})
    assert next(dict(s.weeks) for s in found.coverage.sources if s.source == OTHERS) == dict(weeks)


@pytest.mark.parametrize("own", DEPARTMENTS)
def test_pairs_are_summed_by_side(whole, own):
    found = edition(whole, own)

    def side(department):
        return department if department == own else OTHERS

    repeats, days, offers = Counter(), Counter(), Counter()
    for p in whole.duplicates.pairs:
        repeats[side(p.first), side(p.again)] += p.repeats
    for p in whole.meetings.pairs:
        days[tuple(sorted((side(p.a), side(p.b)), key=lambda s: s != own))] += p.customer_days
    for p in whole.live_offers.by_department:
        offers[tuple(sorted((side(p.a), side(p.b)), key=lambda s: s != own))] += p.pairs
    assert repeats
    assert days
    assert offers
    assert {(p.first, p.again): p.repeats for p in found.duplicates.pairs} == repeats
    assert {(p.a, p.b): p.customer_days for p in found.meetings.pairs} == days
    assert {(p.a, p.b): p.pairs for p in found.live_offers.by_department} == offers
    counted = [p.customers for p in found.meetings.pairs if (p.a, p.b) == (own, OTHERS)]
    assert counted == [None], "one customer may meet two of the others"
    assert all(own in (c.first_department, c.again_department) for c in found.duplicates.communications)
    assert {c.again for c in found.duplicates.communications if c.again_department == OTHERS} <= {ANOTHER}


@pytest.mark.parametrize("own", DEPARTMENTS)
def test_people_who_never_heard_from_the_department_are_left_out_and_lines_of_others_are_bare(whole, own):
    found = edition(whole, own)
    names = {p.customer for p in whole.people}
    assert {f"crm_id:only-{d}" for d in DEPARTMENTS} <= names
    assert {p.customer for p in found.people} == names - {f"crm_id:only-{d}" for d in DEPARTMENTS if d != own}
    lines = [line for p in found.people for line in p.timeline]
    before = [line for p in whole.people for line in p.timeline]
    assert [x for x in lines if x.department == own]
    assert all(x in before for x in lines if x.department == own)
    strange = [x for x in lines if x.department not in (own, None)]
    assert {(x.department, x.communication, x.subject, x.source, x.file, x.row) for x in strange} == {
        (ANOTHER, ANOTHER, None, ANOTHER, ANOTHER, 0)
    }
    assert {x.channel for x in strange} == {"email", "post"}
    assert {x.communication for x in lines if x.response} == {f"says-{own}", ANOTHER}
    assert all(own in (e.first.department, e.again.department) for e in found.duplicates.examples)
    assert found.headline.story == ()


def test_an_unknown_department_is_answered_with_the_known_ones(whole):
    with pytest.raises(UsageError, match=r"called 'slaes'.*books, care, sales.*Did you mean 'sales'"):
        edition(whole, "slaes")


def test_with_two_departments_the_other_one_is_counted_exactly(whole):
    two = replace(whole, departments=tuple(d for d in whole.departments if d.department != "books"))
    other = next(d for d in edition(two, "sales").departments if d.department == OTHERS)
    assert other.reach == next(d.reach for d in whole.departments if d.department == "care")


def test_every_finding_is_known_to_editions_or_left_out():
    """A new field of a result is empty in editions until `audit.edition` deals with it: then add it to KNOWN there."""
    unknown = {f.name for f in fields(AuditResult)} - KNOWN
    assert all(f.default is not MISSING or f.default_factory is not MISSING
               for f in fields(AuditResult) if f.name in unknown)  # fmt: skip
    assert {f.name for f in fields(AuditResult)} >= KNOWN


def test_an_edition_is_a_function_of_the_result_alone(whole):
    before = json.dumps(asdict(whole), sort_keys=True)
    assert edition(whole, "care") == edition(whole, "care")
    assert json.dumps(asdict(whole), sort_keys=True) == before
