"""What `primum init` makes of columns and files: kinds, keys, dates, words, encodings."""

import json
import sqlite3
from collections.abc import Callable
from datetime import datetime, timedelta
from pathlib import Path

import pyarrow as pa
import pyarrow.parquet as pq
import pytest

from primum.sources.guess import Guess, guess
from primum.sources.guess_dates import dates_of, day_in_names
from primum.sources.guess_sources import SourceGuess
from primum.sources.guess_values import meaning_of
from primum.sources.guess_words import words_of
from primum.words.errors import SourceError

ROWS = 60
FIRST = ("Ada", "Ben", "Cleo", "Dov", "Eva", "Finn", "Gita", "Hugo", "Ines", "Jan", "Kira", "Liam")
LAST = ("Quill", "Rook", "Stone", "Tarn", "Usher", "Vale", "Wren", "Yates", "Zorn", "Ash", "Birk")


def mail(i: int) -> str:
    return f"{FIRST[i % 12]}.{LAST[i % 11]}{i}@example.org".lower()


def stamp(i: int) -> str:
    return (datetime(2025, 3, 1, 9) + timedelta(hours=7 * i)).strftime("%Y-%m-%d %H:%M:%S")


VALUES: dict[str, Callable[[int], str]] = {
    "email address": mail,
    "email": mail,
    "first name": lambda i: FIRST[i % 12],
    "last name": lambda i: LAST[i % 11],
    "phone number": lambda i: f"+1 202555{i:04d}",
    "phone": lambda i: f"+1 202555{i:04d}",
    "record id": lambda i: str(701_000 + 3 * i),
    "customer id": lambda i: str(6_100_200 + 7 * i),
    "leid": lambda i: str(331_000 + i),
    "euid": lambda i: f"a{i:03x}9f{i}c",
    "klaviyo id": lambda i: f"01HX{i:05d}AB",
    "accepts email marketing": lambda i: "yes" if i % 3 else "no",
    "email marketing consent": lambda i: "SUBSCRIBED" if i % 3 else "NEVER_SUBSCRIBED",
    "lead status": lambda i: ("New", "Open", "Connected")[i % 3],
    "lifecycle stage": lambda i: "lead" if i % 2 else "customer",
    "total spent": lambda i: f"{3.1 * i:.2f}",
    "member rating": lambda i: str(i % 5 + 1),
    "unsub campaign title": lambda i: "Spring" if i % 2 else "Summer",
    "campaign name": lambda i: f"Campaign {i}",
    "subject": lambda i: f"Subject {i}",
    "list": lambda i: "VIP" if i % 2 else "All",
    "total recipients": lambda i: str(1000 + i),
    "open rate": lambda i: f"{20 + i % 9}%",
    "send date": lambda i: stamp(i)[:10],
}
TIMES = ("optin time", "confirm time", "unsub time", "last changed", "create date", "last modified date",
         "next appointment date", "profile created on", "date added")  # fmt: skip
VALUES |= dict.fromkeys(TIMES, stamp)


def value(header: str, i: int) -> str:
    """An invented value for a column of a platform's export."""
    return VALUES.get(words_of(header), lambda i: "")(i)


def export(path: Path, header: str, delimiter: str = ",") -> Path:
    names = header.split(delimiter)
    lines = [delimiter.join(value(n, i) for n in names) for i in range(ROWS)]
    path.write_text("\n".join([header, *lines]) + "\n", encoding="utf-8")
    return path


@pytest.fixture
def folder(tmp_path) -> Path:
    """A folder whose name says nothing."""
    inside = tmp_path / "exports"
    inside.mkdir()
    return inside


def only(found: Guess) -> SourceGuess:
    assert len(found.sources) == 1
    return found.sources[0]


def key(source: SourceGuess) -> dict[str, str]:
    return {k.kind: k.column for k in source.keys}


def line(source: SourceGuess, attribute: str):
    return next(x for x in source.lines if x.attribute == attribute)


