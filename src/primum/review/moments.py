"""Checks about moments of truth: somebody answers, the promise can be kept, and it shows whether it was.

Owns what can be said of promises without history. Refuses to tell which were kept.
"""

from collections.abc import Iterator

from primum.review.rates import Spans, longest_closed
from primum.review.remarks import Found, Setting, check
from primum.rules.faults import Faults
from primum.rules.parse_hours import read_between
from primum.strategy.facets.moments import Moment
from primum.words.durations import parse_duration
from primum.words.windows import WEEKDAYS


@check("moment-without-owner", "warning", "At the moment that customers remember, everybody waits for somebody else.")
def moment_without_owner(setting: Setting) -> Iterator[Found]:
    """Every moment of truth has an owner."""
    for name, moment in setting.strategy.moments.items():
        if moment.owner is None:
            what = f'the moment "{name}" has no owner.'
            yield Found(("moments", name), what, "Add `owner:` with the department that answers for it.")


@check("promise-outside-hours", "error", "The promise is broken for everybody who comes at the wrong hour.")
def promise_outside_hours(setting: Setting) -> Iterator[Found]:
    """A promise that counts every hour is longer than any stretch in which its channel is closed."""
    for name, moment in setting.strategy.moments.items():
        promised, hours = _elapsed_minutes(moment), _hours(setting, moment)
        if promised is None or hours is None:
            continue
        closed, start = longest_closed(hours)
        if promised < closed:
            assert moment.promise is not None
            day, rest = divmod(start, 1440)
            since = f"{WEEKDAYS[day].capitalize()} {rest // 60:02}:{rest % 60:02}"
            what = (
                f'the moment "{name}" promises something within {moment.promise.within}, but '
                f'"{moment.promise.channel}" is closed for {closed / 60:,.0f} hours from {since}.'
            )
            cure = "Write `counted: open_hours`, promise a longer time, or open longer."
            yield Found(("moments", name, "promise", "within"), what, cure)


def _elapsed_minutes(moment: Moment) -> float | None:
    """The minutes within which the promise is kept, where closed hours count as well."""
    promise = moment.promise
    if promise is None or promise.within is None or promise.counted == "open_hours":
        return None
    return parse_duration(promise.within).microseconds / 60_000_000


def _hours(setting: Setting, moment: Moment) -> Spans | None:
    channel = setting.strategy.channels.get((moment.promise and moment.promise.channel) or "")
    if channel is None or channel.hours is None:
        return None
    return read_between(channel.hours, (), "", Faults())


@check("moment-unmeasured", "warning", "Nobody will know whether the promise was kept, late or missed.")
def moment_unmeasured(setting: Setting) -> Iterator[Found]:
    """Every moment says what it begins with, and every promise what shows that it was kept, and within what time."""
    for name, moment in setting.strategy.moments.items():
        if moment.trigger is None or not moment.trigger.names_something:
            what = f'the moment "{name}" does not say what it begins with.'
            yield Found(("moments", name), what, "Add `trigger:` with a `response`, `state` or `communication`.")
        elif moment.promise is None:
            what = f'the moment "{name}" promises nothing.'
            yield Found(("moments", name), what, "Add `promise:` with what `says`, `within` and `kept_by`.")
        elif moment.promise.within is None or moment.promise.kept_by is None:
            what = f'the promise of the moment "{name}" cannot be checked.'
            yield Found(("moments", name, "promise"), what, "Add `within:`, and `kept_by:` with what shows it.")


@check("moment-guards-nothing", "error", "What was meant to be kept away is not held back at all.")
def moment_guards_nothing(setting: Setting) -> Iterator[Found]:
    """Whatever must not happen near a moment becomes a rule."""
    for name, moment in setting.strategy.moments.items():
        trigger = moment.trigger
        for key, near in moment.not_near.items():
            timed = trigger is not None and (trigger.response or trigger.communication)
            held = trigger is not None and trigger.state
            if (timed and near.within) or (held and not timed):
                continue
            what = f'"{key}" of the moment "{name}" makes no rule.'
            cure = "Add `within:` and a trigger that is a response or a communication; or a trigger that is a state."
            yield Found(("moments", name, "not_near", key), what, cure)
