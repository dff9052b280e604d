"""`primum init`: the file it writes is right, says what it does not know, and can be audited at once."""

import csv
import json
import re
import shutil
from pathlib import Path

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

import primum
from primum.app.layout import remark, scalar
from primum.app.starter import Draft, write_starter
from primum.demo.company import build
from primum.strategy.check import check, checked, checked_text
from primum.words.errors import SourceError, UsageError

HOSTILE = (
    ": #", "it's", 'say "hi"', "a\nb", "<script>alert(1)</script>", "=1+1", "@SUM(A1)", "x" * 5_000, "- [a, b]",
    "{a: b}", "*x", "&x", "!tag", "%TAG", "null", "yes", "007", "1e3", "\u2028", "\u202eabc", "\x00", "\x1b[31m",
    "| >", "?", "--- ", "🙂", "\ud800", "é", " ", "", "'", "\\", "a, b", "key: [", "${HOME}", "\t", "\x85", "~",
)  # fmt: skip


@pytest.fixture(scope="module")
def company(tmp_path_factory) -> Path:
    """The made-up company as it is, with its handwritten strategy."""
    folder = tmp_path_factory.mktemp("company")
    build(folder, contacts=10_000, truth=False)
    return folder


ODD = {"sales_texts": "sales_texts_*.csv", "billing": "billing", "app": "app_events.csv", "visits": "web_visits.csv",
       "flags": "crm_flags_*.csv", "contracts": "contracts.csv", "devices": "app_devices.csv"}  # fmt: skip
"""Of Brightwater's exports those with what no file tells: which rows are one message, which file corrects another."""


@pytest.fixture(scope="module")
def plain(company, tmp_path_factory) -> Path:
    """The company without its odd exports, with the rest of its handwritten strategy."""
    folder = tmp_path_factory.mktemp("plain")
    odd = shutil.ignore_patterns(*ODD.values())
    shutil.copytree(company / "exports", folder / "exports", ignore=odd)
    text = (company / "primum.yaml").read_text(encoding="utf-8")
    head, sources = text.split("  sources:\n\n")
    kept = [s for s in sources.split("\n\n") if not re.search(rf"(?m)^    ({'|'.join(ODD)}):$", s)]
    assert len(kept) == 9
    (folder / "primum.yaml").write_text(f"{head}  sources:\n\n" + "\n\n".join(kept), encoding="utf-8")
    return folder


@pytest.fixture(scope="module")
def started(plain, tmp_path_factory) -> Path:
    """The same exports with a starter strategy."""
    folder = tmp_path_factory.mktemp("started")
    shutil.copytree(plain / "exports", folder / "exports")
    draft = write_starter(sorted((folder / "exports").glob("*")), "Brightwater", folder / "primum.yaml", force=False)
    assert draft.sources == 9
    return folder


@pytest.fixture(scope="module")
def started_on_all(company, tmp_path_factory) -> tuple[Draft, Path]:
    """All exports, the odd ones too, with a starter strategy."""
    folder = tmp_path_factory.mktemp("all")
    shutil.copytree(company / "exports", folder / "exports")
    return write_starter([folder / "exports"], "Brightwater", folder / "primum.yaml", force=False), folder


def mails(folder: Path, name: str = "marketing_mails.csv", rows: int = 30, when: str = "2025-03-{:02d}") -> Path:
    folder.mkdir(exist_ok=True)
    lines = [f"ann{i}@example.org,{when.format(i % 28 + 1)},Spring sale,Delivered" for i in range(rows)]
    (folder / name).write_text("\n".join(["email,sent_at,campaign,status", *lines]) + "\n")
    return folder / name


# The round trip


def test_the_made_up_company_is_audited_at_once(plain, started):
    loaded = checked(started / "primum.yaml")
    assert check(loaded).errors == ()
    by_hand, drafted = primum.open(plain).audit(), primum.open(started).audit()
    for figure in (
        "contacts",
        "received",
        "not_received",
        "responses",
        "states",
        "without_department",
        "without_channel",
    ):
        assert getattr(drafted.volume, figure) == getattr(by_hand.volume, figure), figure
    assert abs(drafted.volume.customers_reached - by_hand.volume.customers_reached) <= 1
    rejected = [sorted(s.rejected for s in r.sources) for r in (by_hand, drafted)]
    assert rejected[0] == rejected[1]