MAILCHIMP = (
    "Email Address,First Name,Last Name,MEMBER_RATING,OPTIN_TIME,OPTIN_IP,CONFIRM_TIME,CONFIRM_IP,LATITUDE,LONGITUDE,"
    "GMTOFF,DSTOFF,TIMEZONE,CC,REGION,LAST_CHANGED,LEID,EUID,NOTES"
)
UNSUB = "UNSUB_CAMPAIGN_TITLE,UNSUB_CAMPAIGN_ID,UNSUB_TIME,UNSUB_REASON,UNSUB_REASON_OTHER,MEMBER_RATING,OPTIN_TIME"
PLATFORMS = {
    "audience": (MAILCHIMP, "customers", {"email": "Email Address"}, set()),
    "audience_tags": (f"{MAILCHIMP},TAGS", "customers", {"email": "Email Address"}, set()),
    "left": (f"Email Address,First Name,Last Name,{UNSUB}", "states", {"email": "Email Address"}, set()),
    "short": (
        "Email Address,First Name,Last Name,Phone Number,MEMBER_RATING,OPTIN_TIME,OPTIN_IP,CONFIRM_TIME,LAST_CHANGED,"
        "LEID,EUID,NOTES,TAGS,UNSUB_TIME",
        "states",
        {"email": "Email Address"},
        set(),
    ),
    "hubspot": (
        "Record ID,First Name,Last Name,Email,Phone Number,Contact owner,Lead Status,Create Date,Last Modified Date,"
        "Contact Type,Lifecycle Stage,Lead Source,Stage of Journey,Next appointment date,Associated Deal,"
        "Associated Company,Associated Deal IDs",
        "customers",
        {"crm_id": "Record ID"},
        {"email", "phone"},
    ),
    "hubspot_short": (
        "Record ID,First Name,Last Name,Email,Phone Number,Lead Status,Lifecycle Stage,Original Source",
        "customers",
        {"crm_id": "Record ID"},
        {"email", "phone"},
    ),
    "shop": (
        "Customer ID,First Name,Last Name,Email,Accepts Email Marketing,Default Address Company,"
        "Default Address Address1,Default Address Address2,Default Address City,Default Address Province Code,"
        "Default Address Country Code,Default Address Zip,Default Address Phone,Phone,Accepts SMS Marketing,"
        "Total Spent,Total Orders,Note,Tax Exempt,Tags",
        "customers",
        {"crm_id": "Customer ID"},
        {"email", "phone"},
    ),
    "profiles": (
        "Email,Klaviyo ID,First Name,Last Name,City,State / Region,Country,Zip Code,Source,Email Marketing Consent,"
        "Profile Created On,Date Added",
        "customers",
        {"email": "Email"},
        set(),
    ),
}


@pytest.mark.parametrize("name", PLATFORMS)
def test_the_exports_of_platforms_get_their_kind_and_key(folder, name):
    header, kind, wanted, further = PLATFORMS[name]
    source, *flags = guess([export(folder / f"{name}.csv", header)]).sources
    assert {f.kind for f in flags} <= {"states"}
    assert (source.kind, key(source)) == (kind, wanted)
    assert source.confidence != "unsure"
    assert {k.kind for k in source.identifiers} == further
    assert len(source.questions) <= 1


def test_totals_per_campaign_are_a_calendar_and_a_list_is_joined_to_it(folder):
    header = (
        "Campaign Name,Subject,List,Send Weekday,Total Recipients,Unique Placed Order,Placed Order Rate,Revenue,"
        "Unique Opens,Open Rate,Total Opens,Unique Clicks,Click Rate,Total Clicks,Unsubscribes,Spam Complaints,"
        "Spam Complaints Rate,Successful Deliveries,Bounces,Bounce Rate,Send Date,Send Hour"
    )
    calendar = export(folder / "campaigns.csv", header.replace(",", "\t"), "\t")
    alone = only(guess([calendar]))
    assert alone.kind == "calendar"
    assert "who was sent which campaign" in alone.questions[0]
    people = folder / "lists.csv"
    people.write_text("email,list\n" + "".join(f"{mail(i)},VIP\n" for i in range(30)))
    found = {s.name: s for s in guess([calendar, people]).sources}["campaigns"]
    assert found.partner is not None
    assert 'JOIN calendar c ON a."list" = c."List"' in found.query


