"""The words by which columns, files and values are recognised, in English, German, French and Spanish.

Owns the tables of synonyms and how a name is taken apart into words. Refuses to look at data: `guess_columns` weighs
names against values.
"""

import re
import unicodedata
from functools import cache
from typing import Final

ROLES: Final[dict[str, str]] = {
    "email": "email|e mail|mail|email address|e mail address|emailaddress|mail address|recipient email|to email|"
    "email to|contact email|customer email|email id|address email|mailadresse|emailadresse|e mail adresse|"
    "email adresse|kunden email|courriel|adresse mail|adresse email|adresse e mail|adresse electronique|"
    "correo|correo electronico|direccion de correo|recipient|to|subscriber|empfanger|destinataire|destinatario",
    "phone": "phone|telephone|tel|mobile|mobile phone|cell|cell phone|phone number|mobile number|telephone number|"
    "msisdn|contact number|number dialled|dialled number|to number|telefon|telefonnummer|rufnummer|handy|"
    "handynummer|mobil|mobilnummer|mobiltelefon|telephone portable|portable|numero de telephone|num tel|"
    "telefono|movil|celular|numero de telefono",
    "crm_id": "customer no|customer number|customer id|customer nr|customer key|customer ref|customer|client id|"
    "client number|client no|client ref|cust id|cust no|crm id|crm no|contact key|subscriber key|subscriber id|"
    "person id|user id|userid|profile id|record id|external id|member id|kundennummer|kunden nr|kundennr|kdnr|"
    "kd nr|kunden id|kunde|partner nr|geschaftspartner|numero client|num client|no client|id client|code client|"
    "numero de client|numero de cliente|num cliente|id cliente|nro cliente|codigo de cliente|cliente",
    "account": "account|account no|account number|account id|account nr|contract|contract no|contract number|"
    "contract id|policy no|policy number|policy id|vertragsnummer|vertrag|vertrags nr|vertragskonto|konto|"
    "kontonummer|konto nr|contrat|numero de contrat|num contrat|compte|numero de compte|cuenta|"
    "numero de cuenta|contrato|numero de contrato|numero de poliza",
    "loyalty_id": "loyalty|loyalty id|loyalty no|loyalty number|loyalty card|card no|card number|membership no|"
    "membership number|membership id|member no|member number|kundenkarte|kundenkartennummer|bonuskarte|"
    "kartennummer|carte fidelite|numero de carte|carte de fidelite|tarjeta de fidelidad|numero de tarjeta",
    "device": "device|device id|push token|device token|token",
    "household": "household|household id|household key|household no|haushalt|foyer|hogar",
    "first_name": "first name|firstname|forename|given name|fname|vorname|prenom|nombre de pila",
    "last_name": "last name|lastname|surname|family name|lname|nachname|nom de famille|apellido|apellidos",
    "name": "name|full name|customer name|contact name|fullname|nom|nombre|kundenname|nom complet",
    "person": "city|zip|zip code|zipcode|postcode|postal code|street|street address|state region|region|province|"
    "birthday|birthdate|date of birth|dob|gender|sex|salutation|title|language|age|address1|address2|company|"
    "member rating|lifecycle stage|lead status|lead source|latitude|longitude|optin ip|confirm ip|tax exempt|"
    "accepts email marketing|accepts sms marketing|accepts marketing|default address|contact owner|"
    "ort|stadt|plz|strasse|postleitzahl|geburtsdatum|geburtstag|anrede|geschlecht|sprache|firma|"
    "ville|code postal|rue|date de naissance|sexe|civilite|langue|entreprise|"
    "ciudad|codigo postal|calle|fecha de nacimiento|sexo|idioma|empresa",
    "sent_at": "sent at|sent|sent on|sent date|send date|send time|sent time|date sent|time sent|sentat|sent ts|"
    "delivered at|called on|called at|call date|call time|contact date|contacted at|contacted on|notified at|"
    "notified on|run date|posted on|posted at|printed|printed on|print date|mail date|mailing date|mailed on|"
    "dispatch date|dispatched at|dispatched on|drop date|launch date|message date|"
    "versanddatum|versandt am|versandzeitpunkt|gesendet|gesendet am|gesendet um|versendet am|anrufdatum|"
    "angerufen am|druckdatum|kontaktdatum|date envoi|date d envoi|envoye le|date d appel|date de contact|"
    "fecha envio|fecha de envio|enviado|enviado el|fecha de llamada|fecha de contacto",
    "when": "when|date|datetime|date time|timestamp|time|ts|day|event date|event time|event timestamp|occurred at|"
    "logged at|created at|created on|created|activity date|datum|zeitpunkt|zeitstempel|tag|uhrzeit|"
    "horodatage|jour|le|fecha|fecha y hora|dia",
    "since": "customer since|member since|create date|profile created on|date added|date created|registered|"
    "registered on|registration date|signup date|sign up date|signed up|joined|joined on|optin time|"
    "confirm time|kunde seit|angelegt am|erstellt am|registriert am|client depuis|date de creation|"
    "date d inscription|cliente desde|fecha de alta|fecha de registro",
    "from": "since|from|opted out at|opt out date|opted in at|opt in date|unsubscribed at|unsubscribed on|unsub time|"
    "unsubscribe time|unsubscribe date|unsub date|consent date|suppressed at|valid from|effective from|"
    "abgemeldet am|abmeldedatum|gultig ab|seit|depuis|depuis le|date de desinscription|desde|fecha de baja",
    "until": "until|to date|valid to date|bis|jusqu au|hasta",
    "changed": "last changed|last modified date|last modified|updated at|updated on|modified on|modified at|"
    "last updated|geandert am|modifie le|modificado",
    "valid_until": "offer ends|offer end|offer ends on|offer expires|valid until|valid to|valid thru|expires|"
    "expires at|expires on|expiry|expiry date|expiration|expiration date|end date|ends|ends on|offer valid until|"
    "coupon expires|gultig bis|ablaufdatum|angebot endet|angebot bis|lauft ab|valable jusqu au|fin de validite|"
    "date de fin|date fin|fin offre|expire le|valido hasta|vence|vencimiento|fecha fin|fecha de fin|fin oferta",
    "communication": "campaign|campaign name|campaign title|communication|mailing|mailing name|newsletter|"
    "newsletter name|message name|email name|template name|pitch|reason|contact reason|job|job name|step|letter|"
    "letter name|script|journey|journey name|flow|flow name|automation|program|programme|activity name|what|"
    "notification|notification type|kampagne|kampagnenname|anlass|anschreiben|kontaktgrund|mahnstufe|"
    "campagne|nom de la campagne|nom campagne|motif|courrier|campana|nombre de campana|motivo|carta",
    "purpose": "purpose|class|message class|message type|email type|mail type|type|category|msg class|typ|art|"
    "kategorie|zweck|nachrichtentyp|type de message|categorie|finalite|tipo|tipo de mensaje|categoria|finalidad",
    "subject": "subject|subject line|email subject|opening line|headline|title line|betreff|betreffzeile|objet|"
    "objet du mail|asunto|text|wording|message|message text|sms text|short text|nachricht|nachrichtentext|"
    "texte|texto|mensaje|message|content|body",
    "template": "template|template id|template no|template number|creative|creative id|content id|text id|vorlage|"
    "vorlagennummer|modele|plantilla",
    "channel": "channel|via|medium|media|contact channel|delivery channel|channel name|kanal|versandweg|"
    "kontaktkanal|canal|moyen|medio|via de contacto",
    "status": "status|state|result|delivery status|send status|outcome|disposition|call result|call outcome|"
    "delivery result|message status|ergebnis|zustellstatus|versandstatus|zustand|statut|resultat|etat|"
    "statut de livraison|estado|resultado|estado de entrega",
    "initiated": "trigger|initiated|initiated by|requested by|triggered by|initiator|ausloser|ausgelost von|"
    "declencheur|declenche par|demande par|iniciado por|solicitado por|disparador",
    "direction": "direction|richtung|sens|direccion del contacto",
    "event": "event|event type|event name|action|action type|activity|activity type|response|response type|"
    "interaction|metric|reaction|ereignis|aktion|reaktion|evenement|reponse|evento|accion|respuesta",
    "state": "preference|preferences|consent|consent status|permission|opt in|optin|opt out|optout|"
    "subscription status|subscription|subscribed|unsubscribed|marketing consent|email marketing consent|"
    "sms marketing consent|suppression reason|suppression|einwilligung|werbeeinwilligung|zustimmung|abmeldung|"
    "consentement|desinscription|consentimiento|baja|preferencia",
    "product": "product|product name|product code|offer|offer name|offer code|sku|item|item name|produkt|"
    "produktname|artikel|angebot|produit|offre|article|producto|oferta|articulo",
    "department": "department|department name|team|team name|dept|business unit|division|sending team|sender team|"
    "abteilung|bereich|departement|equipe|departamento|equipo",
    "brand": "brand|marke|marque|marca",
    "topic": "topic|theme|thema|sujet|tema",
    "cost": "cost|unit cost|cost per contact|kosten|stuckkosten|cout|coste|costo",
    "value": "value|order value|amount|revenue|total spent|total|order total|lifetime value|ltv|basket|betrag|"
    "umsatz|wert|montant|valeur|chiffre d affaires|importe|monto|valor",
    "id": "id|send id|message id|msg id|event id|row id|uuid|guid|log id|delivery id|call id|letter id|"
    "activity id|nachrichten id|lfd nr",
    "reference": "order|order id|order no|order number|case|case id|case no|ticket|ticket id|ticket no|invoice|"
    "invoice no|invoice id|transaction id|bestellnummer|auftragsnummer|vorgang|vorgangsnummer|"
    "rechnungsnummer|commande|numero de commande|dossier|pedido|numero de pedido|expediente",
    "priority": "priority|prio|prioritat|priorite|prioridad",
    "country": "country|country code|default address country code|cc|land|pays|pais",
    "zone": "timezone|time zone|tz|zeitzone|fuseau horaire|zona horaria",
    "list": "list|list name|list id|segment|segment name|audience|audience name|verteiler|liste|lista|segmento",
    "statistic": "total recipients|recipients|open rate|click rate|total opens|unique opens|total clicks|"
    "unique clicks|bounce rate|bounces|unsubscribes|successful deliveries|deliveries|spam complaints|"
    "spam complaints rate|placed order rate|unique placed order|opens|clicks|delivered count|sent count|"
    "empfanger gesamt|offnungsrate|klickrate|taux d ouverture|taux de clics|destinataires|tasa de apertura|"
    "tasa de clics|destinatarios",
}
"""What a column may be -> the names by which it goes, normalised (see `words_of`)."""

