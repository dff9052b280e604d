"""The strategy file of the made-up company, as text with comments.

Owns its wording. Refuses the models that read it: what is written here is what a person would write.
"""

import json
from collections.abc import Iterable, Mapping

from primum.demo.batch import LANDS_AFTER
from primum.demo.communication import Communication
from primum.demo.messages import CHANNEL_COST, COMMUNICATIONS

HEAD = """\
# The contact strategy of Brightwater Energy, an energy supplier that does not exist.
# Its seven departments contact the same customers and do not see each other: start with `primum audit`.

strategy:
  name: Brightwater Energy
  customer_champion: Nadia Okafor
  promise: We speak to you when it helps you, once, and with one voice.
  currency: GBP

zone: Europe/London

customers:
  country: GB            # reads national phone numbers
  own_domains: [brightwater.example]
  agency_domains: [pixelfox.example]
  # These are no customers, so what they receive weighs on nobody. There are more of them than we know.
  not_people:
    - {identifier: "email:seed*@inbox-seeds.example", why: seed}          # watches what every campaign looks like
    - {identifier: "email:test.account*@brightwater.example", why: test}  # for trying out templates
  people: [COLLEAGUE]   # works here, and heats with us as well

departments:
  marketing: {title: Marketing, owner: Tom Ashby}
  sales: {title: Telephone sales, owner: Carla Reyes}
  service: {title: Customer service, owner: Ines Haddad}
  collections: {title: Collections, owner: Graham Pike}
  logistics: {title: Field logistics, owner: Joanna Lindqvist}
  billing: {title: Billing, owner: Peter Amadi}
  app: {title: Mobile app, owner: Lena Fischer}

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

    contracts:
      kind: identifiers
      files: exports/contracts.csv
      key: {crm_id: customer_no}
      identifiers: {contract: contract}

    devices:
      kind: identifiers
      files: exports/app_devices.csv
      key: {crm_id: customer_no}
      identifiers: {device: device}

    # The e-mail platform.
    marketing:
      kind: contacts
      department: marketing
      files: exports/marketing_emails.csv
      delimiter: ";"
      encoding: cp1252
      key: {email: email}
      dates: ["%d/%m/%Y %H:%M", "%d/%m/%Y"]
      control: {CONTROL}    # what their invoice says
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
    # An agency sends the text messages of sales, and exports no ids: rows alike in these are one message. Its second
    # file begins where the first had not ended.
    sales_texts:
      kind: contacts
      department: sales
      files: exports/sales_texts_*.csv
      key: {phone: mobile}
      dates: "%d/%m/%Y %H:%M"
      one_row_per: [at, subject]
      map:
        at: sent
        channel: {value: sms}
        communication: campaign
        purpose: {value: sales}
        subject: text
        content: {column: text}
        status:
          column: report
          values: {delivered: delivered, accepted: sent, absent: bounced, rejected: failed, stopped: suppressed}

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

    # Bills and letters, a file a month. Only days are known; a letter is handed to the carrier on its day. March was
    # exported wrongly at first, with letters that were never printed.
    billing:
      kind: contacts
      department: billing
      files: exports/billing/bills_*.csv
      delimiter: "|"
      replaces: {exports/billing/bills_2025-03_corrected.csv: exports/billing/bills_2025-03.csv}
      key: {contract: contract}
      dates: "%d %b %Y"
      map:
        id: doc
        at: printed
        channel: medium
        communication: job
        purpose: class
        subject: wording
        content: {column: wording}
        status:
          column: state
          values:
            delivered: delivered
            with the carrier: sent
            returned: bounced
            not printed: failed
            withdrawn: suppressed

    # The log of the app's messages: a row for everything that happened to one, in no order. It was switched on in
    # March, and exported in June.
    app:
      kind: events
      department: app
      files: exports/app_events.csv
      key: {device: device}
      map:
        id: message
        at: event_at
        event:
          column: event
          values:
            queued: planned
            sent: sent
            delivered: delivered
            bounce: bounced
            error: failed
            dropped: suppressed
            open: opened
            click: clicked
        channel: {value: push}
        communication: campaign
        purpose: class
        subject: text
        content: {column: text}
        initiated:
          column: asked_by
          values: {customer: customer, app: company}

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

    # Visits of the web account; whoever exported them did not look at the last line.
    visits:
      kind: responses
      files: exports/web_visits.csv
      key: {email: email}
      map:
        at: visited
        kind: {value: visited}

    # Who wants no advertising, by the CRM. It does not say since when: we know it of the day of the extract.
    flags:
      kind: states
      files: exports/crm_flags_*.csv
      as_of: {file_name: "%Y-%m-%d"}
      key: {crm_id: customer_no}
      map:
        state:
          column: no_advertising
          values: {Y: no_advertising}
        purpose: {value: marketing}

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
    yield "channels:                  # unit costs in pounds; a letter lands two days after it was handed over"
    for name, mils in CHANNEL_COST.items():
        parts = [f"unit_cost: {mils / 1000:g}"] if mils is not None else ["title: In the app"]
        parts += [f"lands_after: {LANDS_AFTER} days"] if name == "post" else []
        yield f"  {name}: {{{', '.join(parts)}}}"
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


def strategy_text(excel: bool, control: Mapping[str, int], colleague: str) -> str:
    """The whole `primum.yaml`.

    Args:
        excel: whether sales exports a workbook rather than CSV.
        control: what the invoice of the e-mail platform says: month -> e-mails.
        colleague: the e-mail address of the colleague who is a customer.
    """
    books = ", ".join(f"{month}: {count}" for month, count in control.items())
    head = HEAD.replace("COLLEAGUE", f'"email:{colleague}"')
    data = DATA_HEAD.replace("{CONTROL}", f"{{{books}}}")
    middle = "\n".join([*_channels(), *_communications()]) + "\n"
    return head + middle + data + SALES.format(files=WORKBOOK if excel else CALL_LIST) + DATA_TAIL
