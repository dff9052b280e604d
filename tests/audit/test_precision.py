"""A date alone is a day of its source's calendar: never midnight, and never another day for a customer far away."""

from datetime import date

import numpy as np
import pytest
from hypothesis import assume, given
from hypothesis import strategies as st

import primum
from primum.audit import kernels as k
from primum.audit import results as r
from primum.audit.sweep import GAP_LABELS, GAPS_US, _longest_gaps
from primum.audit.timelines import Event, gap_between, in_order
from primum.report import html

HEAD = """
strategy: {name: T}
zone: Europe/London
departments: {auckland: , angeles: , london: }
channels: {post: {lands_after: 2 days}, email: }
data:
  sources:
    people:
      {files: people.csv, kind: customers, key: {crm_id: id}, map: {zone: zone}}
"""
SOURCE = """
    NAME:
      files: NAME.csv
      kind: KIND
      DEPARTMENT
      zone: ZONE
      key: {crm_id: id}
      map: {at: at, content: {value: "same"}, channel: {value: CHANNEL}MORE}
"""


def source(name, zone, *, kind="contacts", channel="email"):
    text = SOURCE.replace("KIND", kind).replace("NAME", name).replace("ZONE", zone).replace("CHANNEL", channel)
    contacts = kind == "contacts"
    text = text.replace("DEPARTMENT", f"department: {name}" if contacts else "dates: []")
    text = text.replace('content: {value: "same"}, ', "") if not contacts else text
    return text.replace("MORE", "" if contacts else ", kind: {value: clicked}")


def audited(folder, sources, zone="", **files):
    (folder / "primum.yaml").write_text(HEAD + "".join(sources))
    (folder / "people.csv").write_text(f"id,zone\n1,{zone}\n")
    for name, times in files.items():
        (folder / f"{name}.csv").write_text("id,at\n" + "".join(f"1,{t}\n" for t in times))
    return primum.open(folder).audit(reveal=True, why="a test")


@pytest.mark.parametrize("zone", ["", "Pacific/Kiritimati", "Pacific/Pago_Pago", "Asia/Tokyo"])
def test_dates_of_far_apart_sources_are_one_day_for_every_customer(tmp_path, zone):
    sources = [source("auckland", "Pacific/Auckland"), source("angeles", "America/Los_Angeles")]
    found = audited(tmp_path, sources, zone, auckland=["2026-03-05"], angeles=["2026-03-05"])
    assert (found.period.first, found.period.last) == ("2026-03-05", "2026-03-05")
    assert (found.meetings.several, found.meetings.most_departments) == (1, 2)
    assert [(line.day, line.time) for line in found.people[0].timeline] == [("2026-03-05", None)] * 2
    assert {s.first for s in found.sources if s.kind == "contacts"} == {"2026-03-05"}


def test_an_instant_is_on_the_day_of_the_customer(tmp_path):
    found = audited(tmp_path, [source("london", "Europe/London")], "Asia/Tokyo", london=["2026-03-05T20:00"])
    assert found.period.first == "2026-03-06"


@pytest.mark.parametrize(
    ("times", "gap", "label"),
    [
        (["2026-03-05", "2026-03-05"], "on the same day", "within a day"),
        (["2026-03-05", "2026-03-06"], "1 day later", "within three days"),
        (["2026-03-05", "2026-03-05T18:00"], "on the same day", "within a day"),
        (["2026-03-05", "2026-03-09T18:00"], "4 days later", "later"),
        (["2026-03-05T18", "2026-03-05T18:10"], "within the hour", "within an hour"),
        (["2026-03-05T18", "2026-03-05T20"], "2 hours later", "within a day"),
        (["2026-03-05T18:00", "2026-03-05T18:00"], "at the same instant", "at the same instant"),
    ],
)
def test_a_gap_is_never_told_more_exactly_than_it_is_known(tmp_path, times, gap, label):
    found = audited(tmp_path, [source("london", "Europe/London")], london=times)
    assert [e.gap for e in found.duplicates.examples] == [gap]
    assert [name for name, n in found.duplicates.gaps if n] == [label]


INSTANTS = {"instant": 60, "hour": 3_600, "day": 86_400}


@given(st.sampled_from([*INSTANTS]), st.sampled_from([*INSTANTS]), st.integers(0, 3 * 24 * 60), st.integers(0, 7000))
def test_the_gap_label_holds_for_every_instant_that_the_two_may_have(one, two, start, gap):
    """Each contact stands where its hour or day begins; the label must hold for the longest gap that is possible."""
    flag = {"instant": 0, "hour": k.HOUR_ONLY, "day": k.DAY_ONLY}
    a, b = (t * 60 // INSTANTS[p] * INSTANTS[p] for t, p in ((start, one), (start + gap, two)))
    assume(a <= b)
    days = b // 86_400 - a // 86_400
    longest = _longest_gaps(*(np.array([x]) for x in ((b - a) * 1_000_000, days, flag[one] | flag[two], flag[two])))
    width = INSTANTS[two] * 1_000_000 - 1 if two != "instant" else 0
    true_longest = (b - a) * 1_000_000 + width
    shown = GAP_LABELS[int(np.searchsorted(GAPS_US, longest, side="right")[0])]
    bounds = dict(zip(GAP_LABELS, (0, 3_600e6, 86_400e6, 3 * 86_400e6, float("inf")), strict=True))
    assert true_longest <= bounds[shown]


def event(day, time=None, response=None, at=0, precision="instant"):
    fields = dict.fromkeys(("department", "channel", "purpose", "communication", "subject", "status"))
    line = r.ContactLine(
        at="", day=day, time=time, asked_for=False, source="s", file="f", row=1, response=response,
        precision=precision, **fields,
    )  # fmt: skip
    return Event(line, at, response is None)


def test_a_response_of_which_only_the_day_is_known_stands_behind_the_contacts_of_that_day():
    day_only = [event("2026-03-05", response="clicked"), event("2026-03-05")]
    timed = [event("2026-03-05", "09:00", at=9), event("2026-03-05", "08:00", at=8)]
    before = event("2026-03-04", "23:00", at=23)
    told = in_order([*day_only, *timed, before])
    assert told == [before, day_only[1], timed[1], timed[0], day_only[0]]


def test_a_day_before_an_instant_of_an_earlier_local_day_is_no_negative_gap():
    assert gap_between(event("2026-03-05", precision="day"), event("2026-03-04", "23:00")) == ("on the same day", 0.0)


def test_a_letter_is_shown_with_the_day_it_was_handed_over(tmp_path):
    sources = [source("london", "Europe/London", channel="post"), source("answers", "Europe/London", kind="responses")]
    found = audited(tmp_path, sources, "Asia/Tokyo", london=["2026-03-03T14:00"], answers=["2026-03-05"])
    letter, answer = found.people[0].timeline
    assert (letter.day, letter.time, letter.handed_over) == ("2026-03-05", None, "2026-03-03")
    assert (answer.response, answer.time) == ("clicked", None)
    page = html.render_html(found)
    assert "handed over Tue 3 Mar 2026, landed about Thu 5 Mar 2026" in page
    assert date.fromisoformat(found.period.first) == date(2026, 3, 5)


def test_how_long_a_channel_takes_is_part_of_what_a_history_rests_on(tmp_path):
    sources = [source("london", "Europe/London", channel="post")]
    assert audited(tmp_path, sources, london=["2026-03-03T14:00"]).period.first == "2026-03-05"
    text = (tmp_path / "primum.yaml").read_text().replace("2 days", "3 days")
    (tmp_path / "primum.yaml").write_text(text)
    assert primum.open(tmp_path).audit().period.first == "2026-03-06"