STATUS_WORDS: Final[dict[str, str]] = {
    "delivered": "delivered|deliver|ok|done|success|successful|succeeded|reached|connected|answered|completed|"
    "complete|received|read|opened|spoken|talked|arrived|zugestellt|erfolgreich|erreicht|angenommen|erledigt|"
    "livre|delivre|recu|abouti|reussi|joint|entregado|recibido|contactado|exito",
    "sent": "sent|send|handed over|submitted|accepted|processed|dispatched|posted|mailed|printed|voicemail|"
    "left message|left voicemail|message left|queued at carrier|in transit|transmitted|out|versendet|gesendet|"
    "versandt|ubergeben|mailbox|envoye|transmis|messagerie|repondeur|enviado|despachado|buzon de voz",
    "bounced": "bounced|bounce|hard bounce|soft bounce|hardbounce|softbounce|returned|returned to sender|"
    "wrong number|invalid number|invalid address|invalid|undeliverable|undelivered|not deliverable|"
    "unknown recipient|unzustellbar|rucklaufer|zuruck|falsche nummer|rebond|npai|retour|faux numero|"
    "non distribuable|rebotado|rebote|devuelto|numero erroneo",
    "failed": "failed|fail|failure|error|line dead|no such number|rejected|dropped|no answer|busy|not reached|"
    "unreachable|timeout|aborted|fehlgeschlagen|fehler|nicht erreicht|besetzt|abgelehnt|echec|erreur|"
    "non joint|occupe|pas de reponse|fallido|error de envio|no contesta|ocupado|rechazado",
    "suppressed": "suppressed|suppress|blocked|on stop list|stop list|held back|opted out|unsubscribed|do not call|"
    "dnc|excluded|withheld|blacklisted|gesperrt|robinson|zuruckgehalten|ausgeschlossen|supprime|bloque|exclu|"
    "suprimido|bloqueado|excluido",
    "planned": "planned|scheduled|pending|queued|waiting|geplant|ausstehend|programme|planifie|en attente|"
    "programado|planificado|pendiente",
    "released": "released|cancelled|canceled|storniert|abgebrochen|annule|cancelado|anulado",
    "expired": "expired|abgelaufen|expire|caducado|vencido",
}

