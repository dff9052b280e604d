"""The made-up company: its files say what its truth says, by a second reading; its background is calm."""

import ast
import hashlib
from collections import Counter
from datetime import timedelta
from itertools import combinations
from pathlib import Path

import pytest
from python_calamine import CalamineWorkbook
from ruamel.yaml import YAML

from demo.second_reading import RECEIVED, Contact, Links, Reading, last_moment, read
from primum.demo import company, exports, planted
from primum.demo.background import background
from primum.demo.company import build
from primum.demo.counting import Counting
from primum.demo.truth import Truth
from primum.strategy.models import Strategy

Built = tuple[Path, Truth, Reading, Links]


def _common(built: Built) -> dict[str, list[Contact]]:
    """Contacts of the days that all departments have in common, by customer."""
    return built[2].by_customer(*built[2].common())


def _built(folder: Path, contacts: int) -> Built:
    truth = build(folder, contacts)
    return folder, truth, *read(folder)


@pytest.fixture(scope="module")
def built(tmp_path_factory: pytest.TempPathFactory) -> Built:
    return _built(tmp_path_factory.mktemp("brightwater"), 40_000)


def test_rows_by_a_second_reading(built: Built) -> None:
    _, truth, reading, links = built
    assert len(reading.contacts) == truth.size == 40_000
    for name, source in truth.sources.items():
        assert (reading.rows[name], reading.rejected[name]) == (source.rows, source.rejected), name
        odd = reading.repeated[name], reading.folded[name], reading.replaced[name]
        assert odd == (source.repeated, source.folded, source.replaced), name
    attempts = [c for c in reading.contacts if c.status != "suppressed"]
    assert len(attempts) == truth.contacts
    assert len(reading.contacts) - len(attempts) == truth.not_sent
    assert sum(c.customer is None for c in attempts) == truth.unlinked == truth.planted["rows without a customer"]
    assert sum(c.status in ("bounced", "failed") for c in attempts) == truth.not_received
    assert sum(c.asked for c in attempts) == truth.asked_for
    assert sum(c.department is None for c in attempts) == truth.without_department
    assert sum(c.channel is None for c in attempts) == truth.without_channel
    assert sum(c.purpose is None for c in attempts) == truth.without_purpose
    assert sum(c.content is None for c in attempts) == truth.without_content
    assert sum(c.cost is None for c in attempts) == truth.without_cost
    assert round(sum(c.cost or 0 for c in attempts) * 1000) == truth.cost_mils
    assert len(links.master) == truth.master_rows
    assert (str(min(c.day for c in attempts)), str(max(c.day for c in attempts))) == (truth.first, truth.last)


def test_reach_by_a_second_reading(built: Built) -> None:
    _, truth, reading, _ = built
    attempts = [c for c in reading.contacts if c.status != "suppressed" and c.customer]
    received = [c for c in attempts if c.status in ("delivered", "sent")]
    assert len({c.customer for c in attempts}) == truth.customers_attempted
    assert len({c.customer for c in received}) == truth.customers_reached
    for (department, channel, purpose), cell in truth.cells.items():
        mine = [c for c in received if (c.department, c.channel, c.purpose) == (department, channel, purpose)]
        assert len({c.customer for c in mine}) == cell.reach
        assert len({(c.customer, c.day.strftime("%Y-%m")) for c in mine}) == cell.customer_months
    said = Counter(c.communication for c in reading.contacts if c.status != "suppressed")
    assert {name: c.contacts for name, c in truth.communications.items()} == said


def test_pressure_by_a_second_reading(built: Built) -> None:
    _, truth, _, _ = built
    week, month = Counter[int](), Counter[int]()
    for events in _common(built).values():
        times = [e.at for e in events]
        week[max(sum(timedelta() <= b - a < timedelta(days=7) for b in times) for a in times)] += 1
        month[max(sum(timedelta() <= b - a < timedelta(days=30) for b in times) for a in times)] += 1
    assert dict(week) == truth.pressure.week_histogram
    assert dict(month) == truth.pressure.month_histogram


def test_duplicates_by_a_second_reading(built: Built) -> None:
    _, truth, reading, _ = built
    pairs = Counter[tuple[str | None, str | None]]()
    first, last = reading.common()
    for events in reading.by_customer().values():
        for place, again in enumerate(events):
            same = [e for e in events[:place] if again.content and e.content == again.content]
            if same and again.at - same[-1].at < timedelta(days=7):
                comparable = first <= same[-1].day and again.day <= last
                if comparable or same[-1].department == again.department:
                    pairs[same[-1].department, again.department] += 1
    assert {k: repeats for k, (repeats, _) in truth.duplicates.pairs.items()} == pairs


