"""Masters, CRM objects, texts, calls, letters and pushes, in the shapes of well-known systems."""

from datetime import timedelta
from pathlib import Path

from platforms.making import (
    CAMPAIGNS,
    PEOPLE,
    SUBJECTS,
    Counts,
    Expected,
    Made,
    moment,
    people,
    platform,
    write_csv,
    write_lines,
)

# Customer masters, some with flags that say who may be contacted and not since when


# Header rows: issue trackers and import code of public projects (audience export)
@platform
def mailchimp_audience(folder: Path) -> Made:
    head = ("Email Address,First Name,Last Name,MEMBER_RATING,OPTIN_TIME,OPTIN_IP,CONFIRM_TIME,CONFIRM_IP,LATITUDE,"
            "LONGITUDE,GMTOFF,DSTOFF,TIMEZONE,CC,REGION,LAST_CHANGED,LEID,EUID,NOTES,TAGS").split(",")  # fmt: skip
    rows = [
        (p.email, p.first, p.last, p.number % 5 + 1, f"{moment(-p.number):%Y-%m-%d %H:%M:%S}", "192.0.2.7",
         f"{moment(-p.number, 60):%Y-%m-%d %H:%M:%S}", "192.0.2.7", "52.52", "13.40", 1, 2, "Europe/Berlin", "DE", "BE",
         f"{moment(p.number):%Y-%m-%d %H:%M:%S}", 331_000 + p.number, f"a{p.number:03x}9f", "", '"VIP","2026"')
        for p in people
    ]  # fmt: skip
    write_csv(folder / "subscribed_email_audience_export_0a1b2c3d4e.csv", head, rows)
    master = Expected("customers", {"email": "Email Address"}, {"since": "OPTIN_TIME", "country": "CC",
                                                                "zone": "TIMEZONE"})  # fmt: skip
    return Made({"subscribed_email_audience_export_0a1b2c3": master}, Counts(customers=PEOPLE))


# Header row: public import code (unsubscribed part of the audience export)
@platform
def mailchimp_unsubscribed(folder: Path) -> Made:
    head = ("Email Address,First Name,Last Name,UNSUB_CAMPAIGN_TITLE,UNSUB_CAMPAIGN_ID,UNSUB_TIME,UNSUB_REASON,"
            "UNSUB_REASON_OTHER,MEMBER_RATING,OPTIN_TIME,TIMEZONE").split(",")  # fmt: skip
    rows = [
        (p.email, p.first, p.last, CAMPAIGNS[p.number % 3], f"c{p.number % 3}", f"{moment(p.number):%Y-%m-%d %H:%M:%S}",
         "NO_LONGER", "", 1, f"{moment(-p.number):%Y-%m-%d %H:%M:%S}", "Europe/Berlin")
        for p in people
    ]  # fmt: skip
    write_csv(folder / "unsubscribed_email_audience_export_0a1b2c3d4e.csv", head, rows)
    left = Expected("states", {"email": "Email Address"}, {"from": "UNSUB_TIME", "state": "=opted_out",
                                                           "channel": "=email"})  # fmt: skip
    return Made({"unsubscribed_email_audience_export_0a1b2": left}, Counts(states=PEOPLE))


# Header row: public import code (contacts export)
@platform
def hubspot_contacts(folder: Path) -> Made:
    head = ("Record ID,First Name,Last Name,Email,Phone Number,Contact owner,Lead Status,Create Date,"
            "Last Modified Date,Contact Type,Lifecycle Stage,Lead Source").split(",")  # fmt: skip
    rows = [
        (p.crm, p.first, p.last, p.email, p.phone, "Ann Lee", "Open", f"{moment(-p.number):%Y-%m-%d %H:%M}",
         f"{moment(p.number):%Y-%m-%d %H:%M}", "", "customer", "Web")
        for p in people
    ]  # fmt: skip
    write_csv(folder / "hubspot-crm-exports-all-contacts-2026-03-31.csv", head, rows, encoding="utf-8-sig")
    master = Expected("customers", {"crm_id": "Record ID"}, {"since": "Create Date"})
    return Made({"hubspot_crm_exports_all_contacts_2026_03": master}, Counts(customers=PEOPLE))