PURPOSE_WORDS: Final[dict[str, str]] = {
    "marketing": "marketing|newsletter|promotion|promotional|promo|advertising|campaign|campaigns|offer|werbung|"
    "kampagne|aktion|publicite|promotionnel|campagne|publicidad|promocion|boletin|promocional",
    "sales": "sales|upsell|cross sell|crosssell|prospecting|outbound sales|vertrieb|verkauf|vente|ventes|venta|ventas",
    "survey": "survey|surveys|nps|csat|feedback|research|umfrage|befragung|enquete|sondage|encuesta",
    "service": "service|services|info|information|care|customer service|notification|update|hinweis|kundenservice|"
    "servicio|aviso",
    "transactional": "transactional|transaction|order|order confirmation|confirmation|receipt|invoice|bill|billing|"
    "shipping|delivery|statement|transaktional|bestellung|bestellbestatigung|rechnung|bestatigung|versand|"
    "transactionnel|commande|facture|livraison|transaccional|pedido|factura|confirmacion|envio",
    "security": "security|otp|one time code|password reset|2fa|verification|login|fraud|sicherheit|securite|seguridad",
    "collections": "collections|collection|dunning|payment reminder|arrears|overdue|debt|mahnung|inkasso|"
    "zahlungserinnerung|relance|recouvrement|cobranza|recobro|cobro",
    "regulatory": "regulatory|legal|compliance|statutory|terms|price change|privacy|recht|rechtlich|pflicht|agb|"
    "reglementaire|regulatorio",
}