def test_odd_exports_are_audited_too_and_what_no_file_tells_is_asked(started_on_all, company):
    draft, folder = started_on_all
    found, by_hand = ({s.name: s for s in primum.open(f).audit().sources} for f in (folder, company))
    for name, own in (("collections", "collections"), ("bills", "billing"), ("sales_texts", "sales_texts")):
        assert found[name].rejected == by_hand[own].rejected, name
        assert found[name].rows - found[name].rejected > 0
    assert found["sales_texts"].folded == by_hand["sales_texts"].folded
    asked = [q.split(":")[0] for q in draft.questions]
    assert set(asked) <= {"app_events", "bills", "sales_texts", "web_visits"}
    assert any("which department sent these" in q for q in draft.questions)


def test_its_departments_meet_on_the_right_keys(started):
    strategy = checked(started / "primum.yaml").strategy
    sources = strategy.data.sources
    assert {n: (s.kind, dict(s.key)) for n, s in sources.items()} == {
        "crm_customers": ("customers", {"crm_id": "customer_no"}),
        "meters": ("identifiers", {"crm_id": "customer_no"}),
        "marketing_emails": ("contacts", {"email": "email"}),
        "sales_calls": ("contacts", {"phone": "Telephone"}),
        "service_log": ("contacts", {"crm_id": "customer_no"}),
        "collections": ("contacts", {"account": "account_no"}),
        "notifications": ("contacts", {"meter": "meter"}),
        "email_responses": ("responses", {"email": "email"}),
        "preferences": ("states", {"email": "email"}),
    }
    assert set(sources["crm_customers"].identifiers) == {"email", "phone", "account"}
    assert sources["notifications"].files == ["exports/logistics/notifications-*.parquet"]
    assert sources["sales_calls"].skip_rows == 2
    assert (sources["marketing_emails"].encoding, sources["marketing_emails"].delimiter) == ("cp1252", ";")
    assert set(strategy.departments) == {"marketing", "sales", "service", "collections", "logistics"}
    assert strategy.customers.country == "GB"
    assert next(iter(strategy.communications)) == "NL Weekly"
    assert len(strategy.communications) <= 50


def test_personal_data_stays_out_of_the_file(started):
    text = (started / "primum.yaml").read_text(encoding="utf-8")
    comments = re.findall(r"#.*", text)
    assert "@example" not in text
    assert not re.search(r"\d{5}", re.sub(r"\d{4}-\d{2}-\d{2}\S*|\S+\.\w+", "", "\n".join(comments)))
    with (started / "exports" / "crm_customers.csv").open(encoding="utf-8") as handle:
        for row in csv.DictReader(handle):
            for column in ("customer_no", "name", "e_mail", "mobile", "account_no"):
                assert not row[column] or row[column] not in text


def test_the_file_reads_well(started):
    lines = (started / "primum.yaml").read_text(encoding="utf-8").splitlines()
    assert lines[0] == "# yaml-language-server: $schema=.primum/strategy.schema.json"
    assert "$defs" in json.loads((started / ".primum" / "strategy.schema.json").read_text())
    assert max(map(len, lines)) <= 120
    assert not any(line != line.rstrip() for line in lines)
    source = "\n".join(lines).split("    marketing_emails:")[1].split("\n\n")[0].splitlines()
    assert len({line.rindex("  # ") for line in source if re.search(r"\S  +# ", line)}) == 1


def test_nothing_is_asked_of_the_made_up_company_whose_telephone_numbers_tell_country_and_zone(started, tmp_path):
    draft = write_starter([started / "exports"], "B", tmp_path / "primum.yaml", force=False)
    assert draft.questions == ()
    assert checked(started / "primum.yaml").strategy.zone == "Europe/London"


def test_the_output_is_the_same_whatever_the_order(started, tmp_path):
    files = sorted(p for p in (started / "exports").rglob("*") if p.is_file())
    texts = []
    for number, order in enumerate((files, files[::-1], [*files, *files], [started / "exports"])):
        out = started / f"again{number}.yaml"
        write_starter(order, "B", out, force=False)
        texts.append(out.read_text(encoding="utf-8"))
        out.unlink()
    assert len(set(texts)) == 1