# Header row: public import code (customers export)
@platform
def shopify_customers(folder: Path) -> Made:
    head = ("Customer ID,First Name,Last Name,Email,Accepts Email Marketing,Default Address Company,"
            "Default Address Address1,Default Address Address2,Default Address City,Default Address Province Code,"
            "Default Address Country Code,Default Address Zip,Default Address Phone,Phone,Accepts SMS Marketing,"
            "Total Spent,Total Orders,Note,Tax Exempt,Tags").split(",")  # fmt: skip
    rows = [
        (p.crm, p.first, p.last, p.email, "yes" if p.number % 3 else "no", "", "1 Main Street", "", "Leeds",
         "ENG", "GB", "LS1 1AA", p.phone, p.phone, "yes" if p.number % 4 == 0 else "no",
         f"{3.1 * p.number:.2f}", p.number % 4, "Called.\nWants a catalogue." if p.number == 5 else "", "no", "")
        for p in people
    ]  # fmt: skip
    write_csv(folder / "customers_export.csv", head, rows)
    master = Expected(
        "customers", {"crm_id": "Customer ID"}, {"value": "Total Spent", "country": "Default Address Country Code"}
    )
    flag = {"yes": "opted_in", "no": "opted_out"}
    email, sms = (
        Expected("states", {"crm_id": "Customer ID"}, {"state": f"Accepts {name} Marketing", "channel": f"={channel}",
                 "purpose": "=marketing"}, words=flag, of="state", as_of="file_date")
        for name, channel in (("Email", "email"), ("SMS", "sms"))
    )  # fmt: skip
    sources = {"customers_export": master, "customers_export_email": email, "customers_export_sms": sms}
    return Made(sources, Counts(states=2 * PEOPLE, customers=PEOPLE))


# Header row: public import code (profiles of a list)
@platform
def klaviyo_profiles(folder: Path) -> Made:
    head = ("Email,Klaviyo ID,First Name,Last Name,City,State / Region,Country,Zip Code,Source,"
            "Email Marketing Consent,Profile Created On,Date Added").split(",")  # fmt: skip
    said = ("SUBSCRIBED", "NEVER_SUBSCRIBED", "UNSUBSCRIBED")
    rows = [
        (p.email, f"01GD{p.number:05d}", p.first, p.last, "Reno", "Nevada", "United States", "89501", "-6",
         said[p.number % 3], f"{moment(-p.number):%Y-%m-%d %H:%M:%S}", f"{moment(-p.number):%Y-%m-%d %H:%M:%S}")
        for p in people
    ]  # fmt: skip
    write_csv(folder / "klaviyo_profiles_2026-03-31.csv", head, rows)
    master = Expected("customers", {"email": "Email"}, {"since": "Profile Created On"})
    flag = Expected(
        "states", {"email": "Email"},
        {"state": "Email Marketing Consent", "channel": "=email", "purpose": "=marketing"},
        words={"SUBSCRIBED": "opted_in", "NEVER_SUBSCRIBED": "opted_out", "UNSUBSCRIBED": "opted_out"}, of="state",
        as_of="%Y-%m-%d",
    )  # fmt: skip
    counts = Counts(states=PEOPLE, customers=PEOPLE)
    return Made({"klaviyo_profiles_2026_03_31": master, "klaviyo_profiles_2026_03_31_email": flag}, counts, "time zone")


# CRM and service desk


