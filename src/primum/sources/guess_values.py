"""The words by which values are recognised, in English, German, French, Dutch and Spanish: what a status, an event, a
channel or a flag is called, and what it means to us.

Owns the tables of synonyms. Refuses to look at data: `guess_columns` weighs names against values.
"""

from typing import Final

from primum.sources.guess_words import inverted, words_of
from primum.words.vocabulary import STATUSES

STATUS_WORDS: Final[dict[str, str]] = {
    "delivered": "delivered|deliver|delivery|ok|done|success|successful|succeeded|reached|connected|answered|completed|"
    "complete|received|read|opened|spoken|talked|arrived|zugestellt|erfolgreich|erreicht|angenommen|erledigt|livre|"
    "delivre|recu|abouti|reussi|joint|entregado|recibido|contactado|exito|responded|sale|not interested|interested|"
    "callback|call back|appointment|bereikt|bezorgd|geleverd|afgeleverd|gesproken|contact made|spoken to",
    "sent": "sent|send|handed over|submitted|accepted|processed|dispatched|posted|mailed|printed|voicemail|"
    "left message|left voicemail|message left|queued at carrier|in transit|transmitted|out|versendet|gesendet|"
    "versandt|ubergeben|mailbox|envoye|transmis|messagerie|repondeur|enviado|despachado|buzon de voz|"
    "answering machine|taken into account|verzonden|verstuurd|voicemail ingesproken|deferred|"
    "message accepted|email sent|antwoordapparaat|delivery delay|delayed|deferral",
    "bounced": "bounced|bounce|hard bounce|soft bounce|hard bounced|soft bounced|"
    "hardbounce|softbounce|returned|returned to sender|"
    "wrong number|invalid number|invalid address|invalid|undeliverable|undelivered|not deliverable|"
    "unknown recipient|unzustellbar|rucklaufer|zuruck|falsche nummer|rebond|npai|retour|faux numero|"
    "non distribuable|rebotado|rebote|devuelto|numero erroneo|no entregado|not delivered|nicht zugestellt|"
    "non livre|onbestelbaar|geweigerd|retour afzender|undeliverable mail",
    "failed": "failed|fail|failure|error|line dead|no such number|rejected|dropped|no answer|busy|not reached|"
    "unreachable|timeout|aborted|fehlgeschlagen|fehler|nicht erreicht|besetzt|abgelehnt|echec|erreur|non joint|"
    "occupe|pas de reponse|fallido|error de envio|no contesta|ocupado|rechazado|geen gehoor|in gesprek|"
    "niet bereikt|mislukt|no ans|disconnected|abandoned|missing registrations|unauthorized registration|"
    "missing registration|nicht angenommen",
    "suppressed": "suppressed|suppress|blocked|on stop list|stop list|held back|opted out|unsubscribed|do not call|"
    "dnc|excluded|withheld|blacklisted|gesperrt|robinson|zuruckgehalten|ausgeschlossen|supprime|bloque|exclu|"
    "suprimido|bloqueado|excluido|ignored|aborted by frequency cap|geblokkeerd|abort",
    "planned": "planned|scheduled|pending|queued|waiting|geplant|ausstehend|programme|planifie|en attente|"
    "programado|planificado|pendiente|not started|gepland|in afwachting|prepared|taken up",
    "released": "released|cancelled|canceled|storniert|abgebrochen|annule|cancelado|anulado|geannuleerd|"
    "cancelled by user",
    "expired": "expired|abgelaufen|expire|caducado|vencido|verlopen",
}

PURPOSE_WORDS: Final[dict[str, str]] = {
    "marketing": "marketing|newsletter|promotion|promotional|promo|advertising|campaign|campaigns|offer|werbung|"
    "kampagne|aktion|publicite|promotionnel|campagne|publicidad|promocion|boletin|promocional|nieuwsbrief|reclame|"
    "aanbieding",
    "sales": "sales|upsell|cross sell|crosssell|prospecting|outbound sales|vertrieb|verkauf|vente|ventes|venta|"
    "ventas|verkoop",
    "survey": "survey|surveys|nps|csat|feedback|research|umfrage|befragung|enquete|sondage|encuesta|onderzoek",
    "service": "service|services|info|information|care|customer service|notification|update|hinweis|kundenservice|"
    "servicio|aviso|klantenservice|melding",
    "transactional": "transactional|transaction|order|order confirmation|confirmation|receipt|invoice|bill|billing|"
    "shipping|delivery|statement|transaktional|bestellung|bestellbestatigung|rechnung|bestatigung|versand|"
    "transactionnel|commande|facture|livraison|transaccional|pedido|factura|confirmacion|envio|factuur|bestelling|"
    "bevestiging",
    "security": "security|otp|one time code|password reset|2fa|verification|login|fraud|sicherheit|securite|seguridad",
    "collections": "collections|collection|dunning|payment reminder|arrears|overdue|debt|mahnung|inkasso|"
    "zahlungserinnerung|relance|recouvrement|cobranza|recobro|cobro|aanmaning|incasso|herinnering",
    "regulatory": "regulatory|legal|compliance|statutory|terms|price change|privacy|recht|rechtlich|pflicht|agb|"
    "reglementaire|regulatorio|wettelijk",
}