CHANNEL_WORDS: Final[dict[str, str]] = {
    "email": "email|e mail|mail|emails|newsletter|courriel|correo|correo electronico|em",
    "sms": "sms|text|text message|txt|mms|texto",
    "push": "push|push notification|mobile push|app push|web push|notification push",
    "inapp": "inapp|in app|in app message|app|in app notification",
    "post": "post|letter|letters|direct mail|mailshot|print|postal|paper|brief|briefpost|postversand|courrier|"
    "lettre|carta|correo postal|dm",
    "call": "call|calls|phone|telephone|outbound call|voice|dialler|dialer|anruf|telefon|appel|telephonique|"
    "llamada|telefono|tel",
    "chat": "chat|live chat|messenger|whatsapp|webchat",
    "visit": "visit|field|home visit|branch|in person|besuch|visite|visita",
    "web": "web|website|onsite|on site|banner|portal|online",
    "social": "social|facebook|instagram|linkedin|twitter",
}

RESPONSE_WORDS: Final[dict[str, str]] = {
    "opened": "opened|open|opens|read|email open|opened email|geoffnet|offnung|ouvert|ouverture|abierto|apertura",
    "clicked": "clicked|click|clicks|link click|clicked email|klick|geklickt|clic|clique|clic en enlace",
    "replied": "replied|reply|answer by email|antwort|geantwortet|repondu|respondido",
    "visited": "visited|visit|page view|pageview|active on site|session|besuch|visite|visita",
    "bought": "bought|purchase|purchased|order|ordered|placed order|sale|conversion|converted|kauf|gekauft|"
    "bestellung|achat|achete|commande|compra|comprado",
    "opted_out": "unsubscribe|unsubscribed|unsub|optout|opt out|opted out|abmeldung|abgemeldet|desinscription|"
    "desabonne|baja|dado de baja|group unsubscribe",
    "opted_in": "subscribe|subscribed|optin|opt in|opted in|anmeldung|inscription|abonne|alta|suscripcion",
    "complained": "complained|complaint|spam|spamreport|spam report|spam complaint|beschwerde|plainte|queja",
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
    "widerspruch|non|desinscrit|refuse|oppose|baja|rechazado",
    "opted_in": "opted in|optin|opt in|yes|true|1|y|subscribed|confirmed|granted|given|accepted|double opt in|"
    "angemeldet|ja|erteilt|oui|inscrit|accepte|consenti|si|aceptado|alta|explicit",
    "suppressed": "suppressed|blocked|blacklisted|cleaned|complained|gesperrt|bloque|bloqueado",
}