# CampaignMember: Id, CampaignId, LeadId, ContactId, Status, HasResponded, FirstRespondedDate, CreatedDate ...
# https://developer.salesforce.com/docs/atlas.en-us.object_reference.meta/object_reference/sforce_api_objects_campaignmember.htm
@platform
def salesforce_campaign_members(folder: Path) -> Made:
    head = ("Id", "IsDeleted", "CampaignId", "LeadId", "ContactId", "Status", "HasResponded", "CreatedDate",
            "CreatedById", "FirstRespondedDate")  # fmt: skip
    words = ("Sent", "Sent", "Responded", "Bounced")
    rows = []
    for n in range(60):
        contact, lead = people[n % PEOPLE].contact, people[n % PEOPLE].contact.replace("003", "00Q")
        who = (lead, "") if n % 10 == 9 else ("", contact)
        rows.append((f"00v5e00000{n:05d}AAA", 0, f"7015e00000{n // 20:05d}AAC", *who, words[n % 4], int(n % 4 == 2),
                     f"{moment(n):%Y-%m-%dT%H:%M:%S}.000+0000", "0055e000001aBcDAAU",
                     f"{moment(n):%Y-%m-%d}" if n % 4 == 2 else ""))  # fmt: skip
    write_csv(folder / "salesforce" / "CampaignMember.csv", head, rows)
    told = {"Sent": "sent", "Responded": "delivered", "Bounced": "bounced"}
    members = Expected(
        "contacts", {"crm_id": "ContactId", "lead": "LeadId"},
        {"id": "Id", "at": "CreatedDate", "communication": "CampaignId", "status": "Status"},
        words=told, department="marketing", of="status",
    )  # fmt: skip
    return Made({"campaignmember": members}, Counts(60, 45), "through which channel")


# Task: Id, WhoId, WhatId, Subject, ActivityDate (a date), Status, TaskSubtype, CallDisposition, Description ...
# https://developer.salesforce.com/docs/atlas.en-us.object_reference.meta/object_reference/sforce_api_objects_task.htm
@platform
def salesforce_tasks(folder: Path) -> Made:
    head = ("Id", "WhoId", "WhatId", "Subject", "ActivityDate", "Status", "Priority", "OwnerId", "Description",
            "IsClosed", "TaskSubtype", "CallDurationInSeconds", "CallDisposition")  # fmt: skip
    rows = [
        (f"00T5e00000{n:05d}EAA", people[n % PEOPLE].contact, "", "Call: renewal" if n % 3 else "Email: your offer",
         f"{moment(n):%Y-%m-%d}", "Completed" if n % 5 else "Not Started", "Normal", "0055e000001aBcDAAU",
         "Spoke to the customer.\nWill think about it, \"maybe\".", int(n % 5 > 0), "Call" if n % 3 else "Email",
         60 + n if n % 3 else "", "")
        for n in range(45)
    ]  # fmt: skip
    write_csv(folder / "salesforce" / "Task.csv", head, rows)
    tasks = Expected(
        "contacts", {"crm_id": "WhoId"},
        {"id": "Id", "at": "ActivityDate", "channel": "TaskSubtype", "communication": "Subject", "status": "Status"},
        words={"Completed": "delivered", "Not Started": "planned"}, department="sales", of="status",
    )  # fmt: skip
    return Made({"task": tasks}, Counts(36, 36))


# Tickets as CSV from a view: Id, Requester, Requester email, Subject, Status, Via, Created at, Updated at ...
# https://support.zendesk.com/hc/en-us/articles/4408882165530
@platform
def zendesk_tickets(folder: Path) -> Made:
    head = ("Summation column", "Id", "Requester", "Requester id", "Requester external id", "Requester email",
            "Submitter", "Assignee", "Group", "Subject", "Tags", "Status", "Priority", "Via", "Ticket type",
            "Created at", "Updated at", "Satisfaction Score")  # fmt: skip
    rows = [
        (1, 50_000 + n, f"{p.first} {p.last}", 900_000 + p.number, p.crm, p.email, f"{p.first} {p.last}", "Ann Lee",
         "Support", "Where is my order?", "order web", "Solved" if n % 4 else "Open", "Normal",
         ("Mail", "Web form", "Chat")[n % 3], "Question", f"{moment(n):%Y-%m-%d %H:%M}",
         f"{moment(n, 9000):%Y-%m-%d %H:%M}", "Good" if n % 7 == 0 else "Unoffered")
        for n, p in ((n, people[n * 3 % PEOPLE]) for n in range(60))
    ]  # fmt: skip
    write_csv(folder / "zendesk_tickets.csv", head, rows)
    tickets = Expected("responses", {"email": "Requester email"}, {"at": "Created at", "kind": "=asked",
                                                                   "channel": "Via", "id": "Id"})  # fmt: skip
    return Made({"zendesk_tickets": tickets}, Counts(responses=60), "time zone")