def test_meetings_by_a_second_reading(built: Built) -> None:
    _, truth, _, _ = built
    pairs, days = Counter[tuple[str, str]](), 0
    for events in _common(built).values():
        by_day: dict[object, set[str]] = {}
        for e in events:
            by_day.setdefault(e.day, set()).update([e.department] if e.department else [])
        days += len(by_day)
        for senders in by_day.values():
            pairs.update(combinations(sorted(senders), 2))
    assert {k: n for k, (n, _) in truth.meetings.pairs.items()} == pairs
    assert days == truth.meetings.customer_days


def _offers(events: list[Contact]) -> list[Contact]:
    """One per offer: one sent again for the same last day is the same offer."""
    first: dict[object, Contact] = {}
    for e in events:
        if e.valid_until:
            first.setdefault((e.communication, e.content, e.valid_until), e)
    return list(first.values())


def test_live_offers_by_a_second_reading(built: Built) -> None:
    _, truth, reading, _ = built
    pairs = same = customers = 0
    first, last = reading.common()
    for events in reading.by_customer().values():
        found = 0
        for a, b in combinations(_offers(events), 2):
            assert a.valid_until
            assert b.valid_until
            live = a.at <= last_moment(b.valid_until) and b.at <= last_moment(a.valid_until)
            common = all(first <= o.day <= last for o in (a, b))
            if live and (common or a.department == b.department):
                found += 1
                same += a.product == b.product
        pairs += found
        customers += bool(found)
    assert (pairs, same, customers) == (
        truth.offers.pairs,
        truth.offers.same_product_pairs,
        truth.offers.customers,
    )


def test_recognition_by_a_second_reading(built: Built) -> None:
    _, truth, reading, links = built
    assert truth.merged_customers == truth.planted["couples"]
    assert sorted(len(owners) for owners in links.shared.values()) == [9, 30]
    senders: dict[str | None, set[str | None]] = {}
    for c in reading.contacts:
        if c.customer and c.status in RECEIVED:
            senders.setdefault(c.department, set()).add(c.customer)
    for (a, b), pair in truth.recognition.items():
        found = len(senders[a]), len(senders[b]), len(senders[a] & senders[b])
        assert found == (pair.a_customers, pair.b_customers, pair.shared)


def _held(truth: Truth) -> None:
    """The promises of the planted facts, against the counts."""
    facts, pairs = truth.planted, {k: n for k, (n, _) in truth.duplicates.pairs.items()}
    for department in ("marketing", "sales", "service", "collections", "logistics", "billing"):
        assert pairs.pop((department, department)) == facts[f"repeats {department}"]
    assert pairs.pop(("marketing", "sales")) == facts["repeats marketing, then sales"]
    assert pairs.pop(("sales", "marketing")) == facts["repeats sales, then marketing"]
    assert not pairs
    story = {("collections", "logistics"), ("logistics", "sales")}
    of_story = {"collections", "logistics", "marketing", "sales"}
    met = {tuple(sorted(k.removeprefix("meetings ").split(", "))): n for k, n in facts.items() if "meetings " in k}
    for pair, (days, _) in truth.meetings.pairs.items():
        assert days == met.get(pair, 0) + (set(pair) <= of_story), pair
    assert set(truth.meetings.pairs) == set(met) | story
    assert truth.offers.pairs == facts["live offers"]
    assert truth.offers.customers == facts["customers with live offers"]
    assert truth.offers.same_product_pairs == facts["live offers of one product"]
    for contacts, _ in planted.PRESSURE[:3]:
        promised = facts[f"customers with {contacts} contacts in their busiest 7 days"]
        assert truth.pressure.week_histogram[contacts] == promised
    assert max(truth.pressure.week_histogram) == 19
    assert truth.meetings.most_departments == 4
    assert truth.without_department == facts["contacts without a department"]
    assert truth.without_purpose == facts["contacts without a message class"]
    assert truth.without_channel == facts["contacts without a channel"]


def test_planted_facts_are_all_there_and_no_others(built: Built) -> None:
    _held(built[1])


def test_planted_facts_grow_with_the_size(tmp_path: Path) -> None:
    truth = build(tmp_path, 120_000)
    _held(truth)
    assert truth.planted["couples"] == 30


def test_most_contacted_people_are_never_tied(built: Built) -> None:
    people = built[1].people
    weeks = [p.busiest_week for p in people]
    assert weeks == sorted(weeks, reverse=True)
    assert [p.contacts for p in people[:8]] == list(range(27, 19, -1))
    assert people[0].customer == "crm_id:bw1000000"
    assert people[0].most_on_one_day == 5


