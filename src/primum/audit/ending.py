"""What is asked at the end of a history, of one bucket after the other: silence, reachability, rules that ask, groups.

Owns the order of these questions and their joining. Refuses the questions themselves (`silence`, `reachability`,
`at_least`, `by_segment`).
"""

from dataclasses import dataclass

from primum.audit.at_least import rules_told, swept_rules
from primum.audit.by_segment import Hits, nothing_hit, segments_told, swept_groups
from primum.audit.frame import Frame
from primum.audit.law import Law
from primum.audit.masking import Mask
from primum.audit.partial import Partial, joined
from primum.audit.reachability import reachability_told, swept_reachability
from primum.audit.results_segments import BySegment
from primum.audit.results_silence import Silence
from primum.audit.silence import Ears, make_ears, owed_told, questions_told, swept_silence, unheard_told, waste_told
from primum.audit.standing import Closing, make_closing, standing
from primum.customers.states import Spec
from primum.strategy.models import Strategy
from primum.words.time import day_text


@dataclass(frozen=True)
class Ending:
    """What all buckets share."""

    closing: Closing
    ears: Ears


def make_ending(frame: Frame, strategy: Strategy, spec: Spec) -> Ending:
    """Prepare the questions; `frame` knows the common period already."""
    closing = make_closing(frame, strategy, spec)
    return Ending(closing, make_ears(frame, strategy, closing))


def sweep_ending(
    frame: Frame, ending: Ending, number: int, law: Law | None = None, hits: Hits | None = None
) -> Partial:
    """What one bucket adds.

    Args:
        hits: what the rules found in it; None where none were asked.
    """
    bucket = frame.history.bucket(number)
    customers = frame.history.customers(number, ["id", "hash", "kinds", "zone", "looks", "not_person"])
    closing, stand = ending.closing, standing(frame, ending.closing, bucket, customers)
    found = swept_silence(frame, closing, ending.ears, bucket, customers, stand)
    found = joined(found, swept_reachability(frame, closing, bucket, customers, stand))
    found = joined(found, swept_groups(frame, closing, bucket, stand, hits or nothing_hit()))
    return found if law is None else joined(found, swept_rules(frame, law, closing, bucket, customers, stand))


def silence_told(frame: Frame, ending: Ending, law: Law | None, total: Partial, mask: Mask) -> Silence:
    """What the audit found of silence and its opposite; nothing where the history has no contact, and so no end."""
    closing, ears = ending.closing, ending.ears
    if not closing.has_contacts:
        return Silence()
    return Silence(
        day_text(closing.end.day),
        tuple(rules_told(law, closing, total)) if law is not None else (),
        questions_told(frame, closing, ears, total, mask),
        tuple(owed_told(closing, ears, total)),
        tuple(unheard_told(closing, total)),
        waste_told(closing, total),
        reachability_told(frame, closing, total),
    )


def groups_told(ending: Ending, total: Partial) -> BySegment:
    """Pressure, rules and responses by kinds of customer; nothing where the history has no contact."""
    return BySegment() if not ending.closing.has_contacts else segments_told(ending.closing, total)