# Messages sent and delivered


# Outbound message search: Tag, MessageID, MessageStream, To, Recipients, ReceivedAt, From, Subject, Status
# https://postmarkapp.com/developer/api/messages-api
@platform
def postmark_outbound(folder: Path) -> Made:
    rows = [
        {"Tag": "invoice" if n % 2 else "order-confirmation", "MessageID": f"0ac29aee-{n:04d}-4c2a-9d5f-1a2b3c4d5e6f",
         "MessageStream": "outbound", "To": [{"Email": p.email, "Name": f"{p.first} {p.last}"}], "Cc": [], "Bcc": [],
         "Recipients": [p.email], "ReceivedAt": f"{moment(n):%Y-%m-%dT%H:%M:%S}.{n:07d}-05:00",
         "From": "\"Shop\" <billing@shop.example>", "Subject": f"Your invoice {4000 + n}" if n % 2 else "Thank you",
         "Attachments": [], "Status": "Sent", "TrackOpens": True, "Metadata": {}}
        for n, p in ((n, people[n * 7 % PEOPLE]) for n in range(50))
    ]  # fmt: skip
    write_lines(folder / "postmark_billing_outbound.jsonl", rows)
    mails = Expected(
        "contacts", {"email": "Recipients"},
        {"id": "MessageID", "at": "ReceivedAt", "channel": "=email", "communication": "Tag", "subject": "Subject",
         "status": "Status"},
        words={"Sent": "sent"}, department="billing", of="status",
    )  # fmt: skip
    return Made({"postmark_billing_outbound": mails}, Counts(50, 50))


# Message log of the console: From, To, Body, Status, SentDate, NumSegments, ErrorCode, Sid, Direction, Price
# https://www.twilio.com/docs/messaging/api/message-resource (resource), public scripts that read the CSV
@platform
def twilio_messages(folder: Path) -> Made:
    head = ("From", "To", "Body", "Status", "SentDate", "ApiVersion", "NumSegments", "ErrorCode", "AccountSid", "Sid",
            "Direction", "Price", "PriceUnit")  # fmt: skip
    status = ("delivered", "delivered", "undelivered", "sent", "failed")
    rows, received = [], 0
    for n in range(60):
        who, inbound = people[n % PEOPLE].phone, n % 12 == 5
        word = "received" if inbound else status[n % 5]
        received += not inbound and word in ("delivered", "sent")
        rows.append((who if inbound else "+447700900999", "+447700900999" if inbound else who,
                     "STOP" if inbound else f"Your parcel\ncomes {('today', 'tomorrow')[n % 2]}.", word,
                     f"{moment(n):%Y-%m-%d %H:%M:%S} UTC", "2010-04-01", 1, "30003" if word == "undelivered" else "",
                     "AC00000000000000000000000000000000", f"SM{n:032x}",
                     "inbound" if inbound else "outbound-api", "-0.0075", "USD"))  # fmt: skip
    write_csv(folder / "logistics_sms_log.csv", head, rows)
    told = {"delivered": "delivered", "undelivered": "bounced", "sent": "sent", "failed": "failed"}
    form = ("%Y-%m-%d %H:%M:%S %Z",)
    sent = Expected(
        "contacts", {"phone": "To"},
        {"id": "Sid", "at": "SentDate", "channel": "=sms", "status": "Status", "content": "Body"},
        form, told, "logistics", of="status",
    )  # fmt: skip
    back = Expected("responses", {"phone": "From"}, {"at": "SentDate", "kind": "=replied", "channel": "=sms"}, form)
    inbound = sum(n % 12 == 5 for n in range(60))
    return Made({"logistics_sms_log": sent, "logistics_sms_log_inbound": back}, Counts(60 - inbound, received, inbound))