CHANNEL_WORDS: Final[dict[str, str]] = {
    "email": "email|e mail|mail|emails|newsletter|courriel|correo|correo electronico|em|list email|newsletters|"
    "nieuwsbrief|mailings|e mails",
    "sms": "sms|text|text message|txt|mms|texto|texts|text messages|textos",
    "push": "push|push notification|mobile push|app push|web push|notification push|pushnotification|pushes|"
    "pushbericht|pushberichten|push notifications",
    "inapp": "inapp|in app|in app message|app|in app notification|inappmessage|contentcard",
    "post": "post|letter|letters|direct mail|mailshot|print|postal|paper|brief|briefpost|postversand|courrier|"
    "lettre|carta|correo postal|dm|lettershop|briefe|brieven|mahnbriefe|mahnbrief|lettres|courriers|cartas|"
    "mailshots",
    "call": "call|calls|phone|telephone|outbound call|voice|dialler|dialer|anruf|telefon|appel|telephonique|"
    "llamada|telefono|tel|gesprek|gesprekken|anrufe|appels|llamadas|telefonate|five9|telefoon",
    "chat": "chat|live chat|messenger|whatsapp|webchat|whats app",
    "visit": "visit|field|home visit|branch|in person|besuch|visite|visita|bezoek",
    "web": "web|website|onsite|on site|banner|portal|online",
    "social": "social|facebook|instagram|linkedin|twitter",
}

RESPONSE_WORDS: Final[dict[str, str]] = {
    "opened": "opened|open|opens|read|email open|opened email|geoffnet|offnung|ouvert|ouverture|abierto|apertura|"
    "first opening|first open|email opened|geopend|proxy open|loaded by proxy|abierta",
    "clicked": "clicked|click|clicks|link click|clicked email|klick|geklickt|clic|clique|clic en enlace|"
    "email clicked|geklikt|clicked link",
    "replied": "replied|reply|answer by email|antwort|geantwortet|repondu|respondido|beantwoord",
    "visited": "visited|visit|page view|pageview|active on site|session|besuch|visite|visita",
    "bought": "bought|purchase|purchased|order|ordered|placed order|sale|conversion|converted|kauf|gekauft|"
    "bestellung|achat|achete|commande|compra|comprado|gekocht",
    "opted_out": "unsubscribe|unsubscribed|unsub|optout|opt out|opted out|abmeldung|abgemeldet|desinscription|"
    "desabonne|baja|dado de baja|group unsubscribe|email unsubscribed|uitgeschreven|afgemeld|"
    "list unsubscribe",
    "opted_in": "subscribe|subscribed|optin|opt in|opted in|anmeldung|inscription|abonne|alta|suscripcion|"
    "ingeschreven|resubscribe|group resubscribe",
    "complained": "complained|complaint|spam|spamreport|spam report|spam complaint|beschwerde|plainte|queja|"
    "mark as spam|marked email as spam|marked as spam|klacht",
    "bounced": "bounced|bounce|hard bounce|soft bounce|hardbounce|softbounce|rebond|rebote",
    "answered": "answered|response|completed survey|survey answered|beantwortet",
    "scored": "scored|score|rating|nps score|bewertung|note|puntuacion",
    "called": "called|inbound call|call in|angerufen|appel entrant|llamada entrante",
    "asked": "asked|question|enquiry|inquiry|anfrage|demande|consulta",
    "redeemed": "redeemed|redemption|coupon redeemed|eingelost|utilise|canjeado",
    "returned": "returned|return|retoure|retour|devolucion",
}

SENDING_WORDS: Final = frozenset(
    "sent|send|delivered|processed|deferred|dropped|dispatch|dispatched|received email|email sent|gesendet|versendet|"
    "zugestellt|envoye|livre|delivre|enviado|entregado|delivery".split("|")
)
"""Events that are the sender's doing, not an answer."""

STATE_WORDS: Final[dict[str, str]] = {
    "opted_out": "opted out|optout|opt out|no marketing|no|false|0|n|unsubscribed|unsubscribe|do not contact|"
    "do not call|do not email|stop|declined|withdrawn|never subscribed|never_subscribed|abgemeldet|nein|widerrufen|"
    "widerspruch|non|desinscrit|refuse|oppose|baja|rechazado|not subscribed|uitgeschreven|afgemeld|nee",
    "opted_in": "opted in|optin|opt in|yes|true|1|y|subscribed|confirmed|granted|given|accepted|double opt in|"
    "angemeldet|ja|erteilt|oui|inscrit|accepte|consenti|si|aceptado|alta|explicit|ingeschreven|aangemeld",
    "suppressed": "suppressed|blocked|blacklisted|cleaned|complained|gesperrt|bloque|bloqueado",
}

