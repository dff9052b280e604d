"""Event logs of e-mail services: one row per status, in the shapes their documentation shows."""

from collections.abc import Iterator
from datetime import datetime
from pathlib import Path

from platforms.making import (
    CAMPAIGNS,
    SUBJECTS,
    Counts,
    Expected,
    Made,
    Person,
    milliseconds,
    moment,
    month_first,
    people,
    platform,
    write_csv,
    write_lines,
)


def story(n: int) -> tuple[str, ...]:
    """What becomes of the n-th message, in our words: mostly delivered, some opened, clicked, left; a few bounce."""
    if n % 10 == 3:
        return ("sent", "bounced")
    if n % 12 == 7:
        return ("sent", "delivered", "opened", "clicked")
    if n % 15 == 4:
        return ("sent", "delivered", "opened", "opted_out")
    return ("sent", "delivered", "opened") if n % 2 else ("sent", "delivered")


def happenings(messages: int) -> Iterator[tuple[int, Person, str, datetime]]:
    """(number of the message, to whom, what, when), in the order of the log; not sorted by message."""
    rows = [
        (n, people[n % len(people)], what, moment(n, 40 * 60 * step**2 + step))
        for n in range(messages)
        for step, what in enumerate(story(n))
    ]
    yield from sorted(rows, key=lambda r: r[3])


def counted(messages: int) -> Counts:
    """What `happenings` amount to: statuses are no responses, and a bounce is a status."""
    stories = [story(n) for n in range(messages)]
    answers = sum(w in ("opened", "clicked", "opted_out") for s in stories for w in s)
    return Counts(messages, sum("bounced" not in s for s in stories), answers)


# Event Webhook reference: email, timestamp (seconds), smtp-id, event, category, sg_event_id, sg_message_id
# https://www.twilio.com/docs/sendgrid/for-developers/tracking-events/event
@platform
def sendgrid_events(folder: Path) -> Made:
    words = {"sent": "processed", "delivered": "delivered", "bounced": "bounce", "opened": "open", "clicked": "click",
             "opted_out": "unsubscribe"}  # fmt: skip
    rows = []
    for n, who, what, when in happenings(40):
        row = {"email": who.email, "timestamp": int(when.timestamp()), "smtp-id": f"<{n:05x}@geopod>",
               "event": words[what], "category": [CAMPAIGNS[n % 3], "retail"], "sg_event_id": f"ev{n:04d}{what}",
               "sg_message_id": f"mid{n:05d}.filter0001.16648.0"}  # fmt: skip
        rows.append(row | ({"url": "https://shop.example/sale"} if what == "clicked" else {}))
    write_lines(folder / "sendgrid_events.jsonl", rows)
    told = {"processed": "sent", "delivered": "delivered", "bounce": "bounced", "open": "opened", "click": "clicked",
            "unsubscribe": "opted_out"}  # fmt: skip
    log = Expected(
        "events", {"email": "email"},
        {"id": "sg_message_id", "at": "timestamp", "event": "event", "channel": "=email", "communication": "category"},
        ("epoch",), told, "marketing", of="event",
    )  # fmt: skip
    return Made({"sendgrid_events": log}, counted(40))