# Call Log report: CALL ID, TIMESTAMP, CAMPAIGN, CALL TYPE, AGENT, DISPOSITION, ANI, DNIS (public connector code); ANI
# is the caller, DNIS the number called
@platform
def five9_calls(folder: Path) -> Made:
    head = ("CALL ID", "TIMESTAMP", "CAMPAIGN", "CALL TYPE", "AGENT", "AGENT NAME", "DISPOSITION", "ANI", "DNIS",
            "CALL TIME", "TALK TIME")  # fmt: skip
    ends = ("Sale", "No Answer", "Answering Machine", "Busy", "Not interested")
    rows, received = [], 0
    for n in range(60):
        who, inbound = people[n % PEOPLE].phone[1:], n % 10 == 4
        received += not inbound and n % 5 not in (1, 3)
        rows.append((300_000_000_100 + n, f"{moment(n):%a, %d %b %Y %H:%M:%S}", "Winback" if n % 2 else "Renewals",
                     "Inbound" if inbound else "Outbound", "ann@shop.example", "Ann Lee", ends[n % 5],
                     who if inbound else "442079460000", "442079460000" if inbound else who, "00:01:05",
                     "00:00:50"))  # fmt: skip
    titles = ("Call Log", "", "Telesales; 1 March to 31 March 2026", "")
    write_csv(folder / "five9_sales_call_log.csv", head, rows, titles=titles)
    told = {"Sale": "delivered", "No Answer": "failed", "Answering Machine": "sent", "Busy": "failed",
            "Not interested": "delivered"}  # fmt: skip
    form = ("%a, %d %b %Y %H:%M:%S",)
    calls = Expected(
        "contacts", {"phone": "DNIS"},
        {"id": "CALL ID", "at": "TIMESTAMP", "channel": "=call", "communication": "CAMPAIGN", "status": "DISPOSITION"},
        form, told, "sales", of="status",
    )  # fmt: skip
    back = Expected("responses", {"phone": "ANI"}, {"at": "TIMESTAMP", "kind": "=called", "channel": "=call"}, form)
    inbound = sum(n % 10 == 4 for n in range(60))
    sources = {"five9_sales_call_log": calls, "five9_sales_call_log_inbound": back}
    return Made(sources, Counts(60 - inbound, received, inbound), "time zone")


# nms:broadLog as a workflow's CSV: @id, @eventDate, @status, @address, [delivery/@label]
# https://experienceleague.adobe.com/developer/campaign-api/api/sm-delivery-UpdateBroadLogs.html
@platform
def adobe_broadlog(folder: Path) -> Made:
    words = ("Sent", "Sent", "Sent", "Failed", "Ignored")
    rows = [
        (-4_000_000 - n, f"{moment(n):%d/%m/%Y %H:%M:%S}", words[n % 5], people[n % PEOPLE].email, CAMPAIGNS[n % 3],
         people[n % PEOPLE].crm)
        for n in range(60)
    ]  # fmt: skip
    head = ("Primary key", "Event date", "Status", "Address", "Delivery label", "Recipient ID")
    write_csv(folder / "adobe_broadLogRcp.csv", head, rows, delimiter=";")
    told = {"Sent": "sent", "Failed": "failed", "Ignored": "suppressed"}
    log = Expected(
        "contacts", {"email": "Address"},
        {"id": "Primary key", "at": "Event date", "channel": "=email", "communication": "Delivery label",
         "status": "Status"},
        ("%d/%m/%Y %H:%M:%S",), told, "marketing", of="status",
    )  # fmt: skip
    return Made({"adobe_broadlogrcp": log}, Counts(48, 36), "time zone")


# Open Data view email_sends: contact_id, launch_id, campaign_id, message_id, domain, event_time, customer_id (the
# account, not the customer)
# https://dev.emarsys.com/docs/open-data/email-sends
@platform
def emarsys_sends(folder: Path) -> Made:
    rows = [
        (people[n % PEOPLE].crm, 210 + n // 20, 31_000 + n // 20, "batch", "example.org",
         f"{moment(n):%Y-%m-%d %H:%M:%S}.{n:06d} UTC", 786_000_111, f"{70_000 + n}")
        for n in range(60)
    ]  # fmt: skip
    head = ("contact_id", "launch_id", "campaign_id", "campaign_type", "domain", "event_time", "customer_id",
            "message_id")  # fmt: skip
    write_csv(folder / "emarsys_email_sends.csv", head, rows)
    sends = Expected(
        "contacts", {"crm_id": "contact_id"},
        {"id": "message_id", "at": "event_time", "channel": "=email", "communication": "campaign_id"},
        ("%Y-%m-%d %H:%M:%S.%f %Z",), department="marketing",
    )  # fmt: skip
    return Made({"emarsys_email_sends": sends}, Counts(60, 60))