@pytest.mark.parametrize(
    ("values", "formats", "ambiguous"),
    [
        (["2025-01-31", "2025-02-01"], (), ()),
        (["2025-01-31T09:00:00Z", "2025-02-01 10:00"], (), ()),
        (["31/01/2025", "01/02/2025"], ("%d/%m/%Y",), ()),
        (["01/31/2025", "02/01/2025"], ("%m/%d/%Y",), ()),
        (["03/04/2025", "05/06/2025"], ("%d/%m/%Y",), ("%m/%d/%Y",)),
        (["04/04/2025", "31/01/2025"], ("%d/%m/%Y",), ()),
        (["1.2.2025 07:05", "13.2.2025 18:00"], ("%d.%m.%Y %H:%M",), ()),
        (["31.01.25"], ("%d.%m.%y",), ()),
        (["1/31/2025 3:05:00 PM"], ("%m/%d/%Y %I:%M:%S %p",), ()),
        (["31 Jan 2025", "1 Feb 2025"], ("%d %b %Y",), ()),
        (["31/01/2025 09:00", "30/01/2025"], ("%d/%m/%Y %H:%M", "%d/%m/%Y"), ()),
        (["2025/01/31"], ("%Y/%m/%d",), ()),
    ],
)
def test_formats_are_told_from_all_values(values, formats, ambiguous):
    found = dates_of(values)
    assert found is not None
    assert set(found.formats) == set(formats)
    assert found.ambiguous == ambiguous


def test_what_is_no_date_is_none_and_some_bad_values_are_forgiven():
    assert dates_of(["hello", "2025-01-01"]) is None
    assert dates_of(["1234567", "7654321"]) is None
    assert dates_of([]) is None
    mostly = dates_of([*["31/01/2025"] * 18, "31/02/2025", "next Tuesday"])
    assert mostly is not None
    assert mostly.fits == 0.9


@pytest.mark.parametrize(("number", "unit"), [(1_741_000_000, "epoch"), (1_741_000_000_123, "epoch_ms")])
def test_counted_instants(number, unit):
    found = dates_of([str(number + i) for i in range(9)])
    assert found is not None
    assert found.epoch == unit


def test_ambiguous_days_are_asked_and_settled_by_another_file(folder):
    head = "email,sent_at,campaign\n"
    (folder / "a_mails.csv").write_text(
        head + "".join(f"{mail(i)},0{i % 9 + 1}/0{i % 7 + 1}/2025,Hi\n" for i in range(40))
    )
    source = only(guess([folder]))
    assert "day or the month" in source.questions[0]
    assert line(source, "at").confidence == "unsure"
    rows = "".join(f"{mail(i)},0{i % 9 + 1}/{i % 28 + 1}/2025,Hi\n" for i in range(40))
    (folder / "b_calls.csv").write_text(head.replace("campaign", "pitch") + rows)
    found = {s.name: s for s in guess([folder]).sources}
    assert found["a_mails"].dates == found["b_calls"].dates == ("%m/%d/%Y",)
    assert not any("month" in q for q in found["a_mails"].questions)


def test_encodings_and_delimiters(folder):
    rows = "Kundennummer;Versanddatum;Kampagne;Betreff;Status\n" + "".join(
        f"K{i:05d};{i % 28 + 1:02d}.03.2025;Frühling;Für Sie;{'zugestellt' if i % 3 else 'unzustellbar'}\n"
        for i in range(50)
    )
    for encoding, stated in (("cp1252", "cp1252"), ("utf-8", None), ("utf-8-sig", None), ("utf-16", None)):
        (folder / "werbung.csv").write_bytes(rows.encode(encoding))
        source = only(guess([folder]))
        assert source.table.spec.encoding == stated
        assert source.table.spec.delimiter == ";"
        assert (source.kind, source.department, key(source)) == ("contacts", "marketing", {"crm_id": "Kundennummer"})
        assert dict(line(source, "status").values) == {"zugestellt": "delivered", "unzustellbar": "bounced"}


