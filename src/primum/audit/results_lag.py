"""What an audit finds about opt-outs and who still sent, as frozen records (a part of `audit.results`)."""

from dataclasses import dataclass


@dataclass(frozen=True)
class Receiver:
    """A source that tells of opt-outs, and its department (None: it declares none)."""

    source: str
    department: str | None


@dataclass(frozen=True)
class LagFigures:
    """Contacts that an opt-out should have stopped, and how long they went on.

    `lag` is the time from an opt-out to the last such contact, in whole hours; where only days are known, the least
    that it may be. Bands count contacts by the time since the opt-out.
    """

    source: str | None
    """To whom the opt-out was given; None: to anybody."""
    receiver: str | None
    """That source's department."""
    sender: str | None
    """The department that still sent; None with `of_one_sender` false: all of them."""
    of_one_sender: bool
    channel: str | None
    """None: all channels (or, among `by_channel`, not recorded)."""
    opt_outs: int | None
    """Opt-outs behind which something was still sent. None, as `customers`, only in a department's edition, for several
    together."""
    customers: int | None
    contacts: int
    """Behind an opt-out, on its own day only where the times are known; in the three bands together."""
    within_48_hours: int
    within_10_working_days: int
    """After 48 hours and not after the tenth day from Monday to Friday (holidays are not known)."""
    later: int
    same_day: int
    """On the opt-out's own day where the time of one is not known: before or behind it, in no other figure."""
    median_hours: int | None
    p95_hours: int | None


@dataclass(frozen=True)
class OptOutLag:
    """After an opt-out, who still sent what it should have stopped.

    That is what advertises, sells or surveys (or the message class that it names), in the channel, topic and brand that
    it names, until it ended or the customer opted in again.
    """

    opt_outs: int = 0
    """Dated opt-outs; what is told again while it holds counts once."""
    undated: int = 0
    """Opt-outs of which it is not known since when they hold: no lag can be told."""
    kept: int = 0
    """Opt-outs behind which nothing was sent..."""
    not_kept: int = 0
    """... and those behind which something was."""
    customers: int = 0
    """Customers who were still sent something."""
    contacts: int = 0
    receivers: tuple[Receiver, ...] = ()
    overall: LagFigures | None = None
    """None: nothing was sent behind any opt-out."""
    by_sender: tuple[LagFigures, ...] = ()
    by_channel: tuple[LagFigures, ...] = ()
    """By sender and channel."""
    by_receiver: tuple[LagFigures, ...] = ()
    """By the source that the opt-out was given to, and sender."""