# firebase_messaging.data: event_timestamp, message_id, instance_id, message_type, event, analytics_label ...
# https://firebase.google.com/docs/cloud-messaging/understand-delivery
@platform
def firebase_push(folder: Path) -> Made:
    rows, received = [], 0
    for n in range(60):
        path = ("MESSAGE_ACCEPTED", "MESSAGE_DELIVERED") if n % 6 else ("MISSING_REGISTRATIONS",)
        received += n % 6 > 0
        for step, event in enumerate(path):
            rows.append({"event_timestamp": f"{moment(n, 2 * step):%Y-%m-%d %H:%M:%S}.{n:06d} UTC",
                         "project_number": "488123456789", "message_id": f"0:17{n:05d}%fb{n:03x}",
                         "instance_id": people[n % PEOPLE].device, "message_type": "DISPLAY_NOTIFICATION",
                         "sdk_platform": "ANDROID", "app_name": "com.example.shop", "priority": 5,
                         "event": event, "analytics_label": CAMPAIGNS[n % 3].replace(" ", "_")})  # fmt: skip
    write_lines(folder / "app_firebase_push.jsonl", rows)
    told = {"MESSAGE_ACCEPTED": "sent", "MESSAGE_DELIVERED": "delivered", "MISSING_REGISTRATIONS": "failed"}
    log = Expected(
        "events", {"device": "instance_id"},
        {"id": "message_id", "at": "event_timestamp", "event": "event", "channel": "=push",
         "communication": "analytics_label"},
        ("%Y-%m-%d %H:%M:%S.%f %Z",), told, of="event",
    )  # fmt: skip
    return Made({"app_firebase_push": log}, Counts(60, received), "which department")


# A payment service's reminders: no public header; the columns are those its support pages speak of
@platform
def billing_reminders(folder: Path) -> Made:
    rows = [
        (people[n % PEOPLE].crm, people[n % PEOPLE].email, f"INV-{1000 + n}", f"Payment reminder {1 + n % 3}",
         "Your payment did not go through", f"{moment(n):%d %b %Y %H:%M}", "Delivered" if n % 4 else "Bounced",
         f"{19.9 + n:.2f}")
        for n in range(48)
    ]  # fmt: skip
    head = ("Customer Id", "Customer Email", "Invoice Number", "Email Name", "Subject", "Sent On", "Status", "Amount")
    write_csv(folder / "chargebee_dunning_emails.csv", head, rows)
    mails = Expected(
        "contacts", {"email": "Customer Email"},
        {"at": "Sent On", "channel": "=email", "communication": "Email Name", "subject": "Subject",
         "status": "Status", "reference": "Invoice Number"},
        ("%d %b %Y %H:%M",), {"Delivered": "delivered", "Bounced": "bounced"}, "collections", of="status",
    )  # fmt: skip
    return Made({"chargebee_dunning_emails": mails}, Counts(48, 36), "time zone")


# Office files


