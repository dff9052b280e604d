"""Checks about measurement and balance: control groups, samples, days of review, and judgements with a name.

Owns what can be said before anything is measured. Refuses arithmetic on judgements.
"""

from collections.abc import Iterator
from datetime import date

from primum.review.remarks import Found, Setting, check
from primum.review.samples import sample_needed
from primum.strategy.facets.measurement import Measure
from primum.strategy.positions import KeyPath

_KINDS = ("feasible", "desirable", "viable")


def _measures(setting: Setting) -> Iterator[tuple[KeyPath, str, Measure]]:
    measurement = setting.strategy.measurement
    for name, measure in measurement.flows.items():
        yield ("measurement", "flows", name), f'flow "{name}"', measure
    for name, measure in measurement.objectives.items():
        yield ("measurement", "objectives", name), f'objective "{name}"', measure


@check("control-group-missing", "error", "Whatever happens will be put down to the flow, and nobody can say otherwise.")
def control_group_missing(setting: Setting) -> Iterator[Found]:
    """A measure that asks for an effect has a control group and a salt that draws it, or says why not."""
    measurement = setting.strategy.measurement
    for path, name, measure in _measures(setting):
        if measure.without_control or (measure.minimum_effect is None and path[1] == "objectives"):
            continue
        if not (measure.control if measure.control is not None else measurement.control):
            what = f"{name} is measured without a control group."
            yield Found(path, what, "Add `control: 5%` here or above, or say in `without_control:` why there is none.")
        elif not (measure.salt or measurement.salt):
            what = f"the control group of {name} has no salt, so that nobody could be drawn."
            yield Found(path, what, "Add `salt:` here or above: any word, kept while the group shall stay the same.")


@check("sample-too-small", "warning", "The effect could be there and not be seen, four times in five or worse.")
def sample_too_small(setting: Setting) -> Iterator[Found]:
    """The stated sample suffices for the effect that is worth seeing."""
    above = setting.strategy.measurement.control
    for path, name, measure in _measures(setting):
        control = measure.control if measure.control is not None else above
        if measure.sample is None or measure.expected is None or measure.minimum_effect is None or not control:
            continue
        needed = sample_needed(measure.expected, measure.minimum_effect, control)
        if needed is not None and measure.sample < needed:
            what = (
                f"{name} has a sample of {measure.sample:,} customers; to see {measure.minimum_effect:.1%} more or "
                f"less than {measure.expected:.1%} with {control:.0%} in the control group takes {needed:,}."
            )
            cure = "Measure longer, enlarge the control group, or ask for a larger effect."
            yield Found((*path, "sample"), what, cure)


@check("unmeasured", "warning", "It will go on for ever, because nobody can show that it should not.")
def unmeasured(setting: Setting) -> Iterator[Found]:
    """Every flow and objective is measured, by a metric, with a day of review."""
    measurement = setting.strategy.measurement
    for name in setting.strategy.flows:
        if name not in measurement.flows:
            cure = f"Add `{name}:` below `measurement: flows:`."
            yield Found(("flows", name), f'nothing says how the flow "{name}" is measured.', cure)
    for name in setting.strategy.objectives:
        if name not in measurement.objectives:
            cure = f"Add `{name}:` below `measurement: objectives:`."
            yield Found(("objectives", name), f'nothing says how the objective "{name}" is measured.', cure)
    for path, name, measure in _measures(setting):
        missing = [key for key in ("metric", "review") if getattr(measure, key) is None]
        if missing:
            what = f"the measurement of {name} lacks {' and '.join(missing)}."
            yield Found(path, what, f"Add {' and '.join(f'`{key}:`' for key in missing)}.")


@check("review-past", "warning", "A review that was not held decides that nothing changes.")
def review_past(setting: Setting) -> Iterator[Found]:
    """No day of review, and no target's day, is past."""
    days = [((*path, "review"), f"the review of {name} was", m.review) for path, name, m in _measures(setting)]
    days += [
        (("objectives", n, "by"), f'the objective "{n}" was', o.by) for n, o in setting.strategy.objectives.items()
    ]
    for path, what, day in days:
        if day is not None and setting.as_of is not None and date.fromisoformat(day) < setting.as_of:
            cure = "Hold it, write down what was decided, and set the next day."
            yield Found(path, f"{what} due on {day}, and that day is past.", cure)


@check("judgement-of-nobody", "warning", "A judgement without a name cannot be asked for its grounds.")
def judgement_of_nobody(setting: Setting) -> Iterator[Found]:
    """Each initiative is judged feasible, desirable and viable, each time by a named person."""
    for name, initiative in setting.strategy.balance.items():
        for kind in _KINDS:
            judgement = getattr(initiative, kind)
            path: KeyPath = ("balance", name, kind)
            if judgement is None:
                what = f'nobody has judged whether the initiative "{name}" is {kind}.'
                yield Found(("balance", name), what, f"Add `{kind}:` with `verdict`, `by`, `on` and `why`.")
            elif judgement.by is None or judgement.verdict is None:
                what = f'the judgement that "{name}" is {kind} lacks a person or a verdict.'
                yield Found(path, what, "Add `by:` with a person's name, and `verdict:` yes, no or unsure.")


@check("initiative-refused", "warning", "It goes on although somebody judged that it should not.")
def initiative_refused(setting: Setting) -> Iterator[Found]:
    """No initiative with flows of its own was judged `no`."""
    for name, initiative in setting.strategy.balance.items():
        for kind in _KINDS:
            judgement = getattr(initiative, kind)
            if initiative.flows and judgement is not None and judgement.verdict == "no":
                what = f'the initiative "{name}" was judged not {kind}, and has flows.'
                yield Found(("balance", name, kind), what, "Take the flows out, or judge again.")
