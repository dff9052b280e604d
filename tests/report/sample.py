"""Audit results to render: a believable company, the same with hostile names, and one of which nothing is known.

Owns made-up findings for the tests of `report`. Refuses to be true: figures are plausible, not computed.
"""

# ruff: noqa: E501

from dataclasses import replace
from datetime import date, timedelta
from random import Random
from typing import Any

from primum.audit import results as r

from . import sample_rules

HOSTILE = (
    "<script>alert(1)</script>",
    '"><img src=x onerror=alert(1)>',
    "</svg></style></script><script>alert(2)</script>",
    "=cmd()|' /C calc'!A0",
    "\x1b[31mred\x1b[0m\x07\x9b31m",
    "[bold]x[/bold] [link=https://evil.example]y[/link]",
    "Donaudampfschifffahrtselektrizitätenhauptbetriebswerkbauunterbeamtengesellschaft" * 3,
    "مرحبا بالعالم \u202egnp.exe\u202c",
    "{{ 7 * 7 }} {% raw %} ${7*7}",
    "@SUM(1+1)*cmd|'/C calc'!A0 \u2028 line\r\nHeader: x",
    "javascript:alert(3)",
)

DEPARTMENTS = (
    ("marketing", "Marketing", "A. Okafor", 1_148_210, 0.482, 3_100, 61_340.5, 402_118),
    ("service", "Customer Service", "M. Lindqvist", 512_884, 0.215, 118_220, 20_515.36, 338_402),
    ("sales", "Sales", "J. Ferreira", 408_116, 0.171, 12_040, 88_450.0, 211_870),
    ("logistics", "Logistics", None, 201_540, 0.085, 0, 10_077.0, 164_902),
    ("collections", "Collections", "R. Haddad", 84_402, 0.035, 0, 59_081.4, 31_215),
)
CODES = tuple(d[0] for d in DEPARTMENTS)

_COMMUNICATIONS = (
    ("Summer tariff launch", "marketing", "email", "marketing", "A. Okafor"),
    ("Weekly newsletter", "marketing", "email", "marketing", "A. Okafor"),
    ("Solar roof offer", "marketing", "email", "marketing", "A. Okafor"),
    ("App download reminder", "marketing", "push", "marketing", None),
    ("Black Friday bundle", "marketing", "sms", "marketing", "A. Okafor"),
    ("Win-back letter", "marketing", "post", "marketing", "A. Okafor"),
    ("Heat pump webinar", "marketing", "email", "marketing", None),
    ("Green energy survey", "marketing", "email", "survey", None),
    ("Birthday greeting", "marketing", "email", "marketing", "A. Okafor"),
    ("Refer a neighbour", "marketing", "inapp", "marketing", None),
    ("Contract renewal call", "sales", "call", "sales", "J. Ferreira"),
    ("Upgrade to fixed price", "sales", "email", "sales", "J. Ferreira"),
    ("Solar roof follow-up", "sales", "email", "sales", None),
    ("Wallbox offer", "sales", "sms", "sales", "J. Ferreira"),
    ("Door-to-door appointment", "sales", "visit", "sales", None),
    ("Business tariff letter", "sales", "post", "sales", "J. Ferreira"),
    ("Meter reading reminder", "service", "email", "service", "M. Lindqvist"),
    ("Ticket answered", "service", "email", "transactional", "M. Lindqvist"),
    ("Call back as requested", "service", "call", "service", "M. Lindqvist"),
    ("Satisfaction survey", "service", "sms", "survey", "M. Lindqvist"),
    ("Outage notice", "service", "sms", "service", "M. Lindqvist"),
    ("New device signed in", "service", "push", "security", None),
    ("Price change notice", "service", "post", "regulatory", "M. Lindqvist"),
    ("Delivery window", "logistics", "sms", "transactional", None),
    ("Your parcel is on its way", "logistics", "email", "transactional", None),
    ("Installer visit confirmed", "logistics", "email", "transactional", None),
    ("Rate your delivery", "logistics", "sms", "survey", None),
    ("First reminder", "collections", "email", "collections", "R. Haddad"),
    ("Second reminder", "collections", "post", "collections", "R. Haddad"),
    ("Payment plan call", "collections", "call", "collections", "R. Haddad"),
)