# What is asked


def test_ambiguous_dates_and_departments_are_asked_in_the_file(tmp_path):
    mails(tmp_path / "exports", "list.csv", rows=12, when="{0:02d}/{0:02d}/2025")
    file = tmp_path / "exports" / "list.csv"
    file.write_text(re.sub(r"(\d\d)/\d\d/2025", r"\1/05/2025", file.read_text()))
    draft = write_starter([file], "B", tmp_path / "primum.yaml", force=False)
    text = (tmp_path / "primum.yaml").read_text()
    assert len(draft.questions) == text.count("# ASK: ") == 2
    assert any("day or the month first" in q for q in draft.questions)
    assert any("which department" in q for q in draft.questions)
    checked(tmp_path / "primum.yaml")


def test_files_that_cannot_be_read_are_asked_about_and_the_rest_is_written(tmp_path):
    mails(tmp_path / "exports")
    (tmp_path / "exports" / "empty.csv").write_text("")
    draft = write_starter([tmp_path / "exports"], "B", tmp_path / "primum.yaml", force=False)
    assert draft.sources == 1
    assert any(q.startswith("empty.csv was left out") for q in draft.questions)
    assert "# ASK: empty.csv was left out" in (tmp_path / "primum.yaml").read_text()


def test_no_file_that_can_be_read_is_an_error_with_all_of_them(tmp_path):
    for name in ("a.csv", "b.parquet"):
        (tmp_path / name).write_bytes(b"")
    with pytest.raises(SourceError) as error:
        write_starter(
            [tmp_path / "a.csv", tmp_path / "b.parquet", tmp_path / "c.csv"], "B", tmp_path / "p.yaml", force=False
        )
    assert {c.file for c in error.value.complaints} == {"a.csv", "b.parquet", "c.csv"}
    assert not (tmp_path / "p.yaml").exists()
    with pytest.raises(SourceError):
        write_starter([tmp_path / "nowhere"], "B", tmp_path / "p.yaml", force=False)


def test_a_strategy_that_is_there_is_kept(tmp_path):
    file, out = mails(tmp_path / "exports"), tmp_path / "primum.yaml"
    out.write_text("mine")
    with pytest.raises(UsageError, match="--force"):
        write_starter([file], "B", out, force=False)
    assert out.read_text() == "mine"
    write_starter([file, out], "B", out, force=True)
    assert checked(out).strategy.strategy.name == "B"
    with pytest.raises(UsageError, match="folder"):
        write_starter([file], "B", tmp_path, force=True)
    with pytest.raises(UsageError, match="name"):
        write_starter([file], " ", out, force=True)


def test_a_list_and_a_calendar_are_proposed_in_a_comment_that_is_right(tmp_path):
    exports = tmp_path / "exports"
    exports.mkdir()
    (exports / "lists.csv").write_text("email,list\n" + "".join(f"a{i}@x.org,{'AB'[i % 2]}list\n" for i in range(20)))
    (exports / "campaigns.csv").write_text(
        "Campaign Name,List,Send Date,Total Recipients\n"
        + "".join(f"C{i},Alist,2025-03-{i + 10},50\n" for i in range(5))
    )
    out = tmp_path / "primum.yaml"
    assert write_starter([exports], "B", out, force=False).sources == 0
    text = out.read_text()
    checked(out)
    proposed = text[text.index("    # campaigns:\n") :].split("\n\n")[0].replace("    # ", "    ")
    source = f"data:\n  sources:\n{proposed}\n      department: m\ndepartments: {{m: {{}}}}\n"
    out.write_text(text.split("data:")[0] + source)
    assert primum.open(tmp_path).audit().volume.contacts == 50


