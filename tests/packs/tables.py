"""Tables that hold rules of packs: what is not governed, just inside, and exactly on the boundary.

Each is named after the rule that alone decides it (`held_by` in the pack); how to read one: docs/rules.md.
"""

TABLES = {
    "decency.opted-out": """
        Mon 1 June 09:00 ..   opted_out, channel=email, brand=north
        Tue 2 June 09:00 ..   opted_out, purpose=survey
        Wed 3 June 09:00 ..   opted_out
        Mon 1 June 08:59:59.999999   email, marketing, brand=north                   ->  send
        Mon 1 June 09:00   email, marketing, brand=north                      ->  do not send: decency.opted-out
        Mon 1 June 09:00   email, survey, brand=north                         ->  do not send: decency.opted-out
        Mon 1 June 09:00   email, marketing, brand=south                      ->  send
        Mon 1 June 09:00   sms, marketing, brand=north                        ->  send
        Mon 1 June 09:00   email, service, brand=north                        ->  send
        Mon 1 June 09:00   email, marketing, brand=north, initiated=customer  ->  send
        Tue 2 June 09:00   post, sales, brand=south                           ->  send
        Tue 2 June 09:00   post, survey, brand=south                          ->  do not send: decency.opted-out
        Wed 3 June 09:00   post, sales, brand=south                           ->  do not send: decency.opted-out
    """,
    "decency.gone": """
        Mon 1 June 09:00 .. Fri 5 June 09:00   deceased
        Mon 1 June 08:59   post, service                                   ->  send
        Mon 1 June 09:00   post, service                                   ->  do not send: decency.gone
        Mon 1 June 09:00   email                                           ->  do not send: decency.gone
        Mon 1 June 09:00   email, security                                 ->  do not send: decency.gone
        Mon 1 June 09:00   post, regulatory                                ->  send
        Fri 5 June 09:00   post, service                                   ->  send
    """,
    "decency.complaint": """
        Mon 1 June 09:00 .. Wed 3 June 09:00   complaint_open
        Mon 1 June 09:00   email, marketing                                ->  do not send: decency.complaint
        Tue 2 June 09:00   call, sales                                     ->  do not send: decency.complaint
        Tue 2 June 09:00   email, survey                                   ->  do not send: decency.complaint
        Tue 2 June 09:00   email, service                                  ->  send
        Wed 3 June 09:00   email, marketing                                ->  send
    """,
    "decency.hardship": """
        Mon 1 June 09:00 .. Wed 3 June 09:00   in_arrears
        Mon 1 June 09:00   call, sales                                     ->  do not send: decency.hardship
        Mon 1 June 09:00   email, survey                                   ->  do not send: decency.hardship
        Mon 1 June 09:00   email, marketing                                ->  send
        Wed 3 June 09:00   call, sales                                     ->  send
    """,
    "decency.dead-address": """
        Mon 1 June 09:00 ..   hard_bounced, channel=email, address=a1
        Mon 1 June 09:00   email, marketing, address=a1                    ->  do not send: decency.dead-address
        Mon 1 June 09:00   email, service, address=a1                      ->  do not send: decency.dead-address
        Mon 1 June 09:00   email, marketing, address=a2                    ->  send
        Mon 1 June 09:00   sms, marketing                                  ->  send
        Mon 1 June 09:00   email, security, address=a1                     ->  send
    """,
    "decency.call-hours": """
        calendars: {holidays: ['2026-06-03']}
        Mon 1 June 08:59:59.999999   call, sales   ->  wait until Mon 1 June 09:00: decency.call-hours
        Mon 1 June 09:00             call, sales                           ->  send
        Mon 1 June 19:59:59.999999   call, sales                           ->  send
        Tue 2 June 20:00             call, sales   ->  wait until Thu 4 June 09:00: decency.call-hours
        Sat 6 June 09:59             channel=phone, survey ->  wait until Sat 6 June 10:00: decency.call-hours
        Sat 6 June 16:59:59.999999   call, service                         ->  send
        Sat 6 June 17:00             call, service ->  wait until Mon 8 June 09:00: decency.call-hours
        Sun 7 June 12:00             call, security                        ->  send
        Sun 7 June 12:00             call, service, initiated=customer     ->  send
    """,
    "decency.marketing-hours": """
        Mon 1 June 08:59:59.999999   sms, marketing   ->  wait until Mon 1 June 09:00: decency.marketing-hours
        Mon 1 June 09:00             sms, marketing                        ->  send
        Mon 1 June 19:59:59.999999   push, survey                          ->  send
        Mon 1 June 20:00             push, survey     ->  wait until Tue 2 June 09:00: decency.marketing-hours
        Mon 1 June 20:00             sms, service                          ->  send
        Mon 1 June 20:00             email, marketing                      ->  send
    """,
    "decency.service-hours": """
        Mon 1 June 07:59:59.999999   sms, service     ->  wait until Mon 1 June 08:00: decency.service-hours
        Mon 1 June 08:00             sms, service                          ->  send
        Mon 1 June 20:59:59.999999   push, collections                     ->  send
        Mon 1 June 21:00             sms              ->  wait until Tue 2 June 08:00: decency.service-hours
        Mon 1 June 21:00             sms, security                         ->  send
    """,
    "decency.same-content": """
        Mon 1 June 09:00             email, marketing, content=spring      sent
        Mon 8 June 08:59:59.999999   sms, marketing, content=spring        ->  do not send: decency.same-content
        Mon 8 June 08:59:59.999999   post, marketing, content=spring       ->  send
        Mon 8 June 08:59:59.999999   sms, marketing                        ->  send
        Mon 8 June 09:00             email, marketing, content=spring      ->  send
    """,
    "decency.same-letter": """
        Mon 1 June 09:00             post, marketing, content=spring       sent
        Wed 1 July 08:59:59.999999   post, marketing, content=spring       ->  do not send: decency.same-letter
        Wed 1 July 09:00             post, marketing, content=spring       ->  send
    """,
    "decency.same-topic": """
        Mon 1 June 09:00             email, marketing, topic=loans, department=crm     sent
        Mon 1 June 09:00             sms, marketing, topic=loans, department=crm       ->  send
        Mon 8 June 08:59:59.999999   sms, sales, topic=loans, department=branch   ->  do not send: decency.same-topic
        Mon 8 June 08:59:59.999999   sms, sales, topic=cards, department=branch        ->  send
        Mon 8 June 08:59:59.999999   sms, sales, department=branch                     ->  send
        Mon 8 June 09:00             sms, sales, topic=loans, department=branch        ->  send
    """,
    "decency.same-topic.post": """
        Mon 1 June 09:00              email, marketing, topic=loans, department=crm   sent
        Mon 15 June 08:59:59  post, sales, topic=loans, department=shop  ->  do not send: decency.same-topic.post
        Mon 15 June 09:00             post, sales, topic=loans, department=branch     ->  send
    """,
    "decency.same-topic.after-letter": """
        Mon 1 June 09:00              post, sales, topic=loans, department=branch     sent
        Mon 1 June 09:00              email, marketing, topic=cards, department=branch   sent
        Mon 15 June 08:59  email, sales, topic=loans, department=crm  ->  do not send: decency.same-topic.after-letter
        Mon 15 June 08:59:59.999999   email, marketing, topic=loans, department=branch   ->  send
        Mon 15 June 08:59:59.999999   email, marketing, topic=cards, department=crm   ->  send
        Mon 15 June 09:00             email, marketing, topic=loans, department=crm   ->  send
    """,
    "decency.same-product": """
        Mon 1 June 09:00             email, marketing, product=card, department=crm    sent
        Mon 8 June 08:59:59.999999   sms, sales, product=card, department=branch   ->  do not send: decency.same-product
        Mon 8 June 09:00             sms, sales, product=card, department=branch       ->  send
    """,
    "decency.same-product.post": """
        Mon 1 June 09:00              email, marketing, product=card, department=crm  sent
        Mon 15 June 08:59:59  post, sales, product=card, department=shop  ->  do not send: decency.same-product.post
        Mon 15 June 09:00             post, sales, product=card, department=branch    ->  send
    """,
    "decency.same-product.after-letter": """
        Mon 1 June 09:00              post, sales, product=tv, department=branch    sent
        Mon 15 June 08:59  email, sales, product=tv, department=crm  ->  do not send: decency.same-product.after-letter
        Mon 15 June 09:00             email, marketing, product=tv, department=crm  ->  send
    """,
    "decency.calls.day": """
        Mon 1 June 09:00   call, sales       failed
        Mon 1 June 12:00   call, sales                                     ->  send
        Mon 1 June 18:00   channel=phone, service                                  ->  do not send: decency.calls.day
        Mon 1 June 18:00   call, security                                  ->  send
        Tue 2 June 00:00   call, sales                                     ->  send
    """,
    "decency.calls.week": """
        Mon 1 June 09:00             call, sales   failed
        Tue 2 June 09:00             call, sales   failed
        Wed 3 June 09:00             call, sales   failed
        Thu 4 June 09:00             call, sales   sent
        Fri 5 June 09:00             call, sales                           ->  send
        Mon 8 June 08:59:59.999999   call, sales                           ->  do not send: decency.calls.week
        Mon 8 June 09:00             call, sales                           ->  send
    """,
    "decency.refused": """
        Mon 1 June 09:00              customer refused, call
        Fri 31 July 08:59:59.999999   call, sales                          ->  do not send: decency.refused
        Fri 31 July 08:59:59.999999   email, sales                         ->  send
        Fri 31 July 09:00             call, sales                          ->  send
    """,
    "decency.refused.outcome": """
        Mon 1 June 09:00              call, sales, outcome=refused         sent
        Fri 31 July 08:59:59.999999   channel=phone, survey   ->  do not send: decency.refused.outcome
        Fri 31 July 09:00             call, sales                          ->  send
    """,
    "decency.collections.day": """
        Mon 1 June 09:00             email, collections   sent
        Mon 1 June 23:59:59.999999   sms, collections                      ->  do not send: decency.collections.day
        Mon 1 June 23:59:59.999999   sms, service                          ->  send
        Tue 2 June 00:00             sms, collections                      ->  send
    """,
    "decency.collections.week": """
        Mon 1 June 09:00             call, collections    failed
        Tue 2 June 09:00             call, collections    failed
        Wed 3 June 09:00             call, collections    failed
        Thu 4 June 09:00             call, collections    failed
        Fri 5 June 09:00             call, collections    failed
        Sat 6 June 09:00             call, collections    failed
        Sun 7 June 09:00             email, collections                    ->  send
        Mon 8 June 08:59:59.999999   email, collections                    ->  do not send: decency.collections.week
        Mon 8 June 09:00             email, collections                    ->  send
    """,
    "decency.paid": """
        Mon 1 June 09:00             customer paid
        Mon 1 June 08:59             email, collections                    ->  send
        Sat 6 June 08:59:59.999999   email, collections                    ->  do not send: decency.paid
        Sat 6 June 09:00             email, collections                    ->  send
    """,
    "decency.selling.day": """
        Mon 1 June 09:00             email, marketing     sent
        Mon 1 June 23:59:59.999999   call, sales                           ->  do not send: decency.selling.day
        Mon 1 June 23:59:59.999999   email, survey                         ->  send
        Tue 2 June 00:00             call, sales                           ->  send
    """,
    "decency.selling.week": """
        Mon 1 June 09:00             email, marketing     sent
        Tue 2 June 09:00             email, marketing     sent
        Wed 3 June 09:00             call, sales                           ->  send
        Mon 8 June 08:59:59.999999   email, marketing                      ->  do not send: decency.selling.week
        Mon 8 June 09:00             email, marketing                      ->  send
    """,
    "decency.selling.month": """
        Mon 1 June 09:00             email, marketing     sent
        Tue 2 June 09:00             email, marketing     sent
        Wed 3 June 09:00             email, marketing     sent
        Thu 4 June 09:00             email, marketing     sent
        Fri 5 June 09:00             email, marketing     sent
        Sat 6 June 09:00             email, marketing     sent
        Sun 7 June 09:00             email, marketing     sent
        Mon 8 June 09:00             email, marketing                      ->  send
        Wed 1 July 08:59:59.999999   email, sales                          ->  do not send: decency.selling.month
        Wed 1 July 09:00             email, sales                          ->  send
    """,
    "decency.all.day": """
        Mon 1 June 09:00             email, marketing     sent
        Mon 1 June 10:00             email, transactional   sent
        Mon 1 June 11:00             email, service       sent
        Mon 1 June 12:00             email, survey                         ->  send
        Mon 1 June 23:59:59.999999   email, service                        ->  do not send: decency.all.day
        Mon 1 June 23:59:59.999999   email, security                       ->  send
        Mon 1 June 23:59:59.999999   email, service, initiated=customer    ->  send
        Tue 2 June 00:00             email, service                        ->  send
    """,
    "decency.all.week": """
        Mon 1 June 09:00             email, marketing     sent
        Tue 2 June 09:00             email, service       sent
        Wed 3 June 09:00             email, service       sent
        Thu 4 June 09:00             email, service       sent
        Fri 5 June 09:00             email, service       sent
        Sat 6 June 09:00             email, service       sent
        Sun 7 June 09:00             email, service                        ->  send
        Mon 8 June 08:59:59.999999   post, marketing                       ->  do not send: decency.all.week
        Mon 8 June 09:00             post, marketing                       ->  send
    """,
    "decency.survey": """
        Mon 1 June 09:00             email, survey        sent
        Wed 1 July 08:59:59.999999   sms, survey                           ->  do not send: decency.survey
        Wed 1 July 09:00             sms, survey                           ->  send
    """,
    "decency.late-welcome": """
        Mon 1 June 09:00 ..   established
        Mon 1 June 08:59   email, service, topic=welcome                   ->  send
        Mon 1 June 09:00   email, service, topic=welcome                   ->  do not send: decency.late-welcome
        Mon 1 June 09:00   email, service, topic=bill                      ->  send
    """,
    "decency.win-back": """
        Mon 1 June 09:00 .. Fri 5 June 09:00   active
        Mon 1 June 09:00   email, marketing, topic=win-back                ->  do not send: decency.win-back
        Mon 1 June 09:00   email, marketing, topic=news                    ->  send
        Fri 5 June 09:00   email, marketing, topic=win-back                ->  send
    """,
    "decency.same-transaction": """
        Mon 1 June 09:00:00          email, transactional, content=receipt   sent
        Mon 1 June 09:09:59.999999   email, transactional, content=receipt   ->  do not send: decency.same-transaction
        Mon 1 June 09:09:59.999999   email, transactional, content=notice    ->  send
        Mon 1 June 09:10             email, transactional, content=receipt   ->  send
    """,
    "regf.rapid.5min": """
        customer: {country: US, zones: [America/New_York]}
        Mon 1 June 09:00             channel=phone, collections   sent
        Mon 1 June 09:04:59.999999   channel=phone, collections   ->  send; monitor only: regf.rapid.5min
        Mon 1 June 09:05             channel=phone, marketing                      ->  send
        Mon 1 June 10:05             channel=phone, collections                    ->  send
    """,
    "regf.rapid.day": """
        customer: {country: US, zones: [America/New_York]}
        Mon 1 June 09:00   channel=phone, collections   sent
        Mon 1 June 10:00   channel=phone, collections   sent
        Mon 1 June 11:00   channel=phone, collections   sent
        Mon 1 June 12:00   channel=phone, collections   sent
        Mon 1 June 13:00   channel=phone, collections   sent
        Mon 1 June 14:00   channel=phone, collections                              ->  send
        Mon 1 June 15:00   channel=phone, collections   ->  send; monitor only: regf.rapid.day
        Tue 2 June 15:00   channel=phone, collections                              ->  send
    """,
    "tcpa.exempt30": """
        customer: {country: US, zones: [America/New_York]}
        Mon 1 June 10:00    channel=prerecorded          sent
        Wed 10 June 10:00   channel=prerecorded          sent
        Sat 20 June 10:00   channel=prerecorded          sent
        Tue 30 June 23:59   channel=prerecorded   ->  wait until Wed 1 July 00:00-04:00: tcpa.exempt30
        Fri 31 July 09:00   channel=prerecorded                            ->  send
    """,
    "tcpa.dnc.own": """
        customer: {country: US, zones: [America/New_York]}
        Mon 1 June 09:00 ..   do_not_call
        Mon 1 June 08:59   channel=phone, marketing                                ->  send
        Mon 1 June 09:00   channel=phone, sales                                    ->  do not send: tcpa.dnc.own
        Mon 1 June 09:00   email, marketing                                ->  send
        Mon 1 June 09:00   channel=phone, service                                  ->  send
    """,
    "ok.hours": """
        customer: {country: US, region: OK, zones: [America/Chicago]}
        Mon 1 June 07:59:59.999999   channel=phone, marketing   ->  wait until Mon 1 June 08:00-05:00: ok.hours
        Mon 1 June 19:59:59.999999   channel=phone, marketing                      ->  send
        Mon 1 June 20:00             sms, sales         ->  wait until Tue 2 June 08:00-05:00: ok.hours
        Mon 1 June 20:00             email, marketing                      ->  send
        Mon 1 June 20:00             channel=phone, service                        ->  send
    """,
    "ok.cap24": """
        customer: {country: US, region: OK, zones: [America/Chicago]}
        Mon 1 June 09:00             channel=phone, marketing, subject=solar       sent
        Mon 1 June 10:00             channel=phone, marketing, subject=solar       sent
        Mon 1 June 11:00             sms, sales, subject=solar             sent
        Tue 2 June 08:59:59.999999   channel=phone, marketing, subject=roofs       ->  send
        Tue 2 June 08:59:59  channel=phone, marketing, subject=solar  ->  wait until Tue 2 June 09:00-05:00: ok.cap24
        Tue 2 June 10:00             channel=phone, marketing, subject=solar       ->  send
    """,
    "wa.hours": """
        customer: {country: US, region: WA, zones: [America/Los_Angeles]}
        Mon 1 June 19:59:59.999999   channel=phone, sales                          ->  send
        Mon 1 June 20:00             channel=phone, sales       ->  wait until Tue 2 June 08:00-07:00: wa.hours
        Tue 2 June 08:00             channel=phone, sales                          ->  send
    """,
    "md.cap24": """
        customer: {country: US, region: MD, zones: [America/New_York]}
        Mon 1 June 09:00             channel=phone, marketing, subject=solar       sent
        Mon 1 June 10:00             sms, marketing, subject=solar         sent
        Mon 1 June 11:00             channel=phone, marketing, subject=solar       sent
        Tue 2 June 08:59:59.999999   sms, marketing, subject=solar   ->  wait until Tue 2 June 09:00-04:00: md.cap24
        Tue 2 June 11:00             sms, marketing, subject=solar         ->  send
    """,
    "ie.cap3": """
        Mon 1 June 09:00             email, collections                    sent
        Tue 2 June 09:00             call, collections, outcome=busy       sent
        Wed 3 June 09:00             post, collections                     sent
        Thu 4 June 09:00             call, collections, initiated=customer   sent
        Fri 5 June 09:00             customer paid
        customer: {country: IE, zones: [Europe/Dublin]}
        Tue 30 June 23:00            call, collections                     ->  send
        Tue 30 June 23:59:59.999999   call, collections   ->  wait until Wed 1 July 00:00: ie.cap3
        Tue 30 June 23:59:59.999999   call, collections, initiated=customer   ->  send
        Wed 1 July 01:00             call, collections                     ->  send
    """,
    "uwg.email": """
        customer: {country: DE, zones: [Europe/Berlin]}
        Wed 3 June 09:00 .. Fri 5 June 09:00   marketing_permission, channel=email, purpose=marketing
        Mon 1 June 09:00   email, marketing                                ->  do not send: uwg.email
        Wed 3 June 09:00   email, marketing                                ->  send
        Wed 3 June 08:59   email, service                                  ->  send
        Fri 5 June 09:00   email, marketing                                ->  do not send: uwg.email
    """,
    "braze.push.week": """
        Mon 1 June 23:00   push, marketing   sent
        Tue 2 June 23:00   push, marketing   sent
        Wed 3 June 23:00   push, marketing   sent
        Sun 7 June 23:59   push, marketing                                 ->  do not send: braze.push.week
        Sun 7 June 23:59   inapp, marketing                                ->  send
        Mon 8 June 00:00   push, marketing                                 ->  send
    """,
    "adobe.email.day": """
        Mon 1 June 23:30Z   email, marketing   sent
        Mon 1 June 23:59Z   email, marketing                               ->  do not send: adobe.email.day
        Mon 1 June 23:59Z   email, transactional                           ->  send
        Tue 2 June 00:10Z   email, marketing                               ->  send
    """,
    "adobe.month": """
        Mon 1 June 09:00Z   email, marketing   sent
        Mon 1 June 09:01Z   email, marketing   sent
        Mon 1 June 09:02Z   email, marketing   sent
        Mon 1 June 09:03Z   email, marketing   sent
        Mon 1 June 09:04Z   email, marketing   sent
        Mon 1 June 09:05Z   email, marketing   sent
        Mon 1 June 09:06Z   email, marketing   sent
        Mon 1 June 09:07Z   email, marketing   sent
        Mon 1 June 09:08Z   email, marketing   sent
        Mon 1 June 09:09Z   email, marketing   sent
        Mon 1 June 09:10Z   email, marketing   sent
        Mon 1 June 09:11Z   sms, service                                   ->  send
        Tue 30 June 23:59:59Z   push, marketing                            ->  do not send: adobe.month
        Wed 1 July 00:00Z   push, marketing                                ->  send
    """,
    "klaviyo.sms": """
        Mon 1 June 09:00             sms, marketing     failed
        Tue 2 June 08:59:59.999999   sms, marketing                        ->  do not send: klaviyo.sms
        Tue 2 June 08:59:59.999999   email, marketing                      ->  send
        Tue 2 June 09:00             sms, marketing                        ->  send
    """,
    "klaviyo.push": """
        Mon 1 June 09:00             push, marketing    sent
        Tue 2 June 08:59:59.999999   push, marketing                       ->  do not send: klaviyo.push
        Tue 2 June 09:00             push, marketing                       ->  send
    """,
}