def full() -> r.AuditResult:
    """A year of an energy retailer: five departments, thirty communications."""
    return r.AuditResult(
        company=r.Company(
            "Nordlicht Energie",
            "Ines Calder",
            "Never more than three messages a week, and never two of us on one day.",
            "EUR",
            "Europe/Berlin",
        ),
        period=r.Period("2025-01-01", "2025-12-31", 365, 11.99),
        headline=_headline(),
        volume=_volume(),
        sources=_sources(),
        blind_spots=_blind_spots(),
        who_says_what=_cells(),
        departments=_departments(),
        communications=_communications(),
        months=_months(),
        pressure=_pressure(),
        duplicates=_duplicates(),
        meetings=_meetings(),
        live_offers=r.LiveOffers(
            212_408, 1_344_118, 18_944, 11_207, 6, 1_918, 1_604, True,
            (r.OfferPair("marketing", "sales", 12_218), r.OfferPair("marketing", "marketing", 6_004),
             r.OfferPair("sales", "sales", 722)), 3, 200,
        ),
        silos=_silos(),
        responses=_responses(),
        people=tuple(_person(i) for i in range(10)),
        method=_method(),
        coverage=_coverage(),
        flags=(
            r.FlagFigures("complaint_open", 4_210, 4_001, 260, 9_118, 2_870, 3_044, 1_201),
            r.FlagFigures("in_arrears", 11_902, 0, 11_902, 30_411, 8_807, 51_230, 9_990, 3_001),
        ),
        against_rules=sample_rules.against_rules(line),
        opt_out_lag=sample_rules.opt_outs(),
        clashes=sample_rules.clashes(line),
        cures=sample_rules.cures(),
        consequences=sample_rules.consequences(),
    )  # fmt: skip


def _coverage() -> r.Coverage:
    rng = Random(9)
    mondays = [(date(2024, 12, 30) + timedelta(weeks=w)).isoformat() for w in range(53)]

    def source(
        name: str,
        kind: str,
        department: str | None,
        from_: int,
        to: int,
        usual: int,
        holes: tuple[int, ...] = (),
        fresh: str | None = None,
        stale: int | None = None,
    ) -> r.SourceCoverage:
        held = [w for w in range(from_, to) if w not in holes]
        weeks = tuple((mondays[w], int(usual * rng.uniform(0.4, 1.9))) for w in held)
        return r.SourceCoverage(name, kind, department, mondays[from_], mondays[to - 1], weeks,
                                tuple(mondays[w] for w in holes), usual, mondays[to - 1], fresh, stale)  # fmt: skip

    return r.Coverage(
        r.CommonPeriod("2025-02-01", "2025-12-29", 332, CODES, (), 190_210),
        (
            source("newsletter_tool", "contacts", "marketing", 0, 53, 22_000, (30, 31), "7 days", 0),
            source("crm_calls", "contacts", "sales", 0, 53, 7_800, (), "7 days", 0),
            source("service_desk", "contacts", "service", 0, 53, 10_400),
            source("dunning", "contacts", "collections", 0, 53, 1_600, (), "30 days", 0),
            source("parcels", "contacts", "logistics", 4, 49, 4_100, (20,), "7 days", 19),
            source("clicks", "responses", None, 0, 53, 17_000),
            r.SourceCoverage("customer_master", "identifiers", None, None, None, (), (), 0, None, "1 day", None),
        ),
        (
            r.ControlLine("newsletter_tool", "2025-06", 101_000, 100_870, -130, 0.0013, True, 90, 0),
            r.ControlLine("newsletter_tool", "2025-07", 99_400, 61_202, -38_198, 0.3843, False, 90, 0),
        ),
        (
            r.RejectReason("newsletter_tool", "sent_at", "a value is not a date as in: %d.%m.%Y %H:%M", 62),
            r.RejectReason("newsletter_tool", None, "12 values where the header has 9 columns", 28),
            r.RejectReason("crm_calls", "status", "a value is not a known status. Known: sent, delivered", 284),
        ),
        (
            r.SourceWarning("cut_off", "parcels", "exports/parcels_2025_q1.csv", None, 65_535, 65_535, None,
                            "The file ends at exactly 65,535 rows, and an old spreadsheet (.xls) holds 65,536 lines: it may be cut off",
                            "Compare its last day with the system it comes from; export it in parts."),
            r.SourceWarning("scientific_notation", "dunning", None, "account", 1_204, 84_402, "9.99999E+99",
                            "Identifiers were turned into rounded numbers: their last digits are lost, and they match nobody",
                            "Export the column as text."),
        ),
    )  # fmt: skip


