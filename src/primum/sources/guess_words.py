"""The words by which columns and files are recognised, in English, German, French, Dutch and Spanish.

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
    "email adresse|kunden email|courriel|adresse mail|adresse email|adresse e mail|adresse electronique|correo|"
    "correo electronico|direccion de correo|recipient|to|subscriber|empfanger|destinataire|destinatario|"
    "recipient address|recipients|destination|requester email|adres|e mailadres|mailadres|ontvanger|correo destino|"
    "email destinatario",
    "phone": "phone|telephone|tel|mobile|mobile phone|cell|cell phone|phone number|mobile number|telephone number|"
    "msisdn|contact number|number dialled|dialled number|to number|telefon|telefonnummer|rufnummer|handy|"
    "handynummer|mobil|mobilnummer|mobiltelefon|telephone portable|portable|numero de telephone|num tel|telefono|"
    "movil|celular|numero de telefono|dnis|called number|dialed number|dialled to number|destination number|"
    "cell number|gsm|telefoon|telefoonnummer|mobiel|mobiel nummer|numero appele|numero marcado|telefono movil|"
    "zielrufnummer",
    "crm_id": "customer no|customer number|customer id|customer nr|customer key|customer ref|customer|client id|"
    "client number|client no|client ref|cust id|cust no|crm id|crm no|contact key|subscriber key|subscriber id|"
    "person id|user id|userid|profile id|record id|external id|member id|kundennummer|kunden nr|kundennr|kdnr|"
    "kd nr|kunden id|kunde|partner nr|geschaftspartner|numero client|num client|no client|id client|code client|"
    "numero de client|numero de cliente|num cliente|id cliente|nro cliente|codigo de cliente|cliente|contact id|"
    "who id|debitor|debtor|debtor no|debiteur|debiteurnummer|recipient id|external user id|requester external id|"
    "customer code|relatienummer|klantnummer|klant nr|klant id|klantcode|deudor|numero deudor|numero debiteur|"
    "kunnr|customer account number",
    "account": "account|account no|account number|account id|account nr|contract|contract no|contract number|"
    "contract id|policy no|policy number|policy id|vertragsnummer|vertrag|vertrags nr|vertragskonto|konto|"
    "kontonummer|konto nr|contrat|numero de contrat|num contrat|compte|numero de compte|cuenta|numero de cuenta|"
    "contrato|numero de contrato|numero de poliza|contractnummer|polisnummer|rekeningnummer|vertragsnr|vkont",
    "loyalty_id": "loyalty|loyalty id|loyalty no|loyalty number|loyalty card|card no|card number|membership no|"
    "membership number|membership id|member no|member number|kundenkarte|kundenkartennummer|bonuskarte|"
    "kartennummer|carte fidelite|numero de carte|carte de fidelite|tarjeta de fidelidad|numero de tarjeta|"
    "klantenkaart|kaartnummer",
    "device": "device|device id|push token|device token|token|instance id|installation id|registration token|"
    "fcm token|firebase instance id|advertising id",
    "lead": "lead id|lead no|lead number|prospect id|interessent nr|interessenten id",
    "household": "household|household id|household key|household no|haushalt|foyer|hogar",
    "first_name": "first name|firstname|forename|given name|fname|vorname|prenom|nombre de pila|voornaam",
    "last_name": "last name|lastname|surname|family name|lname|nachname|nom de famille|apellido|apellidos|achternaam",
    "name": "name|full name|customer name|contact name|fullname|nom|nombre|kundenname|nom complet|naam|requester|"
    "klantnaam",
    "person": "city|zip|zip code|zipcode|postcode|postal code|street|street address|state region|region|province|"
    "birthday|birthdate|date of birth|dob|gender|sex|salutation|title|language|age|address1|address2|company|"
    "member rating|lifecycle stage|lead status|lead source|latitude|longitude|optin ip|confirm ip|tax exempt|"
    "accepts email marketing|accepts sms marketing|accepts marketing|default address|ort|stadt|plz|strasse|"
    "postleitzahl|geburtsdatum|geburtstag|anrede|geschlecht|sprache|firma|ville|code postal|rue|date de naissance|"
    "sexe|civilite|langue|entreprise|ciudad|codigo postal|calle|fecha de nacimiento|sexo|idioma|empresa|plaats|"
    "woonplaats|geboortedatum|taal|bedrijf|aanhef",
    "sent_at": "sent at|sent|sent on|sent date|send date|send time|sent time|date sent|time sent|sentat|sent ts|"
    "delivered at|called on|called at|call date|call time|contact date|contacted at|contacted on|notified at|"
    "notified on|run date|posted on|posted at|printed|printed on|print date|mail date|mailing date|mailed on|"
    "dispatch date|dispatched at|dispatched on|drop date|launch date|message date|versanddatum|versandt am|"
    "versandzeitpunkt|gesendet|gesendet am|gesendet um|versendet am|anrufdatum|angerufen am|druckdatum|"
    "kontaktdatum|date envoi|date d envoi|envoye le|date d appel|date de contact|fecha envio|fecha de envio|"
    "enviado|enviado el|fecha de llamada|fecha de contacto|sent date time|completed date time|mailed at|laufdatum|"
    "mahndatum|verzonden|verzonden op|verzenddatum|verstuurd op|datum gesprek|gespreksdatum|gebeld op|belmoment",
    "when": "when|date|datetime|date time|timestamp|time|ts|day|event date|event time|event timestamp|occurred at|"
    "logged at|created at|created on|created|activity date|datum|zeitpunkt|zeitstempel|tag|uhrzeit|horodatage|jour|"
    "le|fecha|fecha y hora|dia|created date|received at|gesprachsdatum|datum tijd|tijdstip|aangemaakt op|"
    "interaction time|printed|printed on|print date|druckdatum",
    "since": "customer since|member since|create date|profile created on|date added|date created|registered|"
    "registered on|registration date|signup date|sign up date|signed up|joined|joined on|optin time|confirm time|"
    "kunde seit|angelegt am|erstellt am|registriert am|client depuis|date de creation|date d inscription|"
    "cliente desde|fecha de alta|fecha de registro|klant sinds|aangemaakt|ingeschreven op",
    "from": "since|from|opted out at|opt out date|opted in at|opt in date|unsubscribed at|unsubscribed on|"
    "unsub time|unsubscribe time|unsubscribe date|unsub date|consent date|suppressed at|valid from|effective from|"
    "abgemeldet am|abmeldedatum|gultig ab|seit|depuis|depuis le|date de desinscription|desde|fecha de baja|"
    "uitgeschreven op|sinds|vanaf",
    "until": "until|to date|valid to date|bis|jusqu au|hasta|tot",
    "changed": "last changed|last modified date|last modified|updated at|updated on|modified on|modified at|"
    "last updated|geandert am|modifie le|modificado",
    "valid_until": "offer ends|offer end|offer ends on|offer expires|valid until|valid to|valid thru|expires|"
    "expires at|expires on|expiry|expiry date|expiration|expiration date|end date|ends|ends on|offer valid until|"
    "coupon expires|gultig bis|ablaufdatum|angebot endet|angebot bis|lauft ab|valable jusqu au|fin de validite|"
    "date de fin|date fin|fin offre|expire le|valido hasta|vence|vencimiento|fecha fin|fecha de fin|fin oferta|"
    "geldig tot|einddatum|vervaldatum|loopt af op",
    "communication": "campaign|campaign name|campaign title|communication|mailing|mailing name|newsletter|"
    "newsletter name|message name|email name|template name|pitch|reason|contact reason|job|job name|step|letter|"
    "letter name|script|journey|journey name|flow|flow name|automation|program|programme|activity name|what|"
    "notification|notification type|kampagne|kampagnenname|anlass|anschreiben|kontaktgrund|mahnstufe|campagne|"
    "nom de la campagne|nom campagne|motif|courrier|campana|nombre de campana|motivo|carta|analytics label|"
    "delivery label|campaign label|mailing title|email title|message title|dunning level|campagnenaam|reden|brief|"
    "briefsoort|uiting",
    "purpose": "purpose|class|message class|message type|email type|mail type|type|category|msg class|typ|art|"
    "kategorie|zweck|nachrichtentyp|type de message|categorie|finalite|tipo|tipo de mensaje|categoria|finalidad|"
    "categorie bericht|soort|soort bericht",
    "subject": "subject|subject line|email subject|opening line|headline|title line|betreff|betreffzeile|objet|"
    "objet du mail|asunto|text|wording|message|message text|sms text|short text|nachricht|nachrichtentext|texte|"
    "texto|mensaje|content|body|onderwerp|tekst|bericht|berichttekst|texto del mensaje|texte du message|sms texte|"
    "email subject line|message body",
    "template": "template|template id|template no|template number|creative|creative id|content id|text id|vorlage|"
    "vorlagennummer|modele|plantilla|sjabloon",
    "channel": "channel|via|medium|media|contact channel|delivery channel|channel name|kanal|versandweg|"
    "kontaktkanal|canal|moyen|medio|via de contacto|task subtype|activity channel|kanaal|via kanaal",
    "status": "status|state|result|delivery status|send status|outcome|disposition|call result|call outcome|"
    "delivery result|message status|ergebnis|zustellstatus|versandstatus|zustand|statut|resultat|etat|"
    "statut de livraison|estado|resultado|estado de entrega|resultaat|uitkomst|afhandeling|status code|"
    "resultado de llamada|gespreksresultaat|bezorgstatus",
    "initiated": "trigger|initiated|initiated by|requested by|triggered by|initiator|ausloser|ausgelost von|"
    "declencheur|declenche par|demande par|iniciado por|solicitado por|disparador|aangevraagd door",
    "direction": "direction|richtung|sens|direccion del contacto|call type|call direction|message direction|"
    "anrufrichtung|sens de l appel|richting|sentido",
    "event": "event|event type|event name|action|action type|activity|activity type|response|response type|"
    "interaction|metric|reaction|ereignis|aktion|reaktion|evenement|reponse|evento|accion|respuesta|"
    "interaction type|interactiontype|message event|notification event|gebeurtenis|actie|st text",
    "state": "preference|preferences|consent|consent status|permission|opt in|optin|opt out|optout|"
    "subscription status|subscription|subscribed|unsubscribed|marketing consent|email marketing consent|"
    "sms marketing consent|suppression reason|suppression|einwilligung|werbeeinwilligung|zustimmung|abmeldung|"
    "consentement|desinscription|consentimiento|baja|preferencia|toestemming|uitschrijving|optin status",
    "product": "product|product name|product code|offer|offer name|offer code|sku|item|item name|produkt|"
    "produktname|artikel|angebot|produit|offre|article|producto|oferta|articulo|aanbieding|artikelnaam",
    "department": "department|department name|team|team name|dept|business unit|division|sending team|sender team|"
    "abteilung|bereich|departement|equipe|departamento|equipo|afdeling|team naam",
    "brand": "brand|marke|marque|marca|merk",
    "topic": "topic|theme|thema|sujet|tema|onderwerpgroep",
    "cost": "cost|unit cost|cost per contact|kosten|stuckkosten|cout|coste|costo|porto|postage|price paid|"
    "affranchissement|franqueo|portokosten|kostprijs|stuksprijs",
    "value": "value|order value|amount|revenue|total spent|total|order total|lifetime value|ltv|basket|betrag|"
    "umsatz|wert|montant|valeur|chiffre d affaires|importe|monto|valor|mahnbetrag|bedrag|open amount|"
    "offener betrag|omzet",
    "id": "id|event id|row id|uuid|guid|log id|call id|letter id|activity id|lfd nr|primary key|ticket number|"
    "broad log id|letter no|call no|volgnummer",
    "reference": "order|order id|order no|order number|case|case id|case no|ticket|ticket id|ticket no|invoice|"
    "invoice no|invoice id|transaction id|bestellnummer|auftragsnummer|vorgang|vorgangsnummer|rechnungsnummer|"
    "commande|numero de commande|dossier|pedido|numero de pedido|expediente|invoice number|factuurnummer|"
    "ordernummer|zaaknummer|factuur",
    "priority": "priority|prio|prioritat|priorite|prioridad|prioriteit",
    "country": "country|country code|default address country code|cc|land|pays|pais|landcode",
    "zone": "timezone|time zone|tz|zeitzone|fuseau horaire|zona horaria|tijdzone",
    "list": "list|list name|list id|segment|segment name|audience|audience name|verteiler|liste|lista|segmento|"
    "segmentnaam|lijst",
    "statistic": "total recipients|recipients|open rate|click rate|total opens|unique opens|total clicks|"
    "unique clicks|bounce rate|bounces|unsubscribes|successful deliveries|deliveries|spam complaints|"
    "spam complaints rate|placed order rate|unique placed order|opens|clicks|delivered count|sent count|"
    "empfanger gesamt|offnungsrate|klickrate|taux d ouverture|taux de clics|destinataires|tasa de apertura|"
    "tasa de clics|destinatarios|ontvangers|openratio|klikratio",
    "handed_over": "handed over|handed over on|handover date|posteinlieferung|postauflieferung|auflieferung|"
    "einlieferung|aufgabedatum|date de depot|remise en poste|ter post bezorgd|fecha de deposito",
    "campaign_id": "campaign id|email campaign id|mailing id|launch id|journey id|canvas id|flow id|kampagnen id|"
    "campagne id",
    "message_id": "message id|messageid|msg id|sg message id|mid|dispatch id|delivery id|send id|sid|message uuid|"
    "nachrichten id|id message|id mensaje|bericht id",
    "sender": "ani|caller|caller id|from number|calling number|dialled from number|anrufer|appelant|llamante|beller",
    "staff": "agent|agent email|agent name|owner|contact owner|account owner|assignee|assigned to|created by|"
    "sent by|sachbearbeiter|bearbeiter|agente|medewerker",
    "clock": "hora|hora de envio|hora de llamada|heure|heure d envoi|heure d appel|uhrzeit|versandzeit|tijd|"
    "verzendtijd|time of day|log time",
}
"""What a column may be -> the names by which it goes, normalised (see `words_of`)."""

DEPARTMENTS: Final[dict[str, str]] = {
    "marketing": "marketing|newsletter|newsletters|esp|mailchimp|klaviyo|brevo|sendgrid|braze|promo|werbung|"
    "publicite|sfmc|hubspot|iterable|emarsys|mailgun|activecampaign|optimizely|episerver|adobe|mercadotecnia|"
    "reclame|broadlog",
    "sales": "sales|telesales|vertrieb|verkauf|ventes|ventas|outbound|salesforce|verkoop|five9|telefonverkauf|"
    "telemarketing|dialler|dialer",
    "service": "service|support|care|helpdesk|servicedesk|customer service|customer care|kundenservice|"
    "kundendienst|servicio|atencion|sav|klantenservice|klantendienst|zendesk|freshdesk|contact centre|"
    "contact center|genesys|attention client",
    "collections": "collections|dunning|arrears|debt|mahnwesen|mahnung|mahnungen|inkasso|recouvrement|relances|"
    "cobranza|recobro|incasso|aanmaningen|mahnbriefe|chargebee|debiteuren|credit control",
    "billing": "billing|invoices|invoicing|finance|rechnung|buchhaltung|facturation|facturacion|facturatie|"
    "facturen|stripe|recurly",
    "logistics": "logistics|shipping|delivery|deliveries|fulfilment|fulfillment|logistik|versand|logistique|"
    "livraison|logistica|envios|logistiek|verzending|bezorging|parcels|parcel|courier",
    "ecommerce": "ecommerce|shop|store|webshop|onlineshop|boutique|tienda|shopify|webwinkel",
    "legal": "legal|compliance|recht|juridique|juridisch",
    "loyalty": "loyalty|rewards|bonus|fidelite|fidelidad|klantenkaart|loyaliteit",
    "research": "survey|surveys|research|nps|umfragen|enquetes|encuestas|onderzoek|marktforschung",
}

FILE_KINDS: Final[dict[str, str]] = {
    "states": "preferences|preference|optout|optouts|opt outs|unsubscribes|unsubscribed|unsubscribers|suppression|"
    "suppressions|consent|consents|permissions|blacklist|robinson|stoplist|dnc|einwilligungen|abmeldungen|"
    "desinscriptions|consentements|bajas|consentimientos|uitschrijvingen|toestemmingen|unsubscriptions",
    "responses": "responses|response|opens|clicks|events|orders|purchases|reactions|engagement|reaktionen|"
    "bestellungen|reponses|commandes|respuestas|pedidos|tickets|ticket|cases|reacties|bestelorders",
    "contacts": "emails|mails|mailings|mailing|sms|calls|letters|notifications|sends|sent|messages|outbound|push|"
    "dunning|briefe|anrufe|appels|courriers|envois|llamadas|cartas|envios|mailing list sent|brieven|gesprekken|"
    "berichten|verzonden|verzendingen|gesprache|task|tasks|activities|campaign member|campaign members|"
    "campaignmember|broadlog|broadlogs|broad log|mahnbriefe|reminders",
    "customers": "customers|customer|master|audience|subscribers|profiles|members|clients|crm|kunden|kundenstamm|"
    "clientes|abonnes|klanten|klantenbestand",
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
    return " ".join(re.findall(r"[^\W_]+", _CAMEL.sub(" ", plain).lower())).replace("un subscribe", "unsubscribe")


def inverted(table: dict[str, str]) -> dict[str, str]:
    """Synonym -> what it means; the first that claims a word keeps it."""
    found: dict[str, str] = {}
    for meaning, synonyms in table.items():
        for synonym in synonyms.split("|"):
            found.setdefault(synonym, meaning)
    return found


ROLE_OF: Final = inverted(ROLES)
DEPARTMENT_OF: Final = inverted(DEPARTMENTS)
FILE_KIND_OF: Final = inverted(FILE_KINDS)
