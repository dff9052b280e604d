"""A backtest hears states as `primum` folds them: opt-ins lift opt-outs, bounces make addresses dead, segments hold."""

import shutil

import primum

STRATEGY = """
strategy: {name: Test}
zone: UTC
departments: {crm: {}}
channels: {email: {}}
customers: {segments: {busy: contacts_30d > 1}, evaluate: daily}
data:
  sources:
    mails:
      kind: contacts
      department: crm
      files: mails*.csv
      key: {crm_id: who}
      map: {at: sent, channel: {value: email}, status: status, outcome: why, address: to}
    consent:
      kind: responses
      files: consent.csv
      key: {crm_id: who}
      map: {at: since, kind: did, channel: {value: email}}
rules:
  out: {says: Not after an opt-out., never_if: opted_out, per: [channel], severity: never}
  dead: {says: Not to a dead address., never_if: hard_bounced, per: [channel, address]}
  busy: {says: Those who hear much hear no more., for: {segment: busy}, never: always}
"""
MAILS = """who,sent,status,why,to
A,2026-03-01T09:00Z,sent,,a@x.org
A,2026-03-05T09:00Z,sent,,a@x.org
B,2026-03-01T09:00Z,bounced,550 no such user,b@x.org
B,2026-03-05T09:00Z,sent,,b@x.org
B,2026-03-05T10:00Z,sent,,other@x.org
C,2026-03-01T09:00Z,sent,,c@x.org
C,2026-03-01T10:00Z,sent,,c@x.org
C,2026-03-05T09:00Z,sent,,c@x.org
"""
CONSENT = "who,since,did\nA,2026-02-01T00:00Z,opted_out\nA,2026-03-03T00:00Z,opted_in\n"


def test_states_are_folded_and_segments_are_counted_by(tmp_path):
    (tmp_path / "primum.yaml").write_text(STRATEGY, encoding="utf-8")
    (tmp_path / "mails.csv").write_text(MAILS, encoding="utf-8")
    (tmp_path / "consent.csv").write_text(CONSENT, encoding="utf-8")
    (found,) = primum.open(tmp_path).backtest().results
    assert {r.name: r.broken for r in found.rules} == {"busy": 1, "dead": 1, "out": 1}
    assert (found.ends.asked, found.ends.never, found.ends.stopped) == (8, 1, 2)
    (busy,) = found.segments
    assert (busy.name, busy.ends.asked, busy.ends.stopped) == ("busy", 1, 1)


def test_a_history_that_grew_is_tried_as_one_built_at_once(tmp_path):
    grown = tmp_path / "grown"
    grown.mkdir()
    (grown / "primum.yaml").write_text(STRATEGY, encoding="utf-8")
    (grown / "consent.csv").write_text(CONSENT, encoding="utf-8")
    head, *rows = MAILS.splitlines(keepends=True)
    many = [f"P{i},2026-02-{1 + i % 28:02}T08:00Z,sent,,p{i}@x.org\n" for i in range(400)]
    (grown / "mails1.csv").write_text(head + "".join([*rows[:3], *many]), encoding="utf-8")
    before = primum.open(grown).backtest().results[0].ends
    (grown / "mails2.csv").write_text(head + "".join(rows[3:]), encoding="utf-8")
    after = primum.open(grown).backtest().results
    assert primum.open(grown).history().manifest.delta
    assert (before.asked, after[0].ends.asked) == (403, 408)
    whole = shutil.copytree(grown, tmp_path / "whole", ignore=shutil.ignore_patterns(".primum", "reports"))
    assert primum.open(whole).backtest().results == after