def test_the_story_is_five_messages_of_four_departments_on_one_day(built: Built) -> None:
    days = Counter(c.day for c in built[2].by_customer()["bw1000000"])
    day = days.most_common(1)[0][0]
    senders = [c.department for c in built[2].by_customer()["bw1000000"] if c.day == day]
    assert sorted(map(str, senders)) == ["collections", "logistics", "marketing", "marketing", "sales"]


def test_one_address_in_two_unicode_forms_meets(built: Built) -> None:
    folder, _, reading, _ = built
    master = (folder / "exports" / "crm_customers.csv").read_text(encoding="utf-8")
    assert "zoë" not in master
    assert "zoe\u0308" in master
    assert {c.department for c in reading.by_customer()["bw1000010"]} == {"marketing", "service"}


@pytest.mark.parametrize("seed", [7, 8, 99])
def test_background_is_calm(seed: int) -> None:
    counting = Counting()
    counting.add(background(seed, 0, 0, 6_000, 30_000))
    truth = counting.truth(30_000, seed)
    assert truth.duplicates.customers == 0
    assert truth.meetings.several == 0
    assert truth.offers.pairs == 0
    assert truth.offers.offers > 1_000
    assert max(truth.pressure.week_histogram) <= 3
    assert max(truth.pressure.month_histogram) <= 9
    assert truth.contacts + truth.not_sent == 30_000


def _digests(folder: Path) -> dict[str, object]:
    found: dict[str, object] = {}
    for path in sorted(p for p in folder.rglob("*") if p.is_file()):
        name = str(path.relative_to(folder))
        if path.suffix == ".xlsx":  # the archive holds the time of writing
            found[name] = CalamineWorkbook.from_path(path).get_sheet_by_index(0).to_python()
        else:
            found[name] = hashlib.sha256(path.read_bytes()).hexdigest()
    return found


def test_one_seed_gives_one_company(tmp_path: Path) -> None:
    truth = build(tmp_path / "a", 10_000, seed=3)
    assert build(tmp_path / "b", 10_000, seed=3, truth=False) is None
    assert build(tmp_path / "c", 10_000, seed=4, write_truth=True) != truth
    a, b, c = (_digests(tmp_path / name) for name in "abc")
    assert a == b
    assert "truth.json" in c
    assert a["exports/marketing_emails.csv"] != c["exports/marketing_emails.csv"]


def test_many_batches_say_the_same_as_their_truth(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(company, "WHOLE", 0)
    monkeypatch.setattr(company, "PART_CONTACTS", 5_000)
    monkeypatch.setattr(exports, "EXCEL_ROWS", 0)
    steps: list[float] = []
    truth = build(tmp_path, 20_000, progress=lambda _, share: steps.append(share))
    _held(truth)
    reading, _ = read(tmp_path)
    assert (tmp_path / "exports" / "sales_calls.csv").exists()
    assert steps == sorted(steps)
    assert steps[-1] == 1
    assert len(steps) > 4
    for name, source in truth.sources.items():
        assert (reading.rows[name], reading.rejected[name]) == (source.rows, source.rejected), name
    assert len(reading.by_customer(*reading.common())) == truth.pressure.customers


def test_a_smaller_build_leaves_nothing_of_a_larger_one(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(exports, "EXCEL_ROWS", 0)
    build(tmp_path, 12_000, truth=False)
    monkeypatch.undo()
    truth = build(tmp_path, 10_000)
    assert not (tmp_path / "exports" / "sales_calls.csv").exists()
    assert len(read(tmp_path)[0].contacts) == truth.size


def test_too_small_a_company_is_refused(tmp_path: Path) -> None:
    with pytest.raises(ValueError, match="at least 10,000 contacts"):
        build(tmp_path, 9_999)


def test_strategy_file_fits_the_models(built: Built) -> None:
    folder, truth, _, _ = built
    strategy = Strategy.model_validate(YAML(typ="safe").load((folder / "primum.yaml").read_text(encoding="utf-8")))
    assert {s.department for s in strategy.data.sources.values() if s.department} | {"service"} == set(
        strategy.departments
    )
    for source in strategy.data.sources.values():
        for pattern in source.files:
            assert list(folder.glob(pattern)), pattern
    registered = {name for name, c in truth.communications.items() if c.registered}
    assert registered == set(strategy.communications)


def test_truth_imports_nothing_of_primum() -> None:
    for path in Path(company.__file__).parent.glob("*.py"):
        for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
            names = [a.name for a in node.names] if isinstance(node, ast.Import) else []
            names += [node.module or ""] if isinstance(node, ast.ImportFrom) else []
            assert all(not n.startswith("primum") or n.startswith("primum.demo") for n in names), path


def test_truth_as_json(built: Built) -> None:
    text = built[1].to_json()
    assert '"marketing / sales": [' in text
    assert '"week_histogram"' in text