INITIATED_WORDS: Final[dict[str, str]] = {
    "customer": "customer|customer order|customer request|client|user|requested|inbound|call back|callback|order|"
    "kunde|kundenanfrage|bestellung|demande client|cliente|solicitud|klant|inbound manual|eingehend|entrant|"
    "entrante|inkomend",
    "company": "company|campaign|business|agent|system|batch|outbound|scheduled|automation|unternehmen|kampagne|"
    "firma|entreprise|campagne|empresa|campana|outbound api|outbound call|outbound reply|manual|ausgehend|sortant|"
    "saliente|uitgaand|bedrijf|autodial|outbound preview",
}

STATUS_OF: Final = inverted(STATUS_WORDS)
PURPOSE_OF: Final = inverted(PURPOSE_WORDS)
CHANNEL_OF: Final = inverted(CHANNEL_WORDS)
RESPONSE_OF: Final = inverted(RESPONSE_WORDS)
STATE_OF: Final = inverted(STATE_WORDS)
INITIATED_OF: Final = inverted(INITIATED_WORDS)

MEANINGS: Final[dict[str, dict[str, str]]] = {
    "status": STATUS_OF,
    "purpose": PURPOSE_OF,
    "channel": CHANNEL_OF,
    "event": RESPONSE_OF,
    "state": STATE_OF,
    "initiated": INITIATED_OF,
}
"""Attributes whose values are words -> word -> what it means to us."""

_STEMS: Final[dict[str, tuple[tuple[str, str], ...]]] = {
    "status": (
        ("undeliver", "bounced"), ("bounce", "bounced"), ("return", "bounced"), ("suppress", "suppressed"),
        ("block", "suppressed"), ("fail", "failed"), ("error", "failed"), ("reject", "failed"),
        ("deliver", "delivered"), ("sent", "sent"), ("queue", "planned"),
    ),
    "event": (
        ("unsub", "opted_out"), ("opt out", "opted_out"), ("click", "clicked"), ("open", "opened"),
        ("purchas", "bought"), ("order", "bought"), ("complain", "complained"), ("spam", "complained"),
        ("bounce", "bounced"), ("redeem", "redeemed"), ("visit", "visited"),
    ),
    "channel": (
        ("mail", "email"), ("sms", "sms"), ("chat", "chat"), ("call", "call"), ("phone", "call"), ("push", "push"),
        ("letter", "post"), ("web", "web"),
    ),
    "state": (("unsub", "opted_out"), ("opt out", "opted_out"), ("no ", "opted_out"), ("subscri", "opted_in")),
    "purpose": (
        ("newsletter", "marketing"), ("promo", "marketing"), ("survey", "survey"), ("dunning", "collections"),
        ("security", "security"), ("order", "transactional"), ("invoice", "transactional"),
    ),
}  # fmt: skip
"""Beginnings of words that decide where the whole word is not known; the first that is there counts."""


_NOISE: Final = frozenset(
    "users user messages message msg emails email e mail sms push pushnotification notification mobile web "
    "event".split()
)
"""Words in the name of an event that say through which channel, not what happened."""


def meaning_of(attribute: str, word: str) -> tuple[str | None, bool]:
    """What a word means as a value of an attribute, and whether that is certain (the whole word is known).

    The attribute `log` stands for what happened to a message: a status or a kind of response.
    """
    if attribute == "log":
        return _happened(word)
    return _looked_up(attribute, words_of(word))


def _looked_up(attribute: str, said: str) -> tuple[str | None, bool]:
    found = MEANINGS[attribute].get(said)
    if found:
        return found, True
    return next((means for stem, means in _STEMS.get(attribute, ()) if stem in said), None), False


def _happened(word: str) -> tuple[str | None, bool]:
    """What became of a message; what customers do goes before what systems call delivered (an open is no delivery)."""
    whole = words_of(word)
    bare = " ".join(w for w in whole.split() if w not in _NOISE) or whole
    found = [_looked_up(attribute, said) for attribute in ("event", "status") for said in (whole, bare)]
    return next((f for f in found if f[1]), next((f for f in found if f[0]), (None, False)))


def channel_in(word: str) -> str | None:
    """The channel that the name of an event speaks of (`users.messages.email.Send` -> email)."""
    said = words_of(word).split()
    pairs = [" ".join(said[i : i + 2]) for i in range(len(said) - 1)]
    return next((CHANNEL_OF[w] for w in (*pairs, *said) if w in CHANNEL_OF and w not in _NO_CHANNEL), None)


_NO_CHANNEL: Final = frozenset(["app", "text", "print", "out", "visit", "field"])


def is_sending(word: str) -> bool:
    """Whether an event is the sender's doing."""
    return words_of(word) in SENDING_WORDS or _happened(word)[0] in STATUSES