def test_a_workbook_with_titles_and_several_sheets(folder):
    from openpyxl import Workbook

    book = Workbook()
    first = book.active
    first.title = "Calls"
    for row in (("Outbound calls", None, None), (), ("Phone", "Called on", "Result")):
        first.append(row)
    for i in range(30):
        first.append((f"+44 1632 00{i:04d}", datetime(2025, 3, 1 + i % 28, 9), "Voicemail" if i % 2 else "Reached"))
    other = book.create_sheet("Letters")
    other.append(("Customer no", "Printed on", "Letter"))
    for i in range(30):
        other.append((f"C{i:05d}", datetime(2025, 3, 1 + i % 28), "Price change"))
    book.create_sheet("Notes")
    book.save(folder / "sales.xlsx")
    result = guess([folder])
    found = {s.name: s for s in result.sources}
    assert sorted(found) == ["sales_calls", "sales_letters"]
    calls, letters = found["sales_calls"], found["sales_letters"]
    assert (calls.table.spec.sheet, calls.table.spec.skip_rows) == ("Calls", 2)
    assert (key(calls), key(letters)) == ({"phone": "Phone"}, {"crm_id": "Customer no"})
    assert (line(calls, "channel").value, line(letters, "channel").value) == ("call", "post")
    assert [why for _, why in result.skipped] == ["sheet 'Notes': is empty."]


def test_every_table_of_a_database(folder):
    with sqlite3.connect(folder / "log.sqlite") as base:
        base.execute("CREATE TABLE letters (account_no INTEGER, posted_on TEXT, letter TEXT)")
        base.execute("CREATE TABLE optouts (account_no INTEGER, since TEXT)")
        rows = [(410_000 + i, f"2025-03-{i % 28 + 1:02d}", "Reminder") for i in range(30)]
        base.executemany("INSERT INTO letters VALUES (?, ?, ?)", rows)
        base.executemany("INSERT INTO optouts VALUES (?, ?)", [r[:2] for r in rows])
    base.close()
    found = {s.name: s for s in guess([folder]).sources}
    assert {n: s.kind for n, s in found.items()} == {"log_letters": "contacts", "log_optouts": "states"}
    assert line(found["log_optouts"], "state").value == "opted_out"


def test_parts_are_one_source_and_other_departments_are_not(folder):
    for part in range(3):
        ids = [f"K{part}{i:04d}" for i in range(40)]
        when = pa.array([datetime(2025, 3, 1 + i % 28) for i in range(40)], pa.timestamp("us"))
        pq.write_table(
            pa.table({"customer_no": ids, "sent_at": when, "channel": ["sms"] * 40}), folder / f"n-{part:04d}.parquet"
        )
    head = "email,sent_at,campaign,subject,result\n"
    for name in ("marketing_2025-01", "marketing_2025-02", "service_2025-01"):
        (folder / f"{name}.csv").write_text(head + "".join(f"{mail(i)},{stamp(i)},c,s,Delivered\n" for i in range(30)))
    found = {s.name: [p.name for p in s.files] for s in guess([folder]).sources}
    assert found == {
        "n": ["n-0000.parquet", "n-0001.parquet", "n-0002.parquet"],
        "marketing": ["marketing_2025-01.csv", "marketing_2025-02.csv"],
        "service_2025_01": ["service_2025-01.csv"],
    }


def test_a_log_without_message_numbers_becomes_two_sources_and_is_asked_about(folder):
    events = ("processed", "delivered", "open", "click", "bounce", "unsubscribe")
    lines = [{"email": mail(i), "timestamp": 1_741_000_000 + i, "event": events[i % 6]} for i in range(120)]
    (folder / "mail_events.jsonl").write_text("\n".join(map(json.dumps, lines)) + "\n")
    contacts, answers = guess([folder]).sources
    assert (contacts.kind, answers.kind) == ("contacts", "responses")
    assert "'processed'" in contacts.query
    assert "'open'" in answers.query
    assert "'delivered'" not in answers.query
    assert any("no column tells one message from another" in q for q in contacts.questions)
    assert dict(line(answers, "kind").values)["unsubscribe"] == "opted_out"


def test_a_column_is_recognised_by_the_values_of_the_customer_master(folder):
    master = "customer_no,e_mail,account_no\n" + "".join(f"C{i:05d},{mail(i)},{410_000 + i}\n" for i in range(50))
    (folder / "crm.csv").write_text(master)
    (folder / "letters.csv").write_text(
        "ref,printed_on,letter\n" + "".join(f"{410_000 + i},2025-03-{i % 28 + 1:02d},Hello\n" for i in range(50))
    )
    letters = next(s for s in guess([folder]).sources if s.name == "letters")
    assert key(letters) == {"account": "ref"}
    assert not any("ref" in q for q in letters.questions)