def test_a_log_of_sendings_and_answers_is_audited(tmp_path):
    exports = tmp_path / "exports"
    exports.mkdir()
    events = ("processed", "delivered", "open", "click")
    rows = [
        {"email": f"a{i // 4}@x.org", "timestamp": 1_741_000_000 + 60 * i, "event": events[i % 4]} for i in range(80)
    ]
    (exports / "mail_events.jsonl").write_text("\n".join(map(json.dumps, rows)) + "\n")
    write_starter([exports], "B", tmp_path / "primum.yaml", force=False)
    found = primum.open(tmp_path).audit()
    assert (found.volume.contacts, found.volume.responses) == (20, 40)
    assert found.period is not None
    assert found.period.first == "2025-03-03"


def test_files_beside_the_strategy_are_named_by_a_pattern_only_if_it_matches_no_other(tmp_path):
    files = [mails(tmp_path / "x", f"mails-{n}.csv") for n in (1, 2)]
    out = tmp_path / "here" / "primum.yaml"
    write_starter(files, "B", out, force=False)
    assert checked(out).strategy.data.sources["mails"].files == ["../x/mails-*.csv"]
    assert primum.open(out.parent).audit().volume.contacts == 60
    (tmp_path / "x" / "mails-3.csv").write_text("something,else\n1,2\n")
    write_starter(files, "B", out, force=True)
    assert checked(out).strategy.data.sources["mails"].files == ["../x/mails-1.csv", "../x/mails-2.csv"]


# Hostile names and values


@pytest.mark.parametrize("word", HOSTILE)
def test_hostile_headers_values_and_names_cannot_break_the_file(tmp_path, word):
    exports = tmp_path / "exports"
    exports.mkdir()
    told = word.encode("utf-8", "replace").decode()
    with (exports / "marketing_mails.csv").open("w", encoding="utf-8", newline="") as handle:
        writer = csv.writer(handle)
        writer.writerow(["email", "sent_at", f"campaign {told}", "status", f"{told} subject"])
        for i in range(30):
            writer.writerow([f"ann{i}@example.org", f"2025-03-{i % 28 + 1:02d}", told, told if i % 2 else "Sent", told])
    out = tmp_path / "primum.yaml"
    name = word if word.strip() and not re.search("[\ud800-\udfff\x00\x1b]|[$][{]", word) else "B"
    if "\0" in word:
        with pytest.raises(SourceError, match="NUL"):
            write_starter([exports], name, out, force=False)
        return
    write_starter([exports], name, out, force=False)
    assert checked(out).strategy.strategy.name == name.strip()
    assert primum.open(tmp_path).audit().volume.contacts == 30


@given(st.text(max_size=40))
def test_any_text_comes_back_from_yaml(text):
    from primum.strategy.scalars import unsound

    if not text.strip() or unsound(text):
        return
    written = f"strategy: {{name: {scalar(text)}}}\ncommunications:\n  {scalar(text)}: # {remark(text)}\n    title: x\n"
    strategy = checked_text(written).strategy
    assert strategy.strategy.name == text
    assert list(strategy.communications) == [text]


@settings(max_examples=60, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(
    st.lists(
        st.sampled_from(
            "email phone customer_no name sent_at date when event status type subject campaign channel opt_out team "
            "since value order_id x y list result reason offer_ends account state trigger template cost id".split()
        ),
        min_size=1,
        max_size=8,
        unique=True,
    ),
    st.data(),
)
def test_whatever_columns_there_are_the_file_is_right(tmp_path, header, data):
    words = st.sampled_from(
        ["a@x.org", "b@y.example", "+44 1632 000001", "2025-01-02", "03/04/2025", "open", "Sent", "yes", "no", "17",
         "", "C00042", "hard bounce", "-1", "N/A", "1741000000", "Ann Lee", "1,50", "Newsletter", "x" * 70,
         "a: b #c", "'", '"']
    )  # fmt: skip
    rows = data.draw(st.lists(st.lists(words, min_size=len(header), max_size=len(header)), max_size=25))
    file = tmp_path / "f.csv"
    with file.open("w", encoding="utf-8", newline="") as handle:
        csv.writer(handle).writerows([header, *rows])
    write_starter([file], "B", tmp_path / "primum.yaml", force=True)
    text = (tmp_path / "primum.yaml").read_text(encoding="utf-8")
    checked(tmp_path / "primum.yaml")
    for personal in ("a@x.org", "b@y.example", "1632 000001"):
        assert personal not in text
