"""The commands as a user meets them: what they print, how they fail, and when the history is built anew."""

import json
import shutil
import subprocess
import sys
from datetime import datetime, timedelta
from pathlib import Path

import pyarrow as pa
import pyarrow.parquet as pq
import pytest

import primum
from primum.audit.results import AuditResult
from primum.report.as_json import from_json, json_schema
from primum.words.errors import HistoryError, PrimumError, SourceError, StrategyError, TooManyRejectsError, UsageError

PRIMUM = Path(sys.executable).parent / "primum"

STRATEGY = """
strategy: {name: Test, customer_champion: Nadia Okafor}
departments: {marketing: {owner: Tom Ashby}, service: {owner: Ines Haddad}}
channels: {email: {unit_cost: 0.01}}
data:
  sources:
    mails:
      kind: contacts
      department: marketing
      files: mails*.csv
      key: {email: address}
      map: {at: sent, channel: {value: email}, communication: what, subject: subject, content: subject, id: id}
"""
ROWS = "id,address,sent,what,subject\n1,a@x.org,2026-01-01T09:00Z,hello,Hi\n2,b@x.org,2026-01-02T09:00Z,hello,Hi\n"


def run(*words: str, cwd: Path) -> subprocess.CompletedProcess[str]:
    return subprocess.run([str(PRIMUM), *words], cwd=cwd, capture_output=True, text=True, timeout=120, check=False)


@pytest.fixture
def folder(tmp_path) -> Path:
    (tmp_path / "primum.yaml").write_text(STRATEGY)
    (tmp_path / "mails.csv").write_text(ROWS)
    return tmp_path


def test_every_command_has_help_with_an_example(tmp_path):
    listed = run("--help", cwd=tmp_path).stdout
    for command in ("init", "check", "render", "demo", "audit", "backtest", "timeline", "decide"):
        assert command in listed
        done = run(command, "--help", cwd=tmp_path)
        assert done.returncode == 0
        assert f"Example: primum {command}" in " ".join(done.stdout.split()), command


def test_the_json_of_an_audit_fits_its_schema_and_reads_back(folder):
    import jsonschema

    done = run("audit", "--json", cwd=folder)
    assert done.returncode == 0, done.stderr
    assert done.stderr == ""
    jsonschema.validate(json.loads(done.stdout), json_schema())
    result = from_json(done.stdout)
    assert isinstance(result, AuditResult)
    assert result.volume.contacts == 2
    assert (folder / "reports" / "audit.json").read_text().strip() == done.stdout.strip()


def test_json_of_check_and_timeline(folder):
    found = json.loads(run("check", "--json", cwd=folder).stdout)
    assert found["errors"] == []
    assert found["commands"]["audit"] == []
    assert {f["facet"] for f in found["facets"]} >= {"data", "rules", "channels"}
    lines = json.loads(run("timeline", "email:A@X.org", "--json", cwd=folder).stdout)
    assert [(line["at"], line["subject"]) for line in lines] == [("2026-01-01T09:00:00Z", "Hi")]


def test_the_schema_for_editors_is_written(folder):
    assert run("check", "--schema", "schema.json", cwd=folder).returncode == 0
    assert "properties" in json.loads((folder / "schema.json").read_text())


@pytest.mark.parametrize(
    ("change", "code", "words"),
    [
        (lambda f: (f / "primum.yaml").unlink(), 2, ["primum.yaml", "primum init"]),
        (
            lambda f: (f / "primum.yaml").write_text("strategy: {name: T}\ndata: {sourcs: {}}\n"),
            10,
            ["primum.yaml:2:", "sources"],
        ),
        (lambda f: (f / "primum.yaml").write_text("a: &x [1]\nb: *x\n"), 10, ["primum.yaml:1"]),
        (
            lambda f: (f / "primum.yaml").write_text("strategy: {name: T}\nzone: UTC\nzone: UTC\n"),
            10,
            ["primum.yaml:3:1"],
        ),
        (lambda f: (f / "mails.csv").unlink(), 11, ["mails*.csv", "no such file"]),
        (
            lambda f: (f / "mails.csv").write_text(ROWS.replace("sent", "send")),
            11,
            ["primum.yaml:12:17", "there is no column 'sent'", "'send'"],
        ),
        (lambda f: (f / "mails.csv").write_text(""), 11, ["mails.csv", "empty"]),
        (lambda f: (f / "mails.csv").write_text(ROWS.replace("2026-01-0", "soon-")), 12, ["2 of 2 rows", "soon-1T09"]),
    ],
)
def test_errors_name_the_place_and_the_cure_and_exit_by_class(folder, change, code, words):
    change(folder)
    done = run("audit", cwd=folder)
    assert done.returncode == code, done.stderr
    assert "Traceback" not in done.stderr
    for word in words:
        assert word in " ".join(done.stderr.split()), (word, done.stderr)
    as_json = run("audit", "--json", cwd=folder)
    assert as_json.returncode == code
    assert json.loads(as_json.stderr)["complaints"]


def test_exit_codes_are_those_of_the_error_tree():
    codes = {
        e: e.exit_code for e in (PrimumError, UsageError, StrategyError, SourceError, TooManyRejectsError, HistoryError)
    }
    assert len(set(codes.values())) == len(codes)