def test_customer_numbers_of_two_systems_are_not_taken_for_one(folder):
    (folder / "crm.csv").write_text(
        "Customer ID,Email,City\n" + "".join(f"{500_100 + i},{mail(i)},Reno\n" for i in range(50))
    )
    (folder / "shop.csv").write_text(
        "Client number,Email,City\n" + "".join(f"{900_100 + i},{mail(i)},Reno\n" for i in range(40))
    )
    crm, shop = guess([folder]).sources
    assert (key(crm), key(shop)) == ({"crm_id": "Customer ID"}, {"client_number": "Client number"})
    assert "number the same customers" in shop.questions[0]


def test_words_without_a_meaning_are_asked_and_taken_for_nothing(folder):
    rows = "".join(f"{mail(i)},{stamp(i)},Hi,{('Delivered', 'Sent', 'zz9')[i % 3]}\n" for i in range(30))
    (folder / "marketing_mails.csv").write_text("email,sent_at,campaign,status\n" + rows)
    source = only(guess([folder]))
    assert line(source, "status").missing == ("zz9",)
    assert line(source, "status").confidence == "unsure"
    assert '"zz9"' in source.questions[0]


def test_sentinels_are_found(folder):
    rows = "".join(f"{mail(i)},{stamp(i)},Hi,{'9999-12-31' if i % 2 else '2025-04-01'}\n" for i in range(30))
    (folder / "marketing_mails.csv").write_text("email,sent_at,campaign,offer_ends\n" + rows)
    assert line(only(guess([folder])), "valid_until").missing == ("9999-12-31",)


def test_opt_out_flags_are_turned(folder):
    (folder / "preferences.csv").write_text(
        "email,opt_out,since\n" + "".join(f"{mail(i)},{'yes' if i % 2 else 'no'},2025-01-01\n" for i in range(30))
    )
    state = line(only(guess([folder])), "state")
    assert dict(state.values) == {"yes": "opted_out", "no": "opted_in"}


def test_the_senders_address_is_no_key(folder):
    rows = "".join(f"news@shop.example,{mail(i)},{stamp(i)},Sale,Hello\n" for i in range(30))
    (folder / "marketing.csv").write_text("from,to,sent,campaign,subject\n" + rows)
    assert key(only(guess([folder]))) == {"email": "to"}


def test_decimal_commas_and_french_words(folder):
    rows = "".join(f"0612345{i:03d};{i % 28 + 1:02d}/03/2025 10:00;Soldes;livré;0,05\n" for i in range(40))
    (folder / "envois_sms.csv").write_text("Téléphone;Date d'envoi;Campagne;Statut;Coût\n" + rows)
    source = only(guess([folder]))
    assert key(source) == {"phone": "Téléphone"}
    assert line(source, "channel").value == "sms"
    assert dict(line(source, "status").values) == {"livré": "delivered"}
    assert "replace" in (line(source, "cost").sql or "")


@pytest.mark.parametrize(
    ("name", "content", "says"),
    [
        ("empty.csv", b"", "empty"),
        ("blank.csv", b"\n\n", "empty"),
        ("headless.csv", b"ann@example.org,2025-01-01\nben@example.org,2025-01-02\n", "no header"),
        ("twice.csv", b"a,a\n1,2\n", "more than once"),
        ("bad.parquet", b"PAR1 nothing", "cannot be read"),
        ("bad.xlsx", b"no workbook", "cannot be read"),
        ("bad.sqlite", b"no database at all, really not" * 40, "cannot be read"),
        ("bad.jsonl", b"not json\n", "no JSON objects"),
        ("notes.docx", b"?", "format"),
        ("bad.csv.gz", b"\x1f\x8b\x08nothing", "cannot be read"),
    ],
)
def test_what_cannot_be_read_is_said(folder, name, content, says):
    (folder / name).write_bytes(content)
    with pytest.raises(SourceError, match=says):
        guess([folder / name])
    export(folder / "people.csv", PLATFORMS["hubspot"][0])
    found = guess([folder / name, folder / "people.csv"])
    assert [s.name for s in found.sources] == ["people"]
    assert [n for n, _ in found.skipped] == [name]