# A letter shop's job list: German, a title, dates without times, a line of totals; no platform, but every company
@platform
def letter_shop(folder: Path) -> Made:
    from openpyxl import Workbook

    book = Workbook()
    sheet = book.active
    sheet.title = "Auflieferung"
    for row in (("Lettershop Nord, Auflieferungen 03/2026",), (), ("Kundennummer", "Anschreiben", "Druckdatum",
                                                                     "Posteinlieferung", "Porto")):  # fmt: skip
        sheet.append(row)
    for n in range(60):
        day = moment(10 * (n // 20)).replace(tzinfo=None, hour=0, minute=0, second=0)
        sheet.append(
            (
                f"{people[n % PEOPLE].number + 100:08d}",
                f"Preisanpassung {n // 20 + 1}",
                day - timedelta(days=2),
                day,
                0.55,
            )
        )
    sheet.append(("Summe", None, None, None, 33.0))
    folder.mkdir(parents=True, exist_ok=True)
    book.save(folder / "briefe_lettershop_kundenservice.xlsx")
    letters = Expected(
        "contacts", {"crm_id": "Kundennummer"},
        {"at": "Posteinlieferung", "channel": "=post", "communication": "Anschreiben", "cost": "Porto"},
        department="service",
    )  # fmt: skip
    return Made({"briefe_lettershop_kundenservice": letters}, Counts(60, 60, rejected=1))


# Dunning history as SAP lists it: Debitor (KUNNR, with leading zeros), Mahnstufe (MAHNS), Laufdatum (LAUFD)
@platform
def sap_dunning(folder: Path) -> Made:
    rows = [
        ("1000", f"{people[n % PEOPLE].number + 100:010d}", f"{moment(9 * n):%d.%m.%Y}", f"{1 + n % 3}",
         f"{1234.5 + n:,.2f}".replace(",", " ").replace(".", ",").replace(" ", "."), "EUR")
        for n in range(60)
    ]  # fmt: skip
    head = ("Buchungskreis", "Debitor", "Laufdatum", "Mahnstufe", "Mahnbetrag", "Währung")
    write_csv(folder / "mahnwesen_mahnbriefe.csv", head, rows, delimiter=";", encoding="cp1252",
              titles=("Mahnhistorie;;;;;",), tail=(";;;;12.345,00;EUR",))  # fmt: skip
    dunning = Expected(
        "contacts", {"crm_id": "Debitor"},
        {"at": "Laufdatum", "channel": "=post", "communication": "Mahnstufe", "purpose": "=collections"},
        ("%d.%m.%Y",), department="collections",
    )  # fmt: skip
    return Made({"mahnwesen_mahnbriefe": dunning}, Counts(60, 60, rejected=1))


# A Dutch dialler's list: the spreadsheet's number of the day and of the time, with decimal commas
@platform
def dutch_calls(folder: Path) -> Made:
    ends = ("Bereikt", "Geen gehoor", "Voicemail", "In gesprek")
    rows = []
    for n in range(48):
        when = moment(n).replace(tzinfo=None)
        serial = when - moment(0).replace(tzinfo=None, year=1899, month=12, day=30, hour=0, minute=0, second=0)
        days = serial.total_seconds() / 86_400
        rows.append((f"{people[n % PEOPLE].phone}", f"{days:.6f}".replace(".", ","), ends[n % 4], "Verlenging"))
    head = ("Telefoonnummer", "Datum gesprek", "Resultaat", "Campagne")
    write_csv(folder / "verkoop_gesprekken.csv", head, rows, delimiter=";")
    told = {"Bereikt": "delivered", "Geen gehoor": "failed", "Voicemail": "sent", "In gesprek": "failed"}
    calls = Expected(
        "contacts", {"phone": "Telefoonnummer"},
        {"at": "sql", "channel": "=call", "communication": "Campagne", "status": "Resultaat"},
        words=told, department="sales", of="status",
    )  # fmt: skip
    return Made({"verkoop_gesprekken": calls}, Counts(48, 24))


# A Spanish text-message report: date and time in two columns
@platform
def spanish_texts(folder: Path) -> Made:
    rows = [
        (people[n % PEOPLE].phone, f"{moment(n):%d/%m/%Y}", f"{moment(n):%H:%M:%S}", SUBJECTS[n % 3],
         ("Entregado", "Enviado", "No entregado")[n % 3])
        for n in range(48)
    ]  # fmt: skip
    head = ("Teléfono móvil", "Fecha de envío", "Hora de envío", "Texto del mensaje", "Estado")
    write_csv(folder / "mercadotecnia_sms.csv", head, rows, delimiter=";", encoding="cp1252")
    told = {"Entregado": "delivered", "Enviado": "sent", "No entregado": "bounced"}
    texts = Expected(
        "contacts", {"phone": "Teléfono móvil"},
        {"at": "sql", "channel": "=sms", "content": "Texto del mensaje", "status": "Estado"},
        ("%d/%m/%Y %H:%M:%S",), told, "marketing", of="status",
    )  # fmt: skip
    return Made({"mercadotecnia_sms": texts}, Counts(48, 32))