# Event publishing to SNS: eventType, mail.{timestamp, messageId, destination, commonHeaders.subject, tags}, and an
# object named after the event with a timestamp of its own (a Send has none).
# https://docs.aws.amazon.com/ses/latest/dg/event-publishing-retrieving-sns-examples.html
@platform
def ses_events(folder: Path) -> Made:
    words = {"sent": "Send", "delivered": "Delivery", "bounced": "Bounce", "opened": "Open", "clicked": "Click",
             "opted_out": "Subscription"}  # fmt: skip
    rows = []
    for n, who, what, when in happenings(40):
        name = words[what]
        mail = {
            "timestamp": f"{moment(n):%Y-%m-%dT%H:%M:%S}.{n:03d}Z",
            "source": "Shop <news@shop.example>",
            "messageId": f"0100017{n:05d}-61b59c11-000000",
            "destination": [who.email],
            "commonHeaders": {"from": ["news@shop.example"], "to": [who.email], "subject": SUBJECTS[n % 3]},
            "tags": {"campaign": [CAMPAIGNS[n % 3]], "ses:configuration-set": ["main"]},
        }
        inner = {} if what == "sent" else {"timestamp": f"{when:%Y-%m-%dT%H:%M:%S}.000Z"}
        key = "subscription" if name == "Subscription" else name.lower()
        rows.append({"eventType": name, "mail": mail, key: inner | {"ipAddress": "192.0.2.1"}})
    write_lines(folder / "marketing_ses_events.jsonl", rows)
    told = {"Send": "sent", "Delivery": "delivered", "Bounce": "bounced", "Open": "opened", "Click": "clicked",
            "Subscription": "opted_out"}  # fmt: skip
    log = Expected(
        "events", {"email": "mail.destination"},
        {"id": "mail.messageId", "at": "sql", "event": "eventType", "channel": "=email",
         "communication": "mail.tags.campaign", "subject": "mail.commonHeaders.subject"},
        (), told, "marketing", of="event",
    )  # fmt: skip
    return Made({"marketing_ses_events": log}, counted(40))


# Event structure: event, timestamp (seconds with decimals), id (of the event), recipient, message.headers.message-id
# https://documentation.mailgun.com/docs/mailgun/user-manual/events/event-structure
@platform
def mailgun_events(folder: Path) -> Made:
    words = {"sent": "accepted", "delivered": "delivered", "bounced": "failed", "opened": "opened",
             "clicked": "clicked", "opted_out": "unsubscribed"}  # fmt: skip
    rows = []
    for n, who, what, when in happenings(36):
        headers = {"message-id": f"2026{n:05d}.1.AB12@mg.shop.example", "to": who.email,
                   "from": "news@shop.example", "subject": SUBJECTS[n % 3]}  # fmt: skip
        rows.append({"event": words[what], "id": f"Ase7i2zsRYeDX{n}{what}", "timestamp": when.timestamp() + 0.125,
                     "recipient": who.email, "tags": [CAMPAIGNS[n % 3]], "log-level": "info",
                     "message": {"headers": headers, "size": 111},
                     "flags": {"is-test-mode": False, "is-routed": False}})  # fmt: skip
    write_lines(folder / "mailgun_events.jsonl", rows)
    told = {"accepted": "sent", "delivered": "delivered", "failed": "failed", "opened": "opened",
            "clicked": "clicked", "unsubscribed": "opted_out"}  # fmt: skip
    log = Expected(
        "events", {"email": "recipient"},
        {"id": "message.headers.message-id", "at": "timestamp", "event": "event", "channel": "=email",
         "communication": "tags", "subject": "message.headers.subject"},
        ("epoch",), told, "marketing", of="event",
    )  # fmt: skip
    return Made({"mailgun_events": log}, counted(36))


# Transactional logs as CSV: st_text,ts,sub,frm,email,tag,mid,link; day first; "NA" where there is nothing
# https://help.brevo.com/hc/en-us/articles/360021533839
@platform
def brevo_log(folder: Path) -> Made:
    words = {"sent": "Sent", "delivered": "Delivered", "bounced": "Hard bounce", "opened": "First opening",
             "clicked": "Clicked", "opted_out": "Unsubscribed"}  # fmt: skip
    rows = []
    for n, who, what, when in happenings(45):
        rows.append((words[what], f"{when:%d-%m-%Y %H:%M:%S}", SUBJECTS[n % 3], "news@shop.example", who.email,
                     CAMPAIGNS[n % 3] if n % 5 else "NA", f"<2026{n:05d}.77@smtp-relay.mailin.fr>", "NA"))  # fmt: skip
    write_csv(folder / "logs_brevo_202603.csv", ("st_text", "ts", "sub", "frm", "email", "tag", "mid", "link"), rows)
    told = {"Sent": "sent", "Delivered": "delivered", "Hard bounce": "bounced", "First opening": "opened",
            "Clicked": "clicked", "Unsubscribed": "opted_out"}  # fmt: skip
    log = Expected(
        "events", {"email": "email"},
        {"id": "mid", "at": "ts", "event": "st_text", "channel": "=email", "communication": "tag", "subject": "sub"},
        ("%d-%m-%Y %H:%M:%S",), told, "marketing", of="event",
    )  # fmt: skip
    return Made({"logs_brevo_202603": log}, counted(45), "time zone")