INITIATED_WORDS: Final[dict[str, str]] = {
    "customer": "customer|customer order|customer request|client|user|requested|inbound|call back|callback|order|"
    "kunde|kundenanfrage|bestellung|demande client|cliente|solicitud",
    "company": "company|campaign|business|agent|system|batch|outbound|scheduled|automation|unternehmen|kampagne|"
    "firma|entreprise|campagne|empresa|campana",
}

DEPARTMENTS: Final[dict[str, str]] = {
    "marketing": "marketing|newsletter|newsletters|esp|mailchimp|klaviyo|brevo|sendgrid|braze|promo|werbung|publicite",
    "sales": "sales|telesales|vertrieb|verkauf|ventes|ventas|outbound|salesforce",
    "service": "service|support|care|helpdesk|servicedesk|customer service|customer care|kundenservice|"
    "kundendienst|servicio|atencion|sav",
    "collections": "collections|dunning|arrears|debt|mahnwesen|mahnung|mahnungen|inkasso|recouvrement|relances|"
    "cobranza|recobro",
    "billing": "billing|invoices|invoicing|finance|rechnung|buchhaltung|facturation|facturacion",
    "logistics": "logistics|shipping|delivery|deliveries|fulfilment|fulfillment|logistik|versand|logistique|"
    "livraison|logistica|envios",
    "ecommerce": "ecommerce|shop|store|webshop|onlineshop|boutique|tienda|shopify",
    "legal": "legal|compliance|recht|juridique",
    "loyalty": "loyalty|rewards|bonus|fidelite|fidelidad",
    "research": "survey|surveys|research|nps|umfragen|enquetes|encuestas",
}

FILE_KINDS: Final[dict[str, str]] = {
    "states": "preferences|preference|optout|optouts|opt outs|unsubscribes|unsubscribed|unsubscribers|suppression|"
    "suppressions|consent|consents|permissions|blacklist|robinson|stoplist|dnc|einwilligungen|abmeldungen|"
    "desinscriptions|consentements|bajas|consentimientos",
    "responses": "responses|response|opens|clicks|events|orders|purchases|reactions|engagement|reaktionen|"
    "bestellungen|reponses|commandes|respuestas|pedidos",
    "contacts": "emails|mails|mailings|mailing|sms|calls|letters|notifications|sends|sent|messages|outbound|push|"
    "dunning|briefe|anrufe|appels|courriers|envois|llamadas|cartas|envios",
    "customers": "customers|customer|master|audience|subscribers|profiles|members|clients|crm|kunden|kundenstamm|"
    "clientes|abonnes",
    "identifiers": "identifiers|ids|links|meters|accounts|crosswalk|xref|aliases",
}
"""What the name of a file says about the kind of its rows."""

