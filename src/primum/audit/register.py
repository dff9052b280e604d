"""The register beside what was really sent: which communications nobody registered, and what they seem to be.

Owns the figures about the register and the description of each communication. Refuses to count a guess.
"""

from dataclasses import replace

import numpy as np

from primum.audit import kernels as k
from primum.audit import results as r
from primum.audit.contents import typical
from primum.audit.findings import Ground, attempted_by_tag, contacts_by_communication
from primum.audit.masking import Mask
from primum.audit.message_class import Traits, guess_class, guess_topic


def figures(ground: Ground, communications: tuple[r.CommunicationFigures, ...]) -> r.Register:
    """How much of what was said stands in the register."""
    registered = [c for c in communications if c.registered]
    contacts = contacts_by_communication(ground)
    known = np.array([*ground.look.registered, False])
    sent = {c.communication for c in communications}
    return r.Register(
        len(communications),
        len(registered),
        len(communications) - len(registered),
        sum(1 for c in registered if c.owner is None),
        int(contacts[~known].sum()),
        int(contacts[-1]),
        tuple(name for name in ground.strategy.communications if name not in sent),
        _topic_figures(ground, registered),
    )


def _topic_figures(ground: Ground, registered: list[r.CommunicationFigures]) -> tuple[r.TopicFigures, ...]:
    contacts = dict.fromkeys(_topics(ground), 0)
    communications = dict.fromkeys(contacts, 0)
    for c in registered:
        topic = ground.strategy.communications[c.communication].topic
        if topic is not None:
            contacts[topic] += c.contacts
            communications[topic] += 1
    return tuple(r.TopicFigures(topic, communications[topic], n) for topic, n in contacts.items())


def described(
    ground: Ground, communications: tuple[r.CommunicationFigures, ...], mask: Mask
) -> tuple[r.CommunicationFigures, ...]:
    """The communications, each with its usual text, its topic, and a guess at what the register does not say."""
    asked = asked_for(ground)
    topics = _topics(ground)
    code = {name: i for i, name in enumerate(ground.look.communications)}
    return tuple(_described(ground, c, code[c.communication], asked, topics, mask) for c in communications)


def _described(
    ground: Ground,
    found: r.CommunicationFigures,
    code: int,
    asked: np.ndarray,
    topics: dict[str, str],
    mask: Mask,
) -> r.CommunicationFigures:
    subject = typical(ground.contents, code)
    entry = ground.strategy.communications.get(found.communication)
    name = " ".join((found.communication, *((entry.title or "", *entry.known_as) if entry else ())))
    traits = Traits(
        name,
        subject,
        found.channels,
        found.contacts,
        int(asked[code]),
        found.first == found.last,
        None if entry and entry.purpose else found.purpose,
    )
    topic = entry.topic if entry else None
    return replace(
        found,
        subject=mask.text(subject),
        topic=topic,
        guess=guess_class(traits) if not (entry and entry.purpose) else None,
        guessed_topic=guess_topic(name, subject, topics) if topic is None else None,
    )


def asked_for(ground: Ground) -> np.ndarray:
    """Contacts that the customer asked for, by communication code."""
    tags = ground.look.tags
    asked = (tags[:, k.COMMUNICATION] >= 0) & ((tags[:, k.FLAGS] & k.PUSHED) == 0)
    code = tags[asked, k.COMMUNICATION]
    size = len(ground.look.communications)
    return np.bincount(code, weights=attempted_by_tag(ground)[asked], minlength=size).astype(np.int64)


def _topics(ground: Ground) -> dict[str, str]:
    """Every topic that the strategy declares or uses, with its title."""
    used = {c.topic: c.topic for c in ground.strategy.communications.values() if c.topic}
    return used | {name: entry.title or name for name, entry in ground.strategy.topics.items()}
