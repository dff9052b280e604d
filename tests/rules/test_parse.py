"""A rule that cannot be read is complained of at its place, with what is allowed and the way out."""

import pytest

from primum.rules.model import Apart, AtMost, Clash, Counting, Except, Held, HoldOut, Hours, Never, PauseAfterResponse
from primum.rules.parse import parse_rules
from primum.rules.parse_hours import HOLIDAY_YEARS, public_holidays
from primum.strategy.case_text import read_case_text
from primum.words.durations import Duration
from primum.words.errors import StrategyError
from primum.words.filters import Filter, Term
from primum.words.time import day_text
from primum.words.windows import Window

US_PER_DAY = 86_400_000_000


def read(text):
    part = read_case_text(text, "p.yaml")
    return parse_rules(part.data, part)


def complaints(text):
    with pytest.raises(StrategyError) as raised:
        read(text)
    return [str(c) for c in raised.value.complaints]


def of(keys):
    """The complaints about one rule with these keys, from line 2 on."""
    return complaints(f"rules:\n  r: {{says: x, {keys}}}")


def limit(keys):
    (rule,) = read(f"rules:\n  r: {{says: x, {keys}}}").rules
    return rule.limit


# What can be read


@pytest.mark.parametrize(
    ("keys", "expected"),
    [
        ("at_most: 3, within: 7 days", AtMost(3, Window("elapsed", 7 * US_PER_DAY), Counting())),
        (
            "to: {channel: sms}, at_most: 1, within: a day, counting: attempts, per: brand",
            AtMost(1, Window("day", 1), Counting(Filter((Term("channel", ("sms",)),)), "attempts"), ("brand",)),
        ),
        (
            "at_most: 1, within: a week, in: UTC, week_starts: sunday, counting: {status: delivered}",
            AtMost(1, Window("week", 1, "UTC", 6), Counting(Filter(), "delivered")),
        ),
        (
            "once: ever, per: [content]",
            AtMost(1, Window("ever", 1), Counting(), ("content",), None, ("content",)),
        ),
        (
            "apart: 60 local days, with: {topic: {not: [b, a, b]}}, only: after",
            Apart(Duration(local_days=60), Counting(Filter((Term("topic", ("a", "b"), True),))), True),
        ),
        (
            "clash: [{purpose: a}, {purpose: b}], within: 1 day",
            Clash(Filter((Term("purpose", ("a",)),)), Filter((Term("purpose", ("b",)),)), Duration(US_PER_DAY)),
        ),
        ("never: always", Never()),
        ("never_if: [b, a], per: [channel]", Held(("b", "a"), False, ("channel",))),
        ("only_if: consent", Held(("consent",), True)),
        (
            "pause: 1 day, after: {response: opened, times: 2, within: a month, channel: email}",
            PauseAfterResponse(
                Duration(US_PER_DAY), ("opened",), 2, Window("month", 1), (), Filter((Term("channel", ("email",)),))
            ),
        ),
        ("hold_out: 50%", HoldOut(2**63, "r")),
        ("hold_out: 0.25, salt: s", HoldOut(2**62, "s")),
        ("between: '22:00-02:00'", Hours((((1320, 1560),),) * 7)),
        (
            "between: {sat-mon: ['09:00-12:00', '14:00-24:00'], 'wed,fri': '08:00-20:00'}",
            Hours(
                (
                    ((540, 720), (840, 1440)),
                    (),
                    ((480, 1200),),
                    (),
                    ((480, 1200),),
                    ((540, 720), (840, 1440)),
                    ((540, 720), (840, 1440)),
                )
            ),
        ),
        ("closed: ['1970-01-02']", Hours(None, frozenset([1]))),
        ("closed: nowhere", Hours(None, frozenset(), ("nowhere",))),
    ],
)
def test_a_limit_is_read(keys, expected):
    assert limit(keys) == expected


def test_numbers_and_truths_are_compared_as_texts():
    (rule,) = read("rules: {r: {says: x, to: {a: [true, 10, 2.5, 10.0, '10']}, never: always}}").rules
    assert rule.to == Filter((Term("a", ("10", "2.5", "true")),))


def test_rules_stand_in_the_order_of_their_names():
    text = "{says: x, never: always}"
    assert [r.name for r in read(f"rules: {{b: {text}, a: {text}}}").rules] == ["a", "b"]