def _headline() -> r.Headline:
    return r.Headline(
        (
            "Five departments contacted 498,310 customers 2,383,902 times in twelve months; nobody saw all of it.",
            "One customer in a hundred received at least 9 pushed contacts in their busiest week; the worst-hit got 31.",
            "At least 6,412 messages were sent to a customer who had already received the very same text.",
            "On at least 88,120 customer-days two departments or more spoke to the same customer.",
            "12 of 30 communications have no owner; a third of all contacts belong to communications nobody registered.",
        ),
        (
            "On Thursday 13 November 2025 customer K•••42 received the solar roof offer from Marketing at 09:00 and the"
            " same text from Sales at 09:07, while a second reminder from Collections lay in the letter box.",
            "The ticket that this customer had opened on Monday was answered on the Friday after.",
        ),
        True,
    )


def _volume() -> r.Volume:
    return r.Volume(
        contacts=2_383_902, received=2_331_440, pushed=2_198_080, asked_for=133_360, not_received=52_462,
        not_sent=48_115, unlinked=28_750, customers_reached=498_310, customers_known=612_904, responses=904_118,
        states=41_220, cost=239_464.26, without_cost=28_750, unregistered=801_330, without_department=28_750,
        without_channel=4_020, without_purpose=96_410, without_content=840_221,
    )  # fmt: skip


def _sources() -> tuple[r.SourceFigures, ...]:
    def files(stem: str, count: int, rows: int, rejected: int) -> tuple[r.FileFigures, ...]:
        return tuple(
            r.FileFigures(
                f"exports/{stem}_2025_q{i + 1}.csv", 91_204_118 // (i + 1), rows // count, rejected if i == 0 else 0
            )
            for i in range(count)
        )

    return (
        r.SourceFigures("newsletter_tool", "contacts", "marketing", files("newsletter", 4, 1_148_300, 90), 1_148_300, 90, 0,
                        "2025-01-01", "2025-12-31", ("email",), 402_118, 371_990, ("valid_until",), ".primum/rejects/newsletter_tool.csv"),
        r.SourceFigures("crm_calls", "contacts", "sales", files("crm", 1, 408_400, 284), 408_400, 284, 0, "2025-01-02",
                        "2025-12-30", ("crm_id",), 211_870, 211_870, ("content",), ".primum/rejects/crm_calls.csv"),
        r.SourceFigures("service_desk", "contacts", "service", files("tickets", 2, 541_634, 0), 541_634, 0, 28_750, "2025-01-01",
                        "2025-12-31", ("email", "phone"), 338_402, 301_118, (), None),
        r.SourceFigures("dunning", "contacts", "collections", files("dunning", 1, 84_402, 0), 84_402, 0, 0, "2025-01-03",
                        "2025-12-29", ("account",), 31_215, 30_998, ("subject", "content"), None),
        r.SourceFigures("parcels", "contacts", "logistics", files("parcels", 1, 201_540, 0), 201_540, 0, 0, "2025-02-01",
                        "2025-12-31", ("phone",), 164_902, 72_400, ("purpose", "content"), None),
        r.SourceFigures("clicks", "responses", None, files("clicks", 1, 904_118, 0), 904_118, 0, 0, "2025-01-01", "2025-12-31",
                        ("email",), 188_240, 180_002, (), None),
        r.SourceFigures("customer_master", "identifiers", None, files("master", 1, 612_904, 0), 612_904, 0, 0, None, None,
                        ("crm_id", "email", "phone", "account"), 612_904, None, (), None),
    )  # fmt: skip


