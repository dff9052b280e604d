"""Facts about well-known platforms that their exports do not say themselves: zones, orders of dates, odd columns.

Owns the table, each entry with its source. Refuses to recognise a platform by its file's name: the columns must be
there. Everything that can be told from names and values in general is told so elsewhere.
"""

from collections.abc import Collection
from dataclasses import dataclass, field
from typing import Final, Literal

from primum.sources.guess_words import words_of

Order = Literal["day", "month"]


@dataclass(frozen=True)
class Platform:
    """What is known of one export of one platform. Columns are named as `words_of` writes them."""

    name: str
    columns: tuple[str, ...]
    """The columns by which it is recognised: all of them are there."""
    roles: dict[str, str] = field(default_factory=dict)
    """Column -> what it is ('' for nothing), where its name would say something else."""
    id: tuple[str, ...] = ()
    """Columns that together name a message."""
    id_else: tuple[str, ...] = ()
    """Columns of which the first that has a value names a message."""
    words: dict[str, str] = field(default_factory=dict)
    """What happened, in the platform's word -> ours."""
    department: str | None = None
    channel: str | None = None
    zone: str | None = None
    """The zone of its times where that is fixed."""
    order: Order | None = None
    """Whether its dates begin with the day or the month."""


PLATFORMS: Final[tuple[Platform, ...]] = (
    # https://help.salesforce.com/s/articleView?id=sf.mc_as_data_view_sent.htm: Central Standard Time all year round;
    # an event belongs to the sending with the same four numbers.
    Platform(
        "Salesforce Marketing Cloud data view",
        ("job id", "list id", "batch id", "subscriber key", "event date"),
        {"subscriber key": "crm_id", "subscriber id": "", "account id": "", "oyb account id": "",
         "job id": "campaign_id"},
        id=("job id", "list id", "batch id"),
        department="marketing", channel="email", zone="Etc/GMT+6", order="month",
    ),
    # The same events as a tracking extract (public loading scripts): SendID for JobID, and the address itself.
    Platform(
        "Salesforce Marketing Cloud tracking extract",
        ("client id", "send id", "subscriber key", "email address", "event date"),
        {"subscriber key": "crm_id", "client id": "", "subscriber id": "", "send id": "campaign_id"},
        id=("send id", "batch id"), department="marketing", channel="email", zone="Etc/GMT+6", order="month",
    ),
    # https://developer.salesforce.com/docs/atlas.en-us.object_reference.meta: CampaignMember
    Platform(
        "Salesforce campaign members", ("campaign id", "contact id", "lead id", "status"),
        {"contact id": "crm_id"}, department="marketing",
    ),
    # https://developers.hubspot.com/docs/api/events/email-analytics: an event names the one that sent the message
    Platform(
        "HubSpot e-mail events", ("portal id", "email campaign id", "recipient", "created", "type"),
        {"type": "event", "created": "when", "recipient": "email", "portal id": "", "app id": "", "id": ""},
        id_else=("sent by id", "id"), words={"STATUSCHANGE": "opted_out"}, department="marketing", channel="email",
    ),
    # https://developers.klaviyo.com/en/v1-2/reference/metrics-timeline: $message is the message, sent once to each
    Platform(
        "Klaviyo events", ("event name", "event properties message", "person email"),
        {"event properties message": "message_id", "id": "", "statistic id": ""}, department="marketing",
    ),
    # https://docs.aws.amazon.com/ses/latest/dg/event-publishing-retrieving-sns-contents.html: a Subscription event
    # comes when somebody changes what they subscribed to
    Platform(
        "Amazon SES events", ("event type", "mail message id", "mail destination"),
        {"mail timestamp": "when"}, words={"Subscription": "opted_out"}, channel="email",
    ),
    # https://documentation.mailgun.com/docs/mailgun/user-manual/events/event-structure: `id` is the event's
    Platform(
        "Mailgun events", ("event", "recipient", "timestamp", "message headers message id"),
        {"id": "", "tags": "communication"}, channel="email",
    ),
    # https://www.twilio.com/docs/sendgrid/for-developers/tracking-events/event: a category is what senders call it
    Platform(
        "SendGrid events", ("sg event id", "sg message id", "event", "email"),
        {"category": "communication"}, channel="email",
    ),
    # https://help.brevo.com/hc/en-us/articles/360021533839, and public reading code: day first
    Platform(
        "Brevo logs", ("st text", "ts", "sub", "frm", "email", "mid"),
        {"st text": "event", "sub": "subject", "frm": "sender", "tag": "communication"},
        department="marketing", channel="email", order="day",
    ),
    # https://postmarkapp.com/developer/api/messages-api
    Platform(
        "Postmark messages", ("message stream", "message id", "recipients", "received at"),
        {"tag": "communication", "recipients": "email"}, channel="email",
    ),
    # https://dev.emarsys.com/docs/open-data/email-sends: customer_id is the account at Emarsys
    Platform(
        "Emarsys Open Data", ("contact id", "launch id", "campaign id", "event time", "customer id"),
        {"contact id": "crm_id", "customer id": "", "launch id": "", "event time": "sent_at"},
        department="marketing", channel="email",
    ),
    # https://firebase.google.com/docs/cloud-messaging/understand-delivery
    Platform(
        "Firebase messages", ("event timestamp", "message id", "instance id", "event"),
        {"instance id": "device", "event timestamp": "when", "analytics label": "communication"}, channel="push",
    ),
    # https://www.braze.com/docs/user_guide/data/distribution/braze_currents: external_user_id is the company's own
    # number, dispatch_id one transmission, sent once to each
    Platform(
        "Braze Currents", ("event type", "time", "user external user id", "properties dispatch id"),
        {"user external user id": "crm_id", "user user id": "", "id": "", "time": "when"}, department="marketing",
    ),
    # https://learn.microsoft.com/dynamics365/customer-insights/journeys: marketing interactions
    Platform(
        "Dynamics 365 interactions", ("interaction type", "contact id", "message id", "timestamp"),
        {"contact id": "crm_id", "interaction type": "event", "organization id": ""}, department="marketing",
    ),
    # https://support.zendesk.com: export of a view; Tags are the ticket's
    Platform(
        "Zendesk tickets", ("requester", "requester email", "submitter", "ticket type"),
        {"tags": "", "requester id": "", "id": "id"}, department="service",
    ),
    # Public connector code: ANI is who calls, DNIS who is called
    Platform(
        "Five9 calls", ("call id", "call type", "disposition", "ani", "dnis"),
        {"ani": "sender", "dnis": "phone", "call type": "direction", "call time": "", "timestamp": "when"},
        channel="call",
    ),
)  # fmt: skip


def platform_of(header: Collection[str]) -> Platform | None:
    """The platform whose columns are all in a header; of several the one with the most."""
    names = {words_of(name) for name in header}
    found = [p for p in PLATFORMS if names.issuperset(p.columns)]
    return max(found, key=lambda p: len(p.columns), default=None)