def test_an_exception_keeps_the_numbers_it_does_not_change():
    (rule,) = read(
        "rules: {r: {says: x, at_most: 3, within: 7 days, except: [{from: 12-20, until: 01-05, at_most: 1}, "
        "{from: 2026-06-01, until: 2026-06-02, never: always}]}}"
    ).rules
    assert rule.excepts == (
        Except((12, 20), (1, 5), AtMost(1, Window("elapsed", 7 * US_PER_DAY), Counting())),
        Except(20605, 20606, Never()),
    )


def test_a_calendar_holds_dates_and_countries():
    rules = read("calendars: {ours: ['2026-01-02', GB]}\nrules: {r: {says: x, closed: ours}}")
    assert {"2026-01-02", "2026-12-25"} <= {day_text(d) for d in rules.calendars["ours"]}
    assert rules.rules[0].limit.closed == rules.calendars["ours"]


def test_a_country_closes_on_its_public_holidays():
    germany, bavaria = public_holidays("DE"), public_holidays("DE-BY")
    assert germany < bavaria
    assert {day_text(d) for d in bavaria - germany} >= {"2026-01-06", "2026-06-04", "2026-11-01"}
    assert {day_text(d)[:4] for d in germany} == {str(year) for year in HOLIDAY_YEARS}
    assert public_holidays("XX") is None
    assert public_holidays("DE-XX") is None


def test_the_strategy_s_own_calendar_comes_before_a_country():
    rules = read("calendars: {GB: ['2026-06-01']}\nrules: {r: {says: x, closed: GB}}")
    assert rules.rules[0].limit.closed == frozenset([20605])


# What cannot


@pytest.mark.parametrize(
    ("keys", "words"),
    [
        ("at_most: §0, within: 7 days", "a whole number of at least 1. To forbid it altogether write `never: a"),
        ("at_most: §true, within: 7 days", "is `true`, but must be a whole number"),
        ("§at_most: 3", "does not say `within`"),
        ("at_most: 3, within: §7 moons", "'7 moons' is no window"),
        ("at_most: 3, within: §a fortnight", "is no calendar period"),
        ("at_most: 3, within: 7 days, §apart: 2 hours", "has 2 limits: at_most, apart. A rule has exactly one"),
        ("at_most: 3, within: 7 days, §in: UTC", '`in` of rule "r" says nothing about'),
        ("at_most: 3, within: a day, in: §Europe/Lodnon", "Did you mean 'Europe/London'?"),
        ("at_most: 3, within: a day, §week_starts: monday", "It belongs to `a week`."),
        ("at_most: 3, within: a week, week_starts: §mon", "Did you mean 'monday'?"),
        ("at_most: 3, within: ever, §with: {a: b}", "With `at_most` you may write within, per, counting"),
        ("at_most: 3, within: ever, counting: §send", "Did you mean 'sent'?"),
        ("at_most: 3, within: ever, counting: {status: §opened}", "which is not on the list"),
        ("at_most: 3, within: ever, distinct: §5", "must be a text"),
        ("at_most: 3, within: ever, §atmost: 4", 'unknown key "atmost"'),
        ("at_most: 3, §wihtin: ever, within: ever", "Did you mean 'within'?"),
        ("at_most: 3, within: ever, §until: 12-01", "A rule's last day is its `ends`."),
        ("never: §sometimes", "can only be `always`"),
        ("§to: {channel: email}", "has no limit. Write one of at_most, apart"),
        ("to: §[email], never: always", "must be a filter"),
        ("to: {channel: §{nott: a}}, never: always", "of which only `not:` is allowed"),
        ("to: {channel: §[]}, never: always", "must be a text, a number, true or false"),
        ("to: {§status: sent}, never: always", "under `counting` only"),
        ("§once: 7 days", "does not say `per`: once of what"),
        ("apart: §0 hours", "lasts no time at all"),
        ("apart: §7", "'7' is no duration"),
        ("apart: 2 hours, only: §before", "Allowed: after."),
        ("apart: 2 hours, counting: §{channel: sms}", "Write them under `with`"),
        ("clash: §[{a: b}], within: 2 days", "must be a list of two filters"),
        ("§clash: [{a: b}, {a: c}]", "does not say `within`: how long"),
        ("between: {mon-fri: §'8-20'}", "is no span of hours"),
        ("between: {mon-fri: §'08:00-25:00'}", "is no span of hours"),
        ("between: {§mon-fry: '08:00-20:00'}", "names no days of the week"),
        ("between: {mon-fri: '08:00-20:00', §wed: '09:00-12:00'}", "names wednesday twice"),
        ("between: {mon: §['08:00-12:00', '11:00-20:00']}", "08:00-12:00 and 11:00-20:00"),
        ("between: §{}", "names no hours at all"),
        ("closed: [§'2026-02-30']", "is no date"),
        ("closed: §[]", "names nothing"),
        ("never_if: §[]", "must be a text or a list of texts"),
        ("never_if: §[a, a]", "names something twice"),
        ("§pause: 2 days", "does not say `after`"),
        ("pause: 2 days, after: {channel: call, §times: 2}", "belongs to responses"),
        ("pause: 2 days, after: {response: x}, §counting: sent", "says nothing about responses"),
        ("capacity: §many", "is no capacity"),
        ("hold_out: §150%", "must be a share"),
        ("never: always, starts: §2026-09-31", "is no date"),
        ("never: always, starts: '2026-09-02', ends: §'2026-09-01'", "ends before it starts"),
        ("never: always, instead_of: §q", "there is no such rule"),
        ("never: always, instead_of: §r", "stands instead of itself: r -> r"),
        ("never: always, otherwise: §wait", "Write drop, defer, or {try_channels"),
        ("never: always, mode: §monitor", "Allowed: enforce, shadow."),
        ("never: always, §until: '2026-09-01'", "A rule's last day is its `ends`."),
        ("never: always, severity: §bad", "Allowed: courtesy, harm, never."),
        ("at_most: 2, within: a day, except: [{from: 12-20, until: §2026-12-26, at_most: 1}]", "mixes a date"),
        ("at_most: 2, within: a day, except: [{from: §13-01, until: 12-26, at_most: 1}]", "which is no date"),
        ("at_most: 2, within: a day, except: [§{from: 12-01, until: 12-26}]", "says no other numbers"),
        ("at_most: 2, within: a day, except: [{from: 12-01, until: 12-26, at_most: 1, §to: {}}]", 'unknown key "to"'),
        ("§nevre: always", "Did you mean 'never'?"),
    ],
)
def test_a_fault_has_its_place_and_its_cure(keys, words):
    """The mark § stands before what is complained of; in front of all keys it means the rule itself."""
    (complaint,) = of(keys.replace("§", ""))
    about_the_rule = keys.startswith("§") and "unknown" not in complaint
    column = 3 if about_the_rule else keys.index("§") + 16
    assert complaint.startswith(f"p.yaml:2:{column} - ")
    assert words in complaint