def test_the_history_is_built_once_and_again_when_a_file_or_its_mapping_changes(folder):
    place = primum.open(folder)
    place.audit()
    manifest = folder / ".primum" / "history" / "manifest.json"
    first = manifest.stat().st_mtime_ns
    place.audit()
    assert manifest.stat().st_mtime_ns == first
    (folder / "mails.csv").touch()
    place.audit()
    assert manifest.stat().st_mtime_ns == first, "the same bytes at another time are the same file"
    (folder / "mails.csv").write_text(ROWS + "3,c@x.org,2026-01-03T09:00Z,hello,Hi\n")
    assert place.audit().volume.contacts == 3
    second = manifest.stat().st_mtime_ns
    assert second != first
    (folder / "mails2.csv").write_text(ROWS.replace("\n1,", "\n8,").replace("\n2,", "\n9,"))
    assert place.audit().volume.contacts == 5
    (folder / "primum.yaml").write_text(STRATEGY.replace("subject: subject, ", ""))
    assert all(line.subject is None for p in place.audit().people for line in p.timeline)
    unnamed = STRATEGY.replace("subject: subject, ", "").replace("{name: Test}", "{name: Another}")
    (folder / "primum.yaml").write_text(unnamed)
    third = manifest.stat().st_mtime_ns
    place.audit()
    assert manifest.stat().st_mtime_ns == third, "the name is not what a history rests on"


def test_an_empty_export_is_named_and_the_audit_goes_on(folder):
    (folder / "mails.csv").write_text("id,address,sent,what,subject\n")
    result = primum.open(folder).audit()
    assert result.period is None
    assert [b.kind for b in result.blind_spots if b.kind == "empty"] == ["empty"]
    assert run("audit", cwd=folder).returncode == 0


def test_a_customer_with_100_000_contacts_is_audited(folder):
    n = 100_000
    start = datetime(2026, 1, 1)
    table = pa.table(
        {
            "address": ["heavy@x.org"] * n,
            "sent": pa.array([start + timedelta(seconds=i) for i in range(n)][::-1], pa.timestamp("us")),
            "subject": [f"s{i % 11}" for i in range(n)],
            "what": ["load test"] * n,
            "id": [str(i) for i in range(n)],
        }
    )
    pq.write_table(table, folder / "mails.parquet")
    (folder / "primum.yaml").write_text(STRATEGY.replace("mails*.csv", "mails.parquet"))
    result = primum.open(folder).audit()
    assert result.pressure.overall.week_max == n
    assert result.duplicates.within == n - 11
    assert len(result.people[0].timeline) == result.people[0].shown <= 40


def test_repeated_rows_are_counted_and_not_called_duplicates(folder):
    (folder / "mails2.csv").write_text(ROWS)
    result = primum.open(folder).audit()
    assert result.volume.contacts == 2
    assert result.duplicates.within == 0
    assert [(b.kind, b.count) for b in result.blind_spots if b.kind == "repeated"] == [("repeated", 2)]


def test_contacts_nobody_owns_are_in_the_headline(folder):
    register = "communications: {hello: {}}\n"
    (folder / "primum.yaml").write_text(STRATEGY + register)
    found = primum.open(folder).audit()
    assert (found.volume.unregistered, found.volume.without_owner) == (0, 2)
    assert "100% of contacts (2) belong to a communication that nobody owns." in found.headline.sentences
    (folder / "primum.yaml").write_text(STRATEGY + register.replace("{}", "{owner: marketing}"))
    found = primum.open(folder).audit()
    assert found.volume.without_owner == 0
    assert "Every contact belongs to a registered communication with an owner." in found.headline.sentences


def test_masked_by_default_revealed_on_demand(folder):
    (folder / "mails.csv").write_text(ROWS.replace(",Hi", ",Hi a@x.org order 1234567"))
    masked = run("audit", "--json", cwd=folder).stdout
    assert "a@x.org" not in masked
    assert "1234567" not in masked
    page = (folder / "reports" / "audit.html").read_text()
    assert "a@x.org" not in page
    assert "a@x.org" in run("audit", "--json", "--reveal", "--why", "a test", cwd=folder).stdout


def test_a_customer_is_found_by_any_identifier(folder):
    (folder / "crm.csv").write_text("no,mail,tel\nK1,a@x.org,+442071838750\n")
    (folder / "primum.yaml").write_text(
        STRATEGY
        + "    crm: {kind: identifiers, files: crm.csv, key: {crm_id: no}, identifiers: {email: mail, phone: tel}}\n"
    )
    place = primum.open(folder)
    found = [place.timeline(name) for name in ("crm_id:k1", "email:a@x.org", "phone:+44 20 7183 8750")]
    assert [len(f) for f in found] == [1, 1, 1]
    with pytest.raises(UsageError, match="No customer is known"):
        place.timeline("crm_id:k2")


def test_a_broken_history_is_rebuilt(folder):
    place = primum.open(folder)
    place.audit()
    (folder / ".primum" / "history" / "manifest.json").write_text("{")
    assert place.audit().volume.contacts == 2
    shutil.rmtree(folder / ".primum")
    assert place.audit().volume.contacts == 2


def test_commands_that_need_no_kernel_do_not_import_it():
    light = "import sys, primum.app.cli; print('numba' in sys.modules)"
    done = subprocess.run([sys.executable, "-c", light], capture_output=True, text=True, check=True)
    assert done.stdout.strip() == "False"


def test_the_package_installs_and_carries_its_templates(tmp_path):
    """What `pip install .` installs, from a wheel built without the network."""
    root = Path(__file__).resolve().parents[2]
    build = [
        sys.executable,
        "-m",
        "pip",
        "wheel",
        "-q",
        "--no-deps",
        "--no-build-isolation",
        "-w",
        str(tmp_path),
        str(root),
    ]
    subprocess.run(build, check=True, capture_output=True, timeout=120)
    wheel = next(tmp_path.glob("primum-*.whl"))
    import zipfile

    inside = set(zipfile.ZipFile(wheel).namelist())
    source = {p.relative_to(root / "src").as_posix() for p in (root / "src").rglob("*") if p.is_file()}
    expected = {n for n in source if "__pycache__" not in n and not n.endswith((".pyc", ".nbi", ".nbc"))}
    assert expected <= inside
