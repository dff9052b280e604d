"""Guessing the message class and the topic of a communication nobody described, by rules a person can follow.

Owns the rules, how sure they are, and the sentence that says why. Refuses to count for more than a proposal: guesses
stand in the register file for people to confirm, and in no figure.
"""

import re
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from typing import Final, Literal

from primum.audit.message_class_words import BEGINNINGS, PHRASES
from primum.audit.results import ClassGuess

HowSure = Literal["sure", "likely", "unsure"]

NAME_POINTS: Final = 3
TEXT_POINTS: Final = 2
PHRASE_POINTS: Final = 3
SURE_FROM: Final = 5
"""Points from which a guess is sure, when no other class has more than half of them and two clues agree."""
LIKELY_FROM: Final = 2
"""With fewer points there is no guess."""
MANY: Final = 100
"""Contacts of one day that make a wave."""

_WORD: Final = re.compile(r"[^\W\d_]+|\d+[^\W\d_]*")
_HUMP: Final = re.compile(r"(?<=[a-zà-ÿ])(?=[A-ZÀ-Þ])")


@dataclass(frozen=True)
class Traits:
    """What is known of a communication."""

    name: str
    subject: str | None
    channels: tuple[str, ...]
    contacts: int
    asked_for: int
    """Contacts that the customer asked for."""
    one_day: bool
    """Whether all of its contacts were made on one day."""
    purpose: str | None
    """The message class that the sources themselves give."""


def guess_class(traits: Traits) -> ClassGuess:
    """The likeliest message class, how sure that is, and why."""
    if traits.purpose is not None:
        return ClassGuess(traits.purpose, "sure", "the sources say so")
    points: dict[str, int] = {}
    why: dict[str, list[str]] = {}
    clues: dict[str, set[str]] = {}
    for name, given, clue, reason in _evidence(traits):
        points[name] = points.get(name, 0) + given
        why.setdefault(name, []).append(reason)
        clues.setdefault(name, set()).add(clue)
    ranked = sorted(points, key=lambda c: (-points[c], c))
    if not ranked or points[ranked[0]] < LIKELY_FROM:
        return ClassGuess(None, "unsure", "neither its name nor its text says what it is for")
    first, second = points[ranked[0]], points[ranked[1]] if len(ranked) > 1 else 0
    how_sure: HowSure = "unsure" if first == second else "likely"
    if first >= SURE_FROM and 2 * second <= first and len(clues[ranked[0]]) > 1:
        how_sure = "sure"
    said = "; ".join(dict.fromkeys(why[ranked[0]]))
    other = f"; it may also be {ranked[1]}" if second and 2 * second > first else ""
    return ClassGuess(ranked[0], how_sure, said + other)


def _evidence(traits: Traits) -> Iterable[tuple[str, int, str, str]]:
    """(message class, points, clue, reason) of everything that speaks for a class."""
    for text, points, where in ((traits.name, NAME_POINTS, "name"), (traits.subject, TEXT_POINTS, "text")):
        for name, word in _spoken(text or ""):
            yield name, points, word, f"its {where} says '{word}'"
        for name, phrase in _phrases(text or ""):
            yield name, PHRASE_POINTS, phrase, f"its {where} says '{phrase}'"
    if traits.contacts and 2 * traits.asked_for > traits.contacts:
        yield "transactional", 2, "asked", "customers ask for it"
        yield "security", 1, "asked", "customers ask for it"
    if traits.channels and set(traits.channels) <= {"call", "visit"}:
        yield "sales", 1, "channel", "it is only said in person"
    if traits.one_day and traits.contacts >= MANY:
        yield "marketing", 1, "wave", "all of it went out on one day"


def _spoken(text: str) -> Iterable[tuple[str, str]]:
    """The first word of each class that the text holds."""
    words = words_of(text)
    for name, languages in BEGINNINGS.items():
        beginnings = tuple(b for language in languages for b in language.split())
        found = next((w for w in words if any(_begins(w, b) for b in beginnings)), None)
        if found:
            yield name, found


def _begins(word: str, beginning: str) -> bool:
    """Short beginnings must be the whole word (or its plural): `tan` is not `standing`, `win` is not `window`."""
    return word.startswith(beginning) if len(beginning) > 4 else word in (beginning, beginning + "s")


def _phrases(text: str) -> Iterable[tuple[str, str]]:
    folded = " ".join(text.casefold().replace("_", " ").split())
    for name, phrases in PHRASES.items():
        found = next((p for p in phrases if p in folded), None)
        if found:
            yield name, found


def words_of(text: str) -> list[str]:
    """The words of a name or text in lower case: `DunningLetter_2b` is dunning, letter, 2b."""
    return [w.casefold() for w in _WORD.findall(_HUMP.sub(" ", text))]


def guess_topic(name: str, subject: str | None, topics: Mapping[str, str]) -> str | None:
    """The topic all of whose words stand in the name or the text; the one of most words, then the first by name.

    Args:
        topics: name -> title of every topic that the strategy declares or uses.
    """
    held = {*words_of(name), *words_of(subject or "")}
    found = []
    for topic, title in topics.items():
        for said in {topic, title}:
            words = [w for w in words_of(said) if len(w) > 2]
            if words and all(any(_alike(w, h) for h in held) for w in words):
                found.append((-len(words), topic))
    return min(found)[1] if found else None


def _alike(a: str, b: str) -> bool:
    """Equal words, and such as differ in their ending only (boiler, boilers)."""
    short, long = sorted((a, b), key=len)
    return (len(short) > 3 and long.startswith(short) and len(long) - len(short) <= 2) or a == b
