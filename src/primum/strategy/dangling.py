"""Names in the facets that must be declared somewhere in the strategy.

Owns the list of what names what, and the complaint with the nearest known name. Refuses to judge what the names mean
together (`review` does).
"""

from collections.abc import Callable, Collection, Iterator
from typing import Final

from primum.strategy.facets.occasions import Occasion
from primum.strategy.findings import File, Finding
from primum.strategy.positions import KeyPath
from primum.strategy.sentences import subject
from primum.words.errors import did_you_mean

Named = tuple[KeyPath, str | None, str]
"""Where a name stands, the name, and what it is the name of."""

_DECLARED_UNDER: Final[dict[str, tuple[KeyPath, ...]]] = {
    "department": (("departments",),),
    "channel": (("channels",),),
    "communication": (("communications",),),
    "topic": (("topics",),),
    "persona": (("customers", "personas"),),
    "objective": (("objectives",),),
    "stage of the journey": (("journey", "stages"),),
    "flow": (("flows",),),
    "metric": (("measurement", "metrics"),),
    "moment": (("moments",),),
    "source": (("data", "sources"),),
    "segment": (("customers", "segments"),),
}


def names_are_declared(file: File) -> Iterator[Finding]:
    """Every name that a facet uses is declared where it belongs."""
    for look in _LOOKS:
        for path, word, noun in look(file):
            known = declared(file, noun)
            if word is not None and word not in known:
                where = " or ".join(f"`{'.'.join(map(str, p))}`" for p in _DECLARED_UNDER[noun])
                cure = f"Declare it under {where}, as `{word}:`. {did_you_mean(word, known)}".strip()
                what = f'{subject(path)} names the {noun} "{word}", which is not declared.'
                yield Finding(path, what, cure, at_key=path[-1] == word)


def declared(file: File, noun: str) -> Collection[str]:
    """The names that the file declares; a lifecycle stage may be named wherever a segment may."""
    names = [name for path in _DECLARED_UNDER[noun] for name in file.positions.children(path)]
    return [*names, *_lifecycle(file)] if noun == "segment" else names


def _lifecycle(file: File) -> list[str]:
    return [stage.stage for stage in file.strategy.customers.stages]


def _each(file: File, path: KeyPath, words: Collection[str], noun: str) -> Iterator[Named]:
    for number, word in enumerate(words):
        yield file.item(path, number), word, noun


def _in_occasion(file: File, path: KeyPath, occasion: Occasion | None) -> Iterator[Named]:
    if occasion is not None:
        yield from _each(file, (*path, "segment"), occasion.segment, "segment")
        yield from _each(file, (*path, "stage"), occasion.stage, "segment")
        yield from _each(file, (*path, "communication"), occasion.communication, "communication")


def _in_objectives(file: File) -> Iterator[Named]:
    for name, objective in file.strategy.objectives.items():
        path: KeyPath = ("objectives", name)
        yield (*path, "owner"), objective.owner, "department"
        yield (*path, "metric"), objective.metric, "metric"
        yield from _each(file, (*path, "segments"), objective.segments, "segment")
        yield from _each(file, (*path, "personas"), objective.personas, "persona")


def _in_personas(file: File) -> Iterator[Named]:
    for name, persona in file.strategy.customers.personas.items():
        yield from _each(file, ("customers", "personas", name, "segments"), persona.segments, "segment")


def _in_journey(file: File) -> Iterator[Named]:
    for name, stage in file.strategy.journey.stages.items():
        path: KeyPath = ("journey", "stages", name)
        yield (*path, "owner"), stage.owner, "department"
        yield from _each(file, (*path, "lifecycle"), stage.lifecycle, "segment")
        yield from _each(file, (*path, "personas"), stage.personas, "persona")
        for key, touchpoint in stage.touchpoints.items():
            below = (*path, "touchpoints", key)
            yield (*below, "owner"), touchpoint.owner, "department"
            yield (*below, "channel"), touchpoint.channel, "channel"
            yield (*below, "moment"), touchpoint.moment, "moment"
            yield from _each(file, (*below, "communications"), touchpoint.communications, "communication")


def _in_flows(file: File) -> Iterator[Named]:
    for name, flow in file.strategy.flows.items():
        path: KeyPath = ("flows", name)
        yield (*path, "owner"), flow.owner, "department"
        yield from _each(file, (*path, "objectives"), flow.objectives, "objective")
        yield from _each(file, (*path, "journey"), flow.journey, "stage of the journey")
        yield from _each(file, (*path, "personas"), flow.personas, "persona")
        yield from _in_occasion(file, (*path, "entry"), flow.entry)
        yield from _in_occasion(file, (*path, "exit"), flow.exit)
        for key, step in flow.steps.items():
            below = (*path, "steps", key)
            yield (*below, "communication"), step.communication, "communication"
            yield (*below, "channel"), step.channel, "channel"
            yield from _in_occasion(file, (*below, "unless"), step.unless)


def _in_measurement(file: File) -> Iterator[Named]:
    measurement = file.strategy.measurement
    for key, noun, measures in (
        ("flows", "flow", measurement.flows),
        ("objectives", "objective", measurement.objectives),
    ):
        for name, measure in measures.items():
            path: KeyPath = ("measurement", key, name)
            yield path, name, noun
            yield (*path, "metric"), measure.metric, "metric"
            yield (*path, "owner"), measure.owner, "department"


def _in_moments(file: File) -> Iterator[Named]:
    for name, moment in file.strategy.moments.items():
        path: KeyPath = ("moments", name)
        yield (*path, "owner"), moment.owner, "department"
        yield from _each(file, (*path, "journey"), moment.journey, "stage of the journey")
        yield from _in_occasion(file, (*path, "trigger"), moment.trigger)
        if moment.promise is not None:
            yield (*path, "promise", "channel"), moment.promise.channel, "channel"
            yield from _in_occasion(file, (*path, "promise", "kept_by"), moment.promise.kept_by)


def _in_balance(file: File) -> Iterator[Named]:
    for name, initiative in file.strategy.balance.items():
        path: KeyPath = ("balance", name)
        yield (*path, "owner"), initiative.owner, "department"
        yield from _each(file, (*path, "flows"), initiative.flows, "flow")
        yield from _each(file, (*path, "objectives"), initiative.objectives, "objective")


def _in_needs(file: File) -> Iterator[Named]:
    for name, need in file.strategy.data.needs.items():
        path: KeyPath = ("data", "needs", name)
        yield (*path, "source"), need.source, "source"
        yield (*path, "owner"), need.owner, "department"
        yield from _each(file, (*path, "access"), need.access, "department")


def _in_channels(file: File) -> Iterator[Named]:
    for name, channel in file.strategy.channels.items():
        yield ("channels", name, "owner"), channel.owner, "department"
        yield from _each(file, ("channels", name, "fallbacks"), channel.fallbacks, "channel")


def _in_communications(file: File) -> Iterator[Named]:
    for name, communication in file.strategy.communications.items():
        yield ("communications", name, "flow"), communication.flow, "flow"
        yield ("communications", name, "moment"), communication.moment, "moment"


_LOOKS: Final[tuple[Callable[[File], Iterator[Named]], ...]] = (
    _in_objectives,
    _in_personas,
    _in_journey,
    _in_flows,
    _in_measurement,
    _in_moments,
    _in_balance,
    _in_needs,
    _in_channels,
    _in_communications,
)

FACET_CHECKS: Final = (names_are_declared,)