SENTINELS: Final = frozenset(
    "null|(null)|n/a|#n/a|na|nan|nat|none|nil|\\n|-|--|?|unknown|undefined|k.a.|k. a.|unbekannt|inconnu|"
    "desconocido|-1|0000-00-00|0000-00-00 00:00:00|00/00/0000|00.00.0000|1900-01-01|1900-01-01 00:00:00|"
    "01/01/1900|01.01.1900|9999-12-31|9999-12-31 00:00:00|31/12/9999|31.12.9999".split("|")
)
"""Values, in lower case, that stand for nothing."""

CALLING_CODES: Final[dict[str, str]] = {
    "1": "US", "30": "GR", "31": "NL", "32": "BE", "33": "FR", "34": "ES", "351": "PT", "352": "LU", "353": "IE",
    "358": "FI", "36": "HU", "385": "HR", "386": "SI", "39": "IT", "40": "RO", "41": "CH", "420": "CZ", "421": "SK",
    "43": "AT", "44": "GB", "45": "DK", "46": "SE", "47": "NO", "48": "PL", "49": "DE", "52": "MX", "54": "AR",
    "55": "BR", "56": "CL", "57": "CO", "61": "AU", "64": "NZ", "65": "SG", "81": "JP", "90": "TR", "91": "IN",
}  # fmt: skip
"""Country calling codes (ITU-T E.164) -> the country that writes most of such numbers."""

_CAMEL: Final = re.compile(r"(?<=[a-z0-9])(?=[A-Z])|(?<=[A-Z])(?=[A-Z][a-z])")


@cache
def words_of(name: str) -> str:
    """A name's words: apart at case changes and marks, small, without accents (`SubscriberKey` -> `subscriber key`)."""
    folded = unicodedata.normalize("NFKD", name[:200].replace("ß", "ss"))
    plain = "".join(c for c in folded if not unicodedata.combining(c))
    return " ".join(re.findall(r"[^\W_]+", _CAMEL.sub(" ", plain).lower()))


def _inverted(table: dict[str, str]) -> dict[str, str]:
    """Synonym -> what it means; the first that claims a word keeps it."""
    found: dict[str, str] = {}
    for meaning, synonyms in table.items():
        for synonym in synonyms.split("|"):
            found.setdefault(synonym, meaning)
    return found


ROLE_OF: Final = _inverted(ROLES)
STATUS_OF: Final = _inverted(STATUS_WORDS)
PURPOSE_OF: Final = _inverted(PURPOSE_WORDS)
CHANNEL_OF: Final = _inverted(CHANNEL_WORDS)
RESPONSE_OF: Final = _inverted(RESPONSE_WORDS)
STATE_OF: Final = _inverted(STATE_WORDS)
INITIATED_OF: Final = _inverted(INITIATED_WORDS)
DEPARTMENT_OF: Final = _inverted(DEPARTMENTS)
FILE_KIND_OF: Final = _inverted(FILE_KINDS)

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
    "state": (("unsub", "opted_out"), ("opt out", "opted_out"), ("no ", "opted_out"), ("subscri", "opted_in")),
    "purpose": (
        ("newsletter", "marketing"), ("promo", "marketing"), ("survey", "survey"), ("dunning", "collections"),
        ("security", "security"), ("order", "transactional"), ("invoice", "transactional"),
    ),
}  # fmt: skip
"""Beginnings of words that decide where the whole word is not known; the first that is there counts."""


def meaning_of(attribute: str, word: str) -> tuple[str | None, bool]:
    """What a word means as a value of an attribute, and whether that is certain (the whole word is known)."""
    said = words_of(word)
    found = MEANINGS[attribute].get(said)
    if found:
        return found, True
    return next((means for stem, means in _STEMS.get(attribute, ()) if stem in said), None), False


def is_sending(word: str) -> bool:
    """Whether an event is the sender's doing."""
    return words_of(word) in SENDING_WORDS