# Email Events API: id, created (milliseconds), type, recipient, emailCampaignId, sentBy.{id, created}: the event that
# sent the message; absent on that event itself
# https://developers.hubspot.com/docs/api/events/email-analytics
@platform
def hubspot_email_events(folder: Path) -> Made:
    words = {"sent": "SENT", "delivered": "DELIVERED", "bounced": "BOUNCE", "opened": "OPEN", "clicked": "CLICK",
             "opted_out": "STATUSCHANGE"}  # fmt: skip
    rows = []
    for n, who, what, when in happenings(40):
        first = f"3c2b0000-{n:04d}-4a5b-9c8d-000000000001"
        row = {"appName": "Batch", "portalId": 62515, "emailCampaignId": 8_007_000 + n % 3, "type": words[what],
               "created": milliseconds(when), "recipient": who.email, "appId": 113,
               "id": first if what == "sent" else f"{first[:-1]}{len(what)}"}  # fmt: skip
        if what == "sent":
            row |= {"subject": SUBJECTS[n % 3], "from": "Shop <news@shop.example>"}
        else:
            row |= {"sentBy": {"id": first, "created": milliseconds(moment(n))}}
        rows.append(row)
    write_lines(folder / "hubspot_email_events.jsonl", rows)
    told = {"SENT": "sent", "DELIVERED": "delivered", "BOUNCE": "bounced", "OPEN": "opened", "CLICK": "clicked",
            "STATUSCHANGE": "opted_out"}  # fmt: skip
    log = Expected(
        "events", {"email": "recipient"},
        {"id": "sql", "at": "created", "event": "type", "channel": "=email", "communication": "emailCampaignId",
         "subject": "subject"},
        ("epoch_ms",), told, "marketing", of="event",
    )  # fmt: skip
    return Made({"hubspot_email_events": log}, counted(40))