def test_a_header_without_rows_is_guessed_from_its_names(folder):
    (folder / "marketing_mails.csv").write_text("email,sent_at,campaign,status\n")
    source = only(guess([folder]))
    assert (source.kind, key(source)) == ("contacts", {"email": "email"})


# The company, and what is the same in several files


def company(folder: Path, name: str, header: str, row: Callable[[int], str], rows: int = 40) -> Path:
    (folder / name).write_text(header + "\n" + "".join(row(i) + "\n" for i in range(rows)), encoding="utf-8")
    return folder / name


def test_the_zone_is_that_of_most_customers_else_of_a_country_that_has_one(folder):
    crm = company(folder, "crm.csv", "Customer ID,Email,Phone", lambda i: f"{i},{mail(i)},+4930{1_000_000 + i}")
    assert (guess([crm]).company.country, guess([crm]).company.zone) == ("DE", "Europe/Berlin")
    zones = company(folder, "list.csv", "Email,First name,Timezone", lambda i: f"{mail(i)},Ann,Europe/Madrid")
    assert guess([crm, zones]).company.zone == "Europe/Madrid"
    states = company(folder, "us.csv", "Customer ID,Email,Phone", lambda i: f"{i},{mail(i)},+1 202 555 {i:04d}")
    assert (guess([states]).company.country, guess([states]).company.zone) == ("US", None)


def test_own_domains_are_those_of_senders_and_staff_unless_anybody_has_them(folder):
    log = company(folder, "log.csv", "from,to,sent_at,campaign", lambda i: f"news@shop.example,{mail(i)},{stamp(i)},Hi")
    assert guess([log]).company.domains == ("shop.example",)
    calls = company(folder, "calls.csv", "agent,phone,called_on,pitch",
                    lambda i: f"ann@gmail.com,+44 1632 00{i:04d},{stamp(i)},Hi")  # fmt: skip
    source = only(guess([calls]))
    assert (guess([calls]).company.domains, key(source)) == ((), {"phone": "phone"})


def test_only_times_without_a_zone_ask_for_one(folder):
    said = company(folder, "a.csv", "email,sent_at,campaign", lambda i: f"{mail(i)},{stamp(i)} UTC,Hi")
    bare = company(folder, "b.csv", "email,sent_at,pitch", lambda i: f"{mail(i)},{stamp(i)},Hi")
    days = company(folder, "c.csv", "email,sent_at,letter", lambda i: f"{mail(i)},{stamp(i)[:10]},Hi")
    assert [guess([f]).company.zoneless for f in (said, bare, days)] == [False, True, False]


@pytest.mark.parametrize(
    ("values", "formats", "zoned"),
    [
        (["2026-03-01 10:00:00 UTC"], {"%Y-%m-%d %H:%M:%S %Z"}, 1),
        (["2026-03-01 10:00:00.5 UTC"], {"%Y-%m-%d %H:%M:%S.%f %Z"}, 1),
        (["2026-03-01 10:00:00 +01:00"], {"%Y-%m-%d %H:%M:%S %z"}, 1),
        (["2026-03-01T10:00:00+0100"], set(), 1),
        (["Mon, 02 Mar 2026 10:00:05"], {"%a, %d %b %Y %H:%M:%S"}, 0),
        (["Mar 2, 2026, 3:04 PM"], {"%b %d, %Y, %I:%M %p"}, 0),
        (["5/31/2026 3:04 PM"], {"%m/%d/%Y %I:%M %p"}, 0),
    ],
)  # fmt: skip
def test_zones_behind_a_time_are_seen(values, formats, zoned):
    found = dates_of(values)
    assert found is not None
    assert (set(found.formats), found.zoned) == (formats, bool(zoned))


def test_a_spreadsheets_days_are_dates_only_where_a_name_says_so(folder):
    values = ["46083,375", "46084,5", "46090"]
    assert dates_of(values) is None
    found = dates_of(values, serials=True)
    assert found is not None
    assert (found.epoch, found.times, found.zoned) == ("serial", True, False)
    file = company(folder, "werbung.csv", "Kundennummer;Versanddatum;Kampagne;Umsatz",
                   lambda i: f"K{i:05d};{46083 + i},5;Hallo;{46083 + i},50")  # fmt: skip
    source = only(guess([file]))
    assert "25569" in (line(source, "at").sql or "")
    assert "replace" in (line(source, "value").sql or "")


