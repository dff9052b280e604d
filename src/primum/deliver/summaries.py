"""Summaries of lists and receipts that a manager can read.

Owns their sentences and their JSON form. Refuses personal data: counts, reasons and instants only.
"""

from collections.abc import Sequence
from typing import Any

from primum.deliver.receipts import Receipt
from primum.deliver.screening import Order, Screened
from primum.words.time import instant_text


def plain_list(screened: Screened, unreadable: int, neutralised: int) -> dict[str, Any]:
    """A screened list as JSON."""
    order = screened.order
    return {
        "list": order.list,
        "communication": order.communication,
        "channel": order.channel,
        "department": order.department,
        "judged_for": instant_text(order.at),
        "valid_until": instant_text(order.valid_until),
        "reserved": order.reserve,
        "rows": len(screened.rows) + unreadable,
        "allowed": screened.count("allowed"),
        "held": screened.count("held"),
        "rejected": screened.count("unusable") + unreadable,
        "unknown_customers": screened.unknown,
        "asked_again": screened.again,
        "asked_until_yes": screened.until_yes,
        "neutralised_cells": neutralised,
        "reasons": [{"says": says, "rows": rows} for says, rows in screened.reasons],
    }


def list_lines(told: dict[str, Any]) -> list[str]:
    """A screened list in sentences."""
    lines = [
        f"List {told['list']}: {told['communication']} by {told['channel']}, for {told['department']}.",
        f"Judged for {told['judged_for']}; valid until {told['valid_until']}. After that, screen it again.",
        "",
        f"{told['rows']:,} rows: {told['allowed']:,} may be contacted, {told['held']:,} are held, "
        f"{told['rejected']:,} could not be used.",
    ]
    if told["reasons"]:
        lines += ["", "Why rows are held (a row may have several reasons):"]
        lines += [f"  {reason['rows']:>9,}  {reason['says']}" for reason in told["reasons"]]
    return [*lines, *_remarks(told)]


def _remarks(told: dict[str, Any]) -> list[str]:
    said = []
    if told["reserved"]:
        said.append("Places are reserved until then: return what was really sent with `primum receipt`.")
    if told["unknown_customers"]:
        said.append(f"{told['unknown_customers']:,} customers are unknown: nothing was ever sent to them that we know.")
    if told["asked_again"]:
        said.append(
            f"{told['asked_again']:,} customers were asked for again before the time that was told; "
            f"{told['asked_until_yes']:,} of them are allowed now."
        )
    if told["neutralised_cells"]:
        said.append(f"{told['neutralised_cells']:,} cells looked like formulas: a ' stands before them now.")
    return ["", *said] if said else []


def plain_receipt(receipt: Receipt, order: Order, recorded: int, never: Sequence[Order]) -> dict[str, Any]:
    """A receipt as JSON."""
    return {
        "list": receipt.list,
        "communication": order.communication,
        "valid_until": instant_text(order.valid_until),
        "rows": len(receipt.findings),
        **{finding.replace(" ", "_"): count for finding, count in receipt.counts.items()},
        "allowed_but_not_sent": len(receipt.not_sent),
        "recorded": recorded,
        "never_returned": [o.list for o in never],
    }


def receipt_lines(told: dict[str, Any]) -> list[str]:
    """A receipt in sentences."""
    lines = [
        f"Receipt of list {told['list']} ({told['communication']}, valid until {told['valid_until']}): "
        f"{told['rows']:,} rows.",
        "",
    ]
    named = ("as_allowed", "though_held", "after_expiry", "not_on_the_list", "sent_again", "not_usable")
    lines += [f"  {told[name]:>9,}  {name.replace('_', ' ')}" for name in (*named, "allowed_but_not_sent")]
    lines += ["", f"{told['recorded']:,} contacts are in the ledger now, whatever was allowed."]
    if told["never_returned"]:
        count = len(told["never_returned"])
        names = ", ".join(told["never_returned"][:5])
        lines.append(f"Never returned: {count:,} {'list' if count == 1 else 'lists'} no longer valid ({names}).")
    return lines
