"""The strategy file of Harbour & Finch: what its own people would have written.

Owns the text of `primum.yaml`. Refuses to hold a figure that the exports do not bear out, but for one control total.
"""

import json
from collections.abc import Iterable, Mapping
from typing import Final

from primum.demo.decoys.files import CORRECTED, WRONG
from primum.demo.decoys.people import OWN_DOMAIN, SEED_DOMAIN
from primum.demo.decoys.sayings import SAYINGS, Saying

HEAD: Final = f"""\
# Harbour & Finch, a made-up broadband company. Much of what it does looks wrong and is not.

strategy:
  name: Harbour & Finch
  currency: GBP

zone: Europe/London

departments: {{marketing: , sales: , service: , billing: , repairs: , shop: , legal: }}

channels:
  email:
  sms:
  call:
  post: {{lands_after: 2 days}}

customers:
  country: GB
  own_domains: [{OWN_DOMAIN}]
  not_people:
    - {{identifier: "email:*@{SEED_DOMAIN}", why: seed}}
    - {{identifier: "email:*@{OWN_DOMAIN}", why: staff}}

communications:
"""

DATA: Final = f"""\

data:
  sources:
    newsletters:
      kind: contacts
      department: marketing
      files: [exports/newsletters_main.csv, exports/newsletters_harbour.csv]
      key: {{email: recipient}}
      control: {{CONTROL}}
      map:
        id: message_id
        at: sent_at
        channel: {{value: email}}
        communication: campaign
        subject: subject
        content: subject
        status: {{value: delivered}}

    # The mailer's log: a row whenever something happens to a message, in no order.
    offers:
      kind: events
      department: sales
      files: exports/offer_events.jsonl
      key: {{email: recipient}}
      map:
        id: message
        at: time
        event:
          column: event
          values: {{queued: planned}}
        channel: {{value: email}}
        communication: campaign
        subject: subject
        content: subject

    # Monthly exports that overlap by some days. May was exported with wrong days and then corrected.
    service:
      kind: contacts
      department: service
      files: exports/service_2025_*.csv
      delimiter: ";"
      replaces: {{exports/{CORRECTED}: [exports/{WRONG}]}}
      key: {{crm_id: customer}}
      map:
        id: id
        at: when
        channel: {{value: email}}
        communication: notice
        subject: text
        content: text
        status: {{value: delivered}}

    # The print shop knows the day on which it hands letters to the post, and gives them no numbers.
    letters:
      kind: contacts
      department: billing
      files: [exports/letters_a.csv, exports/letters_b.csv]
      key: {{crm_id: customer}}
      one_row_per: [at, communication]
      map:
        at: handed_over
        channel: {{value: post}}
        communication: letter
        content: text
        status: {{value: sent}}

    bills:
      kind: contacts
      department: billing
      files: exports/bills.csv
      key: {{crm_id: customer}}
      map:
        id: id
        at: sent
        channel: {{value: email}}
        communication: bill
        subject: subject
        content: subject
        status: {{value: delivered}}

    # Starts ten weeks later than the others, and ends three weeks earlier.
    visits:
      kind: contacts
      department: repairs
      files: exports/visits.csv
      key: {{phone: mobile}}
      map:
        id: id
        at: day
        channel: {{value: sms}}
        communication: {{value: visit}}
        subject: text
        content: text
        status: {{value: delivered}}

    shop:
      kind: contacts
      department: shop
      files: exports/shop.csv
      key: {{email: email, phone: mobile}}
      map:
        id: id
        at: at
        channel: via
        communication: message
        subject: text
        content: text
        status: {{value: delivered}}

    calls:
      kind: contacts
      department: service
      files: exports/calls.xlsx
      key: {{crm_id: customer}}
      map:
        id: id
        at: called
        channel: {{value: call}}
        communication: reason
        initiated: asked by
        subject: opening
        content: opening
        status: {{value: delivered}}

    notices:
      kind: contacts
      department: legal
      files: exports/notices.csv
      key: {{crm_id: customer}}
      map:
        id: id
        at: day
        channel: {{value: post}}
        communication: {{value: works nearby}}
        content: text
        status: {{value: sent}}

    # A flag of the customer system: it says who wants no marketing, not since when.
    opt_outs:
      kind: states
      files: exports/opt_outs_2025-05-01.csv
      as_of: 2025-05-01
      key: {{crm_id: customer}}
      map:
        state: {{value: opted_out}}
        purpose: {{value: marketing}}

    complaints:
      kind: states
      files: exports/complaints.csv
      key: {{crm_id: customer}}
      map:
        state: {{value: complaint_open}}
        from: opened
        until: closed

    customers:
      kind: customers
      files: exports/customers.csv
      key: {{crm_id: customer}}
      identifiers: {{email: email, phone: phone}}
      map:
        zone: time_zone
"""


def _entry(saying: Saying) -> str:
    parts = [f"owner: {saying.department}", f"purpose: {saying.purpose}", f"channels: [{saying.channel}]"]
    # Call-backs say in their own export who asked for them.
    if saying.asked and saying.source != "calls":
        parts.append("initiated: customer")
    return f"  {saying.name}: {{{', '.join(parts)}}}"


def _register() -> Iterable[str]:
    return (_entry(saying) for saying in SAYINGS.values())


def strategy_text(control: Mapping[str, int]) -> str:
    """The whole `primum.yaml`.

    Args:
        control: what the mailing house has invoiced, by month.
    """
    data = DATA.replace("{CONTROL}", json.dumps(dict(control)))
    return HEAD + "\n".join(_register()) + "\n" + data