def test_numbers_of_another_system_get_a_kind_of_their_own(folder):
    company(folder, "crm.csv", "Customer ID,Email", lambda i: f"{500_100 + i},{mail(i)}")
    company(folder, "mails.csv", "Contact ID,Sent at,Campaign", lambda i: f"{900_100 + i},{stamp(i)},Hi")
    company(folder, "calls.csv", "Client number,Called on,Pitch", lambda i: f"{500_100 + i},{stamp(i)},Hi")
    found = {s.name: s for s in guess([folder]).sources}
    assert key(found["mails"]) == {"contact_id": "Contact ID"}
    assert key(found["calls"]) == {"crm_id": "Client number"}
    assert any("say `crm_id`" in note for note in found["mails"].notes)
    assert not any("say `crm_id`" in note for note in found["calls"].notes)


def test_a_campaigns_type_is_no_campaign_and_a_bounce_list_no_sending(folder):
    file = company(
        folder, "mails.csv", "email,sent_at,subject,campaign type", lambda i: f"{mail(i)},{stamp(i)},S{i},batch"
    )
    assert not [x for x in only(guess([file])).lines if x.attribute == "communication"]
    bounces = company(folder, "marketing_bounces.csv", "email,date,reason code", lambda i: f"{mail(i)},{stamp(i)},550")
    source = only(guess([bounces]))
    assert (source.kind, line(source, "kind").value) == ("responses", "bounced")
    listed = company(
        folder, "list.csv", "email,date,event", lambda i: f"{mail(i)},{stamp(i)},{('hard', 'soft')[i % 2]} bounce"
    )
    source = only(guess([listed]))
    assert (source.kind, dict(line(source, "kind").values)) == (
        "responses", {"hard bounce": "bounced", "soft bounce": "bounced"},
    )  # fmt: skip


def test_a_dated_flag_of_a_master_is_a_state_since_then(folder):
    file = company(folder, "crm.csv", "Customer ID,Email,First name,Opt out,Opt out date",
                   lambda i: f"{i},{mail(i)},Ann,{'yes' if i % 2 else 'no'},{stamp(i)[:10]}")  # fmt: skip
    master, flag = guess([file]).sources
    assert (master.kind, flag.kind, flag.undated) == ("customers", "states", False)
    assert line(flag, "from").column == "Opt out date"
    assert dict(line(flag, "state").values) == {"yes": "opted_out", "no": "opted_in"}


@pytest.mark.parametrize(
    ("word", "means"),
    [
        ("users.messages.email.SoftBounce", "bounced"), ("EmailUnsubscribed", "opted_out"),
        ("MESSAGE_DELIVERED", "delivered"), ("Received Email", "delivered"),
        ("Marked Email as Spam", "complained"), ("DeliveryDelay", "sent"),
        ("Rendering Failure", "failed"), ("group_unsubscribe", "opted_out"), ("First opening", "opened"),
        ("Geopend", "opened"), ("Zugestellt", "delivered"), ("emailUnSubscribe", "opted_out"),
        ("Blocked", "suppressed"),
        ("zz9", None),
    ],
)  # fmt: skip
def test_what_happened_to_a_message_is_told_from_the_platforms_word(word, means):
    assert meaning_of("log", word)[0] == means


@pytest.mark.parametrize(
    ("names", "form"),
    [
        (["crm_2026-03-31.csv", "crm_2026-04-30.csv"], "%Y-%m-%d"),
        (["crm-20260331.csv"], "%Y%m%d"),
        (["kunden 31.03.2026.xlsx"], "%d.%m.%Y"),
        (["crm_2026-03-31.csv", "crm.csv"], None),
        (["crm_2026-01-01_2026-03-31.csv"], None),
        (["crm_2026-02-31.csv"], None),
        (["crm_4420260331.csv"], None),
        ([], None),
    ],
)
def test_the_day_of_an_extract_is_found_in_its_name(names, form):
    assert day_in_names(names) == form