# v1 timelines: object, id, statistic_id, timestamp, event_name, event_properties.{$message, Campaign Name, Subject},
# datetime, uuid, person.{id, $email}
# https://developers.klaviyo.com/en/v1-2/reference/metrics-timeline
@platform
def klaviyo_events(folder: Path) -> Made:
    words = {"delivered": "Received Email", "bounced": "Bounced Email", "opened": "Opened Email",
             "clicked": "Clicked Email", "opted_out": "Unsubscribed"}  # fmt: skip
    rows = []
    for n, who, what, when in happenings(60):
        if what == "sent":
            continue
        inside = {"Campaign Name": CAMPAIGNS[n // 20], "Subject": SUBJECTS[n // 20], "$message": f"01HX{n // 20}MSG",
                  "Email Domain": "example.org"}  # fmt: skip
        rows.append({"object": "event", "id": f"3Pk{n:04d}{what}", "statistic_id": "XEvu8L",
                     "timestamp": int(when.timestamp()), "event_name": words[what], "event_properties": inside,
                     "datetime": f"{when:%Y-%m-%d %H:%M:%S}+00:00", "uuid": f"{n:08d}-0000-11ee-8001-{what}",
                     "person": {"object": "person", "id": f"01GD{who.number:05d}", "$email": who.email}})  # fmt: skip
    write_lines(folder / "klaviyo_events.jsonl", rows)
    told = {"Received Email": "delivered", "Bounced Email": "bounced", "Opened Email": "opened",
            "Clicked Email": "clicked", "Unsubscribed": "opted_out"}  # fmt: skip
    log = Expected(
        "events", {"email": "person.$email"},
        {"id": "event_properties.$message", "at": "timestamp", "event": "event_name", "channel": "=email",
         "communication": "event_properties.Campaign Name", "subject": "event_properties.Subject"},
        ("epoch",), told, "marketing", of="event",
    )  # fmt: skip
    return Made({"klaviyo_events": log}, counted(60))


# Currents over HTTP: event_type, id, time (seconds), user.{user_id, external_user_id, timezone},
# properties.{campaign_name, dispatch_id, email_address}
# https://www.braze.com/docs/user_guide/data/distribution/braze_currents/event_glossary/message_engagement_events
@platform
def braze_currents(folder: Path) -> Made:
    words = {"sent": "email.Send", "delivered": "email.Delivery", "bounced": "email.Bounce", "opened": "email.Open",
             "clicked": "email.Click", "opted_out": "email.Unsubscribe"}  # fmt: skip
    rows, received, answers = [], 0, 0
    for n in range(50):
        who, is_push = people[n % len(people)], n % 5 == 2
        path = ("pushnotification.Send", *(("pushnotification.Open",) if n % 2 else ())) if is_push else tuple(
            words[w] for w in story(n))  # fmt: skip
        received += "email.Bounce" not in path
        answers += sum(p.rpartition(".")[2] in ("Open", "Click", "Unsubscribe") for p in path)
        for step, name in enumerate(path):
            rows.append({
                "event_type": f"users.messages.{name}", "id": f"a1b2{n:04d}{step}",
                "time": int(moment(n, 900 * step).timestamp()),
                "user": {"user_id": f"5f0{n % len(people):06d}", "external_user_id": who.crm,
                         "timezone": "Europe/Berlin"},
                "properties": {"campaign_id": f"cmp{n % 3}", "campaign_name": CAMPAIGNS[n % 3],
                               "dispatch_id": f"disp{n:05d}", "device_id": None,
                               "email_address": None if is_push else who.email},
            })  # fmt: skip
    write_lines(folder / "braze_currents.jsonl", rows)
    told = {f"users.messages.{w}": ours for ours, w in words.items()} | {
        "users.messages.pushnotification.Send": "sent", "users.messages.pushnotification.Open": "opened",
    }  # fmt: skip
    log = Expected(
        "events", {"crm_id": "user.external_user_id"},
        {"id": "properties.dispatch_id", "at": "time", "event": "event_type", "channel": "event_type",
         "communication": "properties.campaign_name"},
        ("epoch",), told, "marketing", of="event",
    )  # fmt: skip
    return Made({"braze_currents": log}, Counts(50, received, answers))


# Data export, one file per event: campaignId, createdAt, email, messageId, templateId (+ url, ip)
# https://support.iterable.com/hc/en-us/articles/208499956
@platform
def iterable_export(folder: Path) -> Made:
    names = {"sent": "emailSend", "opened": "emailOpen", "clicked": "emailClick", "bounced": "emailBounce",
             "opted_out": "emailUnSubscribe"}  # fmt: skip
    found: dict[str, list[tuple[object, ...]]] = {n: [] for n in names.values()}
    for n, who, what, when in happenings(60):
        if what in names:
            found[names[what]].append((8_800_100 + n % 3, f"{when:%Y-%m-%d %H:%M:%S} +00:00", who.email, f"msg{n:05d}",
                                       9_900_100 + n % 3))  # fmt: skip
    head = ("campaignId", "createdAt", "email", "messageId", "templateId")
    for name, rows in found.items():
        write_csv(folder / "iterable" / f"{name}.csv", head, rows)
    told = {"emailsend": "sent", "emailopen": "opened", "emailclick": "clicked", "emailbounce": "bounced",
            "emailunsubscribe": "opted_out"}  # fmt: skip
    log = Expected(
        "events", {"email": "email"},
        {"id": "messageId", "at": "createdAt", "event": "event", "channel": "=email", "communication": "campaignId"},
        ("%Y-%m-%d %H:%M:%S %z",), {_named(w): ours for w, ours in told.items()}, "marketing", of="event",
    )  # fmt: skip
    return Made({"iterable": log}, counted(60))


def _named(word: str) -> str:
    return f"email_{word.removeprefix('email')}"


# Data views: JobID, ListID, BatchID, SubscriberID, SubscriberKey, EventDate, Domain and more; Central Standard Time
# without daylight saving; the four numbers join an event to its sending. _Job names e-mails and subjects.
# https://help.salesforce.com/s/articleView?id=sf.mc_as_data_view_open.htm
@platform
def sfmc_data_views(folder: Path) -> Made:
    head = ("AccountID", "OYBAccountID", "JobID", "ListID", "BatchID", "SubscriberID", "SubscriberKey", "EventDate",
            "Domain", "TriggererSendDefinitionObjectID", "TriggeredSendCustomerKey")  # fmt: skip
    names = {"sent": "_Sent", "opened": "_Open", "clicked": "_Click", "bounced": "_Bounce", "opted_out": "_Unsubscribe"}
    found: dict[str, list[tuple[object, ...]]] = {n: [] for n in names.values()}
    for n, who, what, when in happenings(60):
        if what in names:
            found[names[what]].append((10_958, "", 51_200 + n // 20, 77, 1 + n % 2, 640_000 + who.number, who.crm,
                                       month_first(when), "example.org", "", ""))  # fmt: skip
    for name, rows in found.items():
        write_csv(folder / "sfmc" / f"{name}.csv", head, rows, encoding="utf-16")
    jobs = [(51_200 + n, 10_958, f"EM{n}", "news@shop.example", month_first(moment(20 * n)), CAMPAIGNS[n], SUBJECTS[n])
            for n in range(3)]  # fmt: skip
    write_csv(folder / "sfmc" / "_Job.csv",
              ("JobID", "AccountID", "EmailID", "FromEmail", "DeliveredTime", "EmailName", "EmailSubject"), jobs,
              encoding="utf-16")  # fmt: skip
    told = {"sent": "sent", "open": "opened", "click": "clicked", "bounce": "bounced", "unsubscribe": "opted_out"}
    log = Expected(
        "events", {"crm_id": "SubscriberKey"},
        {"id": "sql", "at": "EventDate", "event": "event", "channel": "=email", "communication": "EmailName",
         "subject": "EmailSubject"},
        ("%m/%d/%Y %I:%M:%S %p",), told, "marketing", "Etc/GMT+6", of="event",
    )  # fmt: skip
    return Made({"sfmc": log}, counted(60))


# Marketing interactions: ContactId, InteractionType, MessageId, Timestamp, CustomerJourneyId and more
# https://learn.microsoft.com/dynamics365/customer-insights/journeys/insights-analytics-overview
@platform
def dynamics_interactions(folder: Path) -> Made:
    words = {"sent": "EmailSent", "delivered": "EmailDelivered", "bounced": "EmailHardBounced", "opened": "EmailOpened",
             "clicked": "EmailClicked", "opted_out": "EmailUnsubscribed"}  # fmt: skip
    rows = []
    for n, who, what, when in happenings(40):
        rows.append((f"c0ffee00-0000-4000-8000-{n:06d}{len(words[what]):06d}", words[what],
                     f"{when:%Y-%m-%dT%H:%M:%S}.0000000Z", f"aaaa0000-1111-4222-8333-{who.number:012d}",
                     f"dddd0000-1111-4222-8333-{n:012d}", CAMPAIGNS[n % 3], "unq0123456789"))  # fmt: skip
    write_csv(folder / "dynamics_marketing_interactions.csv",
              ("InternalMarketingInteractionId", "InteractionType", "Timestamp", "ContactId", "MessageId",
               "MessageName", "OrganizationId"), rows)  # fmt: skip
    told = {"EmailSent": "sent", "EmailDelivered": "delivered", "EmailHardBounced": "bounced",
            "EmailOpened": "opened", "EmailClicked": "clicked", "EmailUnsubscribed": "opted_out"}  # fmt: skip
    log = Expected(
        "events", {"crm_id": "ContactId"},
        {"id": "MessageId", "at": "Timestamp", "event": "InteractionType", "channel": "=email",
         "communication": "MessageName"},
        (), told, "marketing", of="event",
    )  # fmt: skip
    return Made({"dynamics_marketing_interactions": log}, counted(40))
