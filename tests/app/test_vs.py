"""`primum audit --vs`: an earlier audit's file beside the present one."""

from dataclasses import replace

import pytest

import primum
from primum.report.as_json import from_json, to_json
from primum.report.html import render_html
from primum.words.errors import UsageError

STRATEGY = """
strategy: {name: Test}
departments: {marketing: {}, service: {}}
channels: {email: {}}
data:
  sources:
    mails:
      kind: contacts
      files: mails*.csv
      key: {email: address}
      map: {at: sent, department: who, channel: {value: email}, purpose: {value: marketing}, id: id}
"""


def _rows(months: int) -> str:
    rows = ["id,address,sent,who"]
    rows += [
        f"m{m}.{d},c{d}@x.org,2026-{m:02d}-{d:02d}T09:00Z,marketing" for m in range(1, months + 1) for d in range(1, 26)
    ]
    return "\n".join(rows) + "\n"


def test_an_audit_beside_its_predecessor(tmp_path):
    (tmp_path / "primum.yaml").write_text(STRATEGY)
    (tmp_path / "mails.csv").write_text(_rows(2))
    old = tmp_path / "old.json"
    place = primum.open(tmp_path)
    old.write_text(to_json(place.audit()))
    (tmp_path / "mails.csv").write_text(_rows(2) + "s1,c1@x.org,2026-02-20T09:00Z,service\n")
    now = place.audit(versus=old)
    assert [(a.kind, a.what, a.now) for a in now.since.alarms] == [("new sender", "service", 1)]
    assert now.since.comparable
    assert {c.what for c in now.since.departments} == {"marketing", "service"}
    assert from_json(to_json(now)) == now
    page = render_html(now)
    assert "Since last time" in page
    assert "New sender" in page
    edition = place.audit(versus=old, department="service")
    assert edition.since is None, "alarms name other departments"

    half = tmp_path / "half.json"
    half.write_text(to_json(replace(now, since=None, edition="service")))
    nothing = tmp_path / "nothing.json"
    nothing.write_text("{}")
    for file, said in ((half, "edition of service"), (nothing, "no audit"), (tmp_path / "gone.json", "cannot be read")):
        with pytest.raises(UsageError, match=said):
            place.audit(versus=file)
