"""The sheet that says how the register is filled in.

Owns its words. Refuses figures.
"""

from typing import Final

SHEET: Final = "How to fill this in"

STEPS: Final = (
    "The sheet Communications lists everything that was found in the sources. Fill in the yellow cells: above all who "
    "owns a communication and what it is for (its message class). Leave a cell empty when you do not know.",
    "The grey cells are written by the audit and cannot be changed. The guesses among them count for nothing until "
    "somebody confirms them in the yellow cell.",
    "Pick owners from the list: they are the departments on the sheet Departments. Add departments and topics on their "
    "sheets first.",
    "Add communications that you plan in the first empty row. Several channels or names stand in one cell with a "
    "semicolon between them: email; sms.",
    "Save the file where it is. What you typed stays when the next audit writes it again; sorting, filters and sheets "
    "of your own are no trouble.",
    "Put these lines into primum.yaml, so that the next audit reads what you filled in (what stands in primum.yaml "
    "itself counts more than a cell here):",
)

COLUMNS: Final = (
    ("Name", "What the sources call it. Do not change it: it is how the audit finds the communication again."),
    ("Owner", "The department that answers for it."),
    ("Message class", "What it is for; see the list below."),
    ("Title", "Its name as people say it, if the sources' name is not one."),
    ("Topic", "What it is about."),
    ("Channels", "The channels it may use; several with a semicolon between them."),
    ("Known as", "Further names under which sources know it: their contacts will count as this one's."),
    ("Initiated by", "customer: people ask for it (one-time codes, order confirmations, call-backs). Else company."),
    ("Sample", "A file that shows it (picture, text or HTML), as a path from primum.yaml: samples/welcome.png"),
    ("How sure", "How much speaks for the guessed message class: sure, likely or unsure. Why says what."),
    ("In the register", "Whether primum.yaml, or a row of this file that somebody filled in, names it."),
)

CLASSES: Final = (
    ("marketing", "newsletters, campaigns, invitations, offers to many"),
    ("sales", "offers to one person: calls, quotes, renewals, upgrades"),
    ("survey", "questions about satisfaction, requests for a review"),
    ("service", "answers, appointments, outages, advice"),
    ("transactional", "order confirmations, invoices, deliveries: what a purchase sets off"),
    ("security", "one-time codes, new sign-ins, warnings of fraud"),
    ("collections", "reminders of payment, dunning"),
    ("regulatory", "what law or contract demands: price changes, terms, privacy"),
)


def pointing_lines(file: str) -> tuple[str, ...]:
    """The lines of primum.yaml that point to the register."""
    return (
        f"departments: {{from: {file}, sheet: Departments}}",
        f"topics: {{from: {file}, sheet: Topics}}",
        f"communications: {{from: {file}, sheet: Communications}}",
    )
