"""The strategy file of the made-up company, as text with comments.

Owns its wording. Refuses the models that read it: what is written here is what a person would write.
"""

import json
from collections.abc import Iterable

from primum.demo.messages import CHANNEL_COST, COMMUNICATIONS, Communication

HEAD = """\
# The contact strategy of Brightwater Energy, an energy supplier that does not exist.
# Its five departments contact the same customers and do not see each other: start with `primum audit`.

strategy:
  name: Brightwater Energy
  customer_champion: Nadia Okafor
  promise: We speak to you when it helps you, once, and with one voice.
  currency: GBP

zone: Europe/London

customers:
  country: GB            # reads national phone numbers

departments:
  marketing: {title: Marketing, owner: Tom Ashby}
  sales: {title: Telephone sales, owner: Carla Reyes}
  service: {title: Customer service, owner: Ines Haddad}
  collections: {title: Collections, owner: Graham Pike}
  logistics: {title: Field logistics, owner: Joanna Lindqvist}

"""

DATA_HEAD = """\
data:
  placeholders: [counter@brightwater.example]    # typed by the shops when a customer has no e-mail address
  sources:

    # Who the customers are: here different keys meet on one customer.
    customers:
      kind: customers
      files: exports/crm_customers.csv
      key: {crm_id: customer_no}
      identifiers: {email: e_mail, phone: mobile, account: account_no}
      map:
        since: customer_since

    meters:
      kind: identifiers
      files: exports/meters.csv
      key: {crm_id: customer_no}
      identifiers: {meter: meter}

    # The e-mail platform.
    marketing:
      kind: contacts
      department: marketing
      files: exports/marketing_emails.csv
      delimiter: ";"
      encoding: cp1252
      key: {email: email}
      dates: ["%d/%m/%Y %H:%M", "%d/%m/%Y"]
      map:
        id: send_id
        at: sent_at
        channel: {value: email}
        communication: campaign
        purpose:
          column: type
          values: {Newsletter: marketing, Survey: survey, Order: transactional}
        subject: subject
        content: {column: subject}
        product: offer
        valid_until: offer_ends
        initiated:
          column: trigger
          values: {customer order: customer, campaign: company}
        status:
          column: result
          values: {Delivered: delivered, Sent: sent, Hard bounce: bounced, Error: failed, Suppressed: suppressed}

"""

WORKBOOK = """\
      files: exports/sales_calls.xlsx
      sheet: Calls
      skip_rows: 2           # a title and an empty row
"""

CALL_LIST = """\
      files: exports/sales_calls.csv
      delimiter: ";"
      dates: ["%Y-%m-%d %H:%M", "%Y-%m-%d"]
"""

SALES = """\
    # The call list of the agents.
    sales:
      kind: contacts
      department: sales
{files}      key: {{phone: Telephone}}
      map:
        at: Called on
        channel: {{value: call}}
        communication: Pitch
        purpose: {{value: sales}}
        subject: Opening line
        content: {{column: Opening line}}
        product: Product
        valid_until: Offer ends
        cost: Cost
        status:
          column: Result
          values:
            Reached: delivered
            Voicemail: sent
            Wrong number: bounced
            Line dead: failed
            On stop list: suppressed

"""

DATA_TAIL = """\
    # The log of the service desk; some rows do not say which team sent them.
    service:
      kind: contacts
      files: exports/service_log.jsonl.gz
      key: {crm_id: customer_no}
      map:
        at: when
        department:
          column: team
          values: {customer service: service}
        channel: via
        communication: reason
        purpose: class
        subject: text
        content: {column: text}
        status:
          column: state
          values: {ok: delivered, handed over: sent, bounced: bounced, failed: failed, suppressed: suppressed}

    # The dunning system knows the day of a contact only.
    collections:
      kind: contacts
      department: collections
      files: exports/collections.sqlite
      table: dunning_log
      key: {account: account_no}
      dates: "%Y-%m-%d"
      map:
        at: run_date
        channel: medium
        communication: step
        purpose:
          column: step
          values: {DUN1: collections, DUN2: collections, DUN3: regulatory, PPLAN: collections}
        subject: wording
        content: {column: wording}
        status:
          column: outcome
          values:
            done: delivered
            queued at carrier: sent
            returned to sender: bounced
            no such number: failed
            held back: suppressed

    # Notifications about engineers' visits and parcels. Texts are known by their template number, which means
    # something inside this system only.
    logistics:
      kind: contacts
      department: logistics
      files: exports/logistics/notifications-*.parquet
      key: {meter: meter}
      map:
        at: notified_at
        channel: medium
        communication: job
        purpose: class
        content: {column: template, local: true}
        initiated: requested_by
        status:
          column: state
          values: {DELIVERED: delivered, SENT: sent, BOUNCED: bounced, FAILED: failed, SUPPRESSED: suppressed}

    # What customers did with the e-mails of marketing. Nobody records what follows a call, a letter or a text message.
    responses:
      kind: responses
      files: exports/email_responses.csv
      key: {email: email}
      map:
        at: when
        kind:
          column: event
          values: {open: opened, click: clicked, unsubscribe: opted_out}
        channel: {value: email}
        communication: campaign

    preferences:
      kind: states
      files: exports/preferences.csv
      key: {email: email}
      map:
        state:
          column: preference
          values: {no marketing: opted_out}
        from: since
        purpose: {value: marketing}
"""


def _channels() -> Iterable[str]:
    yield "channels:                  # unit costs in pounds"
    for name, mils in CHANNEL_COST.items():
        yield f"  {name}: {{unit_cost: {mils / 1000:g}}}" if mils is not None else f"  {name}: {{title: In the app}}"
    yield ""


def _entry(c: Communication) -> str:
    parts = [f"title: {json.dumps(c.title)}"]
    if c.owner:
        parts.append(f"owner: {c.owner}")
    parts += [f"purpose: {c.purpose}", f"topic: {c.topic}", f"channels: [{c.channel}]"]
    if c.alias:
        parts.append(f"known_as: [{json.dumps(c.alias)}]")
    if c.asked:
        parts.append("initiated: customer")
    return f"  {c.name}: {{{', '.join(parts)}}}"


def _communications() -> Iterable[str]:
    yield "# The register: what we say, and who answers for it. Two have lost their owner."
    yield "# What is sent and not listed here is unregistered."
    yield "communications:"
    for c in COMMUNICATIONS:
        if c.registered:
            yield _entry(c)
    yield ""


def strategy_text(excel: bool) -> str:
    """The whole `primum.yaml`.

    Args:
        excel: whether sales exports a workbook rather than CSV.
    """
    middle = "\n".join([*_channels(), *_communications()]) + "\n"
    return HEAD + middle + DATA_HEAD + SALES.format(files=WORKBOOK if excel else CALL_LIST) + DATA_TAIL