def _blind_spots() -> tuple[r.BlindSpot, ...]:
    return (
        r.BlindSpot("match", "More than half of Logistics' customers are not in the customer master", 92_502, "customers",
                    "Bring the phone numbers of orders into the master.", "parcels", "Figures across departments are lower bounds.", "too low"),
        r.BlindSpot("content", "Contacts carry no content and cannot be checked for duplicates", 840_221, "contacts",
                    "Export the text or template version, and map it to `content`.", None, "Repeats among them are not counted.", "unchecked"),
        r.BlindSpot("department", "Contacts name no department", 28_750, "contacts",
                    "Set `department:` on the source, or map a column.", "service_desk"),
        r.BlindSpot("responses", "Nothing tells whether letters and calls were answered", 3, "sources",
                    "Add call outcomes and returned mail as responses.", None),
        r.BlindSpot("period", "The source starts a month later than the others", 31, "days",
                    "Ask Logistics for the export of January.", "parcels"),
    )  # fmt: skip


def _departments() -> tuple[r.DepartmentFigures, ...]:
    found = [
        r.DepartmentFigures(code, title, owner, contacts, contacts - 9_000, asked, reach, share, cost, contacts // 3,
                            sum(1 for c in _COMMUNICATIONS if c[1] == code))
        for code, title, owner, contacts, share, asked, cost, reach in DEPARTMENTS
    ]  # fmt: skip
    none = r.DepartmentFigures(None, None, None, 28_750, 28_750, 0, 0, 0.012, None, 28_750, 0)
    return (*found, none)