def test_a_rule_says_what_it_says():
    (complaint,) = complaints("rules: {r: {never: always}}")
    assert complaint.startswith('p.yaml:1:9 - rule "r" does not say `says`')


def test_the_same_exception_twice_is_told():
    (complaint,) = of(
        "at_most: 2, within: a day, except: [{from: 12-01, until: 12-26, at_most: 1}, "
        "{from: 12-01, until: 12-26, at_most: 3}]"
    )
    assert "names the same dates as one before it" in complaint


def test_a_circle_of_replacements_is_told_of_every_rule_in_it():
    rules = ", ".join(f"{a}: {{says: x, never: always, instead_of: {b}}}" for a, b in ("ab", "bc", "cb"))
    told = complaints(f"rules: {{{rules}}}")
    assert len(told) == 2
    assert "b -> c -> b" in told[0]


@pytest.mark.parametrize(
    ("text", "words"),
    [
        ("rules: [a]", "must hold names with their rules"),
        ("rules: {r: 5}", "must say what it says"),
        ("priorities: {a: b}", "must be a list"),
        ("priorities: [email]", "must be a filter"),
        ("priorities: [{a: b}, email]", "item 2 of `priorities` is "),
        ("exempt: [{to: {a: b}}]", "must say two things"),
        ("exempt: [{to: {a: b}, counts: 1}]", "must be true or false"),
        ("calendars: [a]", "must hold names with their dates"),
        ("calendars: {a: [tomorrow]}", "is no date"),
        ("zone: Europe/Lodnon", "Did you mean 'Europe/London'?"),
    ],
)
def test_the_other_keys_are_read_as_strictly(text, words):
    (complaint,) = complaints(text)
    assert words in complaint


def test_everything_that_is_wrong_is_told_at_once():
    told = of("at_most: 0, within: x, to: 5, mode: y, starts: z, foo: 1")
    assert len(told) == 6