def _cells() -> tuple[r.Cell, ...]:
    seen: dict[tuple[str, str, str], int] = {}
    rng = Random(4)
    for _, department, channel, purpose, _ in _COMMUNICATIONS:
        key = (department, channel, purpose)
        seen[key] = seen.get(key, 0) + rng.choice((900, 8_400, 44_000, 161_000, 302_000))
    cells = [
        r.Cell(d, ch, p, n, n - n // 50, n // 9 if d == "service" else 0, n // 3 + 1, n // 2 + 1, 1.0 + n % 170 / 100,
               None if ch == "visit" else n * 0.05, n // 4)
        for (d, ch, p), n in seen.items()
    ]  # fmt: skip
    return (*cells, r.Cell(None, None, None, 28_750, 28_750, 0, 0, 0, 0.0, None, 28_750))


def _communications() -> tuple[r.CommunicationFigures, ...]:
    rng = Random(5)
    found = []
    for i, (title, department, channel, purpose, owner) in enumerate(_COMMUNICATIONS):
        reach = int(402_000 / (1 + i * 0.7)) + rng.randrange(900)
        departments = ("marketing", "sales") if title == "Solar roof offer" else (department,)
        found.append(
            r.CommunicationFigures(
                f"COM-{i + 1:03d}", title, owner is not None, owner, departments, (channel,), purpose, reach * 2, reach,
                f"2025-{1 + i % 9:02d}-03", f"2025-{10 + i % 3}-2{i % 9}", reach // (3 + i) if channel == "email" else None,
            )
        )  # fmt: skip
    return tuple(found)


def _months() -> tuple[r.MonthFigures, ...]:
    rng = Random(6)
    shape = (0.8, 0.75, 0.9, 1.0, 0.95, 1.15, 0.7, 0.65, 1.0, 1.1, 1.75, 1.35)
    return tuple(
        r.MonthFigures(d[0], f"2025-{m + 1:02d}", int(d[3] / 12 * shape[m] * rng.uniform(0.85, 1.15)))
        for m in range(12)
        for d in DEPARTMENTS
        if not (d[0] == "logistics" and m == 0)
    )


def _figures(department: str | None, customers: int, contacts: int, peak: int) -> r.PressureFigures:
    histogram = [(n, max(1, int(customers * 0.42 * 0.58 ** (n - 1)))) for n in range(1, peak - 6)] + [(peak, 1)]
    above = tuple(round(0.58**n, 4) for n in range(1, 11))
    return r.PressureFigures(
        department, customers, contacts, 2, 5, 9, peak, 4, 11, 21, peak * 2, above, 0.083, tuple(histogram)
    )


def _pressure() -> r.Pressure:
    return r.Pressure(
        _figures(None, 498_310, 2_198_080, 31),
        (
            _figures("marketing", 402_118, 1_140_000, 17),
            _figures("service", 338_402, 390_000, 12),
            _figures("sales", 211_870, 390_112, 14),
            _figures("logistics", 164_902, 201_000, 11),
            _figures("collections", 31_215, 84_000, 8),
        ),
        7,
    )


def line(day: str, time: str | None, department: str | None, title: str | None, **more: Any) -> r.ContactLine:
    """A contact for an example or timeline."""
    known = next((i for i, c in enumerate(_COMMUNICATIONS) if c[0] == title), None)
    found = _COMMUNICATIONS[known] if known is not None else (None, None, None, None, None)
    values: dict[str, Any] = {
        "at": f"{day}T{time or '00:00'}:00Z", "day": day, "time": time, "department": department, "channel": found[2],
        "purpose": found[3], "communication": None if known is None else f"COM-{known + 1:03d}", "subject": None,
        "status": "delivered", "asked_for": False, "source": "newsletter_tool",
        "file": "exports/newsletter_2025_q4.csv", "row": 40_117,
    }  # fmt: skip
    return r.ContactLine(**(values | more))


def _duplicates() -> r.Duplicates:
    sun = "Your roof can earn money: 20% off until Sunday"
    pairs = (
        ("marketing", "marketing", 3_918, 3_402), ("marketing", "sales", 2_204, 2_190), ("sales", "marketing", 911, 905),
        ("service", "service", 188, 120), ("sales", "sales", 102, 99), ("logistics", "service", 14, 14),
    )  # fmt: skip
    return r.Duplicates(
        window_days=7, checked=1_543_681, unchecked=840_221, within=4_208, within_customers=3_611, between=3_129,
        between_customers=3_101, customers=6_390, cost=412.85,
        gaps=(("under a minute", 1_204), ("under an hour", 2_918), ("the same day", 1_811), ("the next day", 804), ("2 to 7 days", 600)),
        pairs=tuple(r.DuplicatePair(*p) for p in pairs),
        communications=(
            r.DuplicatedCommunication("COM-003", "marketing", "COM-013", "sales", 2_204),
            r.DuplicatedCommunication("COM-002", "marketing", "COM-002", "marketing", 1_700),
            r.DuplicatedCommunication("COM-005", "marketing", "COM-014", "sales", 911),
        ),
        examples=(
            r.DuplicateExample("K•••42", "7 minutes", 420.0,
                               line("2025-11-13", "09:00", "marketing", "Solar roof offer", subject=sun),
                               line("2025-11-13", "09:07", "sales", "Solar roof follow-up", subject=sun, row=118)),
            r.DuplicateExample("K•••07", "38 seconds", 38.0,
                               line("2025-06-02", "18:30", "marketing", "Weekly newsletter", subject="This week"),
                               line("2025-06-02", "18:30", "marketing", "Weekly newsletter", subject="This week", row=40_118)),
            r.DuplicateExample("K•••91", "2 days", 172_800.0,
                               line("2025-03-04", None, "logistics", "Rate your delivery", subject="How did we do?"),
                               line("2025-03-06", "12:00", "service", "Satisfaction survey", subject="How did we do?")),
        ),
    )  # fmt: skip


def _meetings() -> r.Meetings:
    rng = Random(8)
    pairs = [(a, b) for i, a in enumerate(CODES) for b in CODES[i + 1 :] if (a, b) != ("logistics", "collections")]
    return r.Meetings(
        1_804_220, 88_120, 61_044, 4, ((1, 1_716_100), (2, 82_017), (3, 5_980), (4, 123)),
        tuple(r.Meeting(a, b, n := rng.randrange(400, 31_000), n - n // 4) for a, b in pairs),
    )  # fmt: skip


def _silos() -> r.Silos:
    keys = {
        "marketing": ("email",), "service": ("email", "phone"), "sales": ("crm_id",), "logistics": ("phone",),
        "collections": ("account",),
    }  # fmt: skip
    rates = {"marketing": 0.925, "service": 0.89, "sales": 1.0, "logistics": 0.439, "collections": 0.993}
    reach = {d[0]: d[7] for d in DEPARTMENTS}
    pairs = tuple(
        r.PairRecognition(a, b, keys[a], keys[b], reach[a], reach[b], int(reach[a] * rates[a]), int(reach[b] * rates[b]),
                          min(reach[a], reach[b]) // 3)
        for i, a in enumerate(CODES) for b in CODES[i + 1 :]
    )  # fmt: skip
    return r.Silos(
        pairs, (("logistics", "collections"),), ("crm_calls", "dunning"), 28_750, 14_218,
        (
            r.SharedIdentifier("email", "no•••@nordlicht.example", "known placeholder", 8_114, 30_118),
            r.SharedIdentifier("phone", "+49 30 ••• 00", "shared by 412 customers", 412, 1_902),
        ),
        9,
    )  # fmt: skip


def _responses() -> r.Responses:
    curve = tuple(
        r.ResponseCurvePoint(
            n, max(40, int(120_000 * 0.78**n)), int(max(40, int(120_000 * 0.78**n)) * (0.42 + n * 0.014))
        )
        for n in range(1, 31)
    )
    kinds = (
        ("opened", 702_118),
        ("clicked", 161_004),
        ("replied", 22_110),
        ("opted_out", 12_402),
        ("complained", 6_484),
    )
    return r.Responses(904_118, kinds, 188_240, 861_202, 402_118, curve, 10, 38_118, 21_504)


def _person(i: int) -> r.Person:
    rng = Random(100 + i)
    lines = []
    for day in range(10, 24):
        for hour in sorted(rng.sample(range(8, 20), rng.choice((0, 1, 2, 2, 3)))):
            title, department, channel, _, _ = rng.choice(_COMMUNICATIONS)
            asked = title in ("Ticket answered", "Call back as requested")
            subject = rng.choice((None, "Your offer ends soon", "We are here for you", "Last chance"))
            lines.append(
                line(f"2025-11-{day}", None if channel == "post" else f"{hour:02d}:{rng.randrange(60):02d}", department, title,
                     subject=subject, asked_for=asked, status="bounced" if rng.random() < 0.06 else "delivered",
                     row=rng.randrange(90_000))
            )  # fmt: skip
        if rng.random() < 0.25:
            lines.append(line(f"2025-11-{day}", "20:15", "marketing", "Weekly newsletter",
                              response=rng.choice(("opened", "opted_out", "complained"))))  # fmt: skip
    return r.Person(
        f"K•••{42 + i}", 140 - 6 * i, 5 if i < 6 else 4, 31 - i, "2025-11-10", "2025-11-16", 6 - i // 3,
        f"Heard from {5 if i < 6 else 4} departments; {31 - i} contacts in the week from 10 November, 6 of them on one day.",
        tuple(lines), len(lines),
    )  # fmt: skip


def _method() -> r.Method:
    return r.Method(
        "0.1.0", "3f9a2c71", "2026-01-05T00:00:00Z", "1.5.5", "2026.6", 64,
        (
            ("Busiest 7 days", "The 7 consecutive days, starting at any contact, that hold the most received and pushed contacts."),
            ("Exact duplicate", "The same content fingerprint to the same customer within less than 7 days."),
            ("Customer-day", "One customer on one local day."),
        ),
    )  # fmt: skip


def hostile() -> r.AuditResult:
    """The same company, with hostile text in every place where a company's own words stand."""
    result = full()
    turn = iter(range(10**9))

    def evil() -> str:
        return HOSTILE[next(turn) % len(HOSTILE)]

    departments = tuple(replace(d, title=evil(), owner=evil()) for d in result.departments)
    lines = tuple(replace(c, subject=evil(), channel=evil(), file=evil(), purpose=evil(), status=evil(), response=evil() if i % 3 else None)
                  for i, c in enumerate(result.people[0].timeline))  # fmt: skip
    people = (replace(result.people[0], customer=evil(), summary=evil(), timeline=lines), *result.people[1:])
    sources = tuple(
        replace(s, name=evil(), kind=evil(), key_kinds=(evil(),), missing_columns=(evil(), evil()), reject_file=evil(),
                first="not a date <b>", files=tuple(replace(f, name=evil()) for f in s.files))
        for s in result.sources
    )  # fmt: skip
    return replace(
        result,
        company=r.Company(HOSTILE[0], HOSTILE[1], HOSTILE[6], HOSTILE[0], HOSTILE[4]),
        headline=r.Headline(tuple(HOSTILE), (HOSTILE[0], HOSTILE[7]), True),
        sources=sources,
        blind_spots=tuple(r.BlindSpot(evil(), evil(), 3, evil(), evil(), evil()) for _ in HOSTILE),
        departments=departments,
        who_says_what=tuple(replace(c, channel=evil(), purpose=evil()) for c in result.who_says_what),
        communications=tuple(
            replace(c, title=evil(), owner=evil(), channels=(evil(), evil()), purpose=evil()) for c in result.communications
        ),
        months=(*result.months, r.MonthFigures(HOSTILE[2], "2025-03", 9), r.MonthFigures("sales", HOSTILE[0], 9)),
        duplicates=replace(
            result.duplicates,
            gaps=tuple((text, 3) for text in HOSTILE),
            examples=tuple(replace(e, customer=evil(), gap=evil(), first=replace(e.first, subject=evil()))
                           for e in result.duplicates.examples),
        ),
        silos=replace(
            result.silos,
            shared_identifiers=tuple(r.SharedIdentifier(text, text, text, 9, 9) for text in HOSTILE),
            nothing_in_common=((HOSTILE[0], HOSTILE[2]),),
            sources_without_responses=HOSTILE,
        ),
        responses=replace(result.responses, by_kind=tuple((text, 5) for text in HOSTILE)),
        flags=tuple(r.FlagFigures(text, 5, 4, 3, 2, 1, 0, 0) for text in HOSTILE),
        people=people,
        coverage=r.Coverage(
            result.coverage.common,
            tuple(replace(s, source=evil(), department=evil(), first=evil(), last=evil(), newest=evil(), fresh=evil(),
                          holes=(evil(),), weeks=((evil(), 3), *s.weeks)) for s in result.coverage.sources),
            (r.ControlLine(evil(), evil(), 3, 3, 0, 0.0, True, 0, 0),),
            tuple(r.RejectReason(evil(), evil(), text, 3) for text in HOSTILE),
            tuple(r.SourceWarning(evil(), evil(), evil(), evil(), 3, 3, evil(), text, evil()) for text in HOSTILE),
        ),
        method=r.Method(*HOSTILE[:5], 64, tuple((text, text) for text in HOSTILE)),
        **sample_rules.hostile(result, evil),
    )  # fmt: skip


def many() -> r.AuditResult:
    """Thirty departments, 700 communications, ten years: more than a page can show at once."""
    result = full()
    names = [f"department-{i:02d}" for i in range(30)]
    mondays = [(date(2023, 1, 2) + timedelta(weeks=w)).isoformat() for w in range(156)]
    rng = Random(11)
    strips = tuple(
        r.SourceCoverage(f"source-{i:02d}", "contacts", names[i % 30], mondays[i % 40], mondays[-1 - i % 9],
                         tuple((m, rng.randrange(1, 9_000)) for m in mondays[i % 40 : 156 - i % 9] if m != mondays[90]),
                         (mondays[90],), 4_000, mondays[-1 - i % 9], None, None)
        for i in range(60)
    )  # fmt: skip
    cell, department, communication = result.who_says_what[0], result.departments[0], result.communications[0]
    return replace(
        result,
        coverage=replace(
            result.coverage,
            sources=strips,
            common=r.CommonPeriod("2023-10-02", "2025-10-26", 756, tuple(names[:9]), tuple(names[9:]), 5),
        ),
        departments=tuple(replace(department, department=n, title=None, share_of_contacts=1 / 30) for n in names),
        who_says_what=tuple(replace(cell, department=n, channel=c) for n in names for c in ("email", "sms", "post")),
        communications=tuple(replace(communication, communication=f"c{i}", title=None, reach=i) for i in range(700)),
        months=tuple(
            r.MonthFigures(n, f"{y}-{m:02d}", 50) for n in names for y in range(2016, 2026) for m in range(1, 13)
        ),
        meetings=replace(
            result.meetings, pairs=tuple(r.Meeting(a, b, 40, 30) for i, a in enumerate(names) for b in names[i + 1 :])
        ),
    )


def empty() -> r.AuditResult:
    """One source without a usable row: nothing is known, and nothing was found."""
    nothing = r.PressureFigures(None, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, (), 0.0, ())
    return r.AuditResult(
        company=r.Company("Nobody Ltd", None, None, "EUR", "UTC"),
        period=None,
        headline=r.Headline((), (), False),
        volume=r.Volume(*([0] * 11), None, *([0] * 6)),
        sources=(r.SourceFigures("export", "contacts", None, (), 0, 0, 0, None, None, (), 0, None, (), None),),
        blind_spots=(),
        who_says_what=(),
        departments=(),
        communications=(),
        months=(),
        pressure=r.Pressure(nothing, (), 0),
        duplicates=r.Duplicates(7, 0, 0, 0, 0, 0, 0, 0, None, (), (), (), ()),
        meetings=r.Meetings(0, 0, 0, 0, (), ()),
        live_offers=r.LiveOffers(0, 0, 0, 0, 0, 0, 0, False, (), 0, 200),
        silos=r.Silos((), (), (), 0, 0, (), 0),
        responses=r.Responses(0, (), 0, 0, None, (), 10, 0, 0),
        people=(),
        method=r.Method("0.1.0", "0", "2026-01-05T00:00:00Z", "1.5.5", "2026.6", 1, ()),
    )


def calm() -> r.AuditResult:
    """The company after a good year: everything could be checked, and nothing was found."""
    result = full()
    return replace(
        result,
        headline=r.Headline(("Nothing stands out.",), (), False),
        blind_spots=(),
        coverage=r.Coverage(
            replace(result.coverage.common, outside=0), tuple(replace(s, stale_by_days=0 if s.fresh else None, holes=())
                                                              for s in result.coverage.sources[:-1]),
            result.coverage.control[:1],
        ),
        duplicates=replace(result.duplicates, unchecked=0, within=0, within_customers=0, between=0, between_customers=0,
                           customers=0, cost=0.0, gaps=(), pairs=(), communications=(), examples=()),
        meetings=replace(result.meetings, several=0, customers=0, most_departments=1, by_departments=((1, 9),), pairs=()),
        live_offers=replace(result.live_offers, pairs=0, customers=0, most_at_once=1, same_product_pairs=0,
                            same_product_customers=0, by_department=(), capped_customers=0, without_validity=0),
        silos=replace(result.silos, nothing_in_common=(), sources_without_responses=(), contacts_without_sender=0,
                      shared_identifiers=(), shared_identifier_count=0),
        cures=r.Cures(tried=19),
        consequences=r.Consequences(),
        **sample_rules.calm(result),
    )  # fmt: skip
