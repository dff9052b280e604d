"""Words from which a communication's message class is guessed, in English, German, French, Dutch and Spanish.

Owns the lists. Refuses weights and verdicts: `message_class` has them.
"""

from typing import Final

BEGINNINGS: Final[dict[str, tuple[str, ...]]] = {
    "marketing": (
        "newsletter offer sale discount promo save saving deal win launch invitation reactivat winback free flash",
        "angebot rabatt gutschein aktion sparen gewinn neuheit einladung newsletter vorteil kostenlos",
        "offre promo réduction remise solde nouveauté invitation économis gratuit",
        "aanbieding korting actie nieuwsbrief voordeel uitnodiging bespaar gratis",
        "oferta descuento promoción rebaja boletín ahorr novedad invitación gratis",
    ),
    "sales": (
        "upsell crosssell renewal quote proposal lead pitch upgrade prospect warm",
        "vertrieb vertragsverlängerung verlängerung rückgewinnung abschluss interessent",
        "devis renouvellement prospect commercial",
        "offerte verlenging verkoop prospect",
        "presupuesto renovación venta comercial prospecto",
    ),
    "survey": (
        "survey feedback nps csat rate rating review satisfaction questionnaire opinion",
        "umfrage befragung bewert zufriedenheit meinung",
        "enquête sondage avis satisfaction questionnaire",
        "enquête onderzoek beoordeel tevredenheid mening",
        "encuesta opinión satisfacción valora cuestionario",
    ),
    "service": (
        "appointment outage maintenance meter ticket case engineer visit enquiry callback advice help interruption",
        "termin störung wartung zähler ablesung anfrage techniker rückruf beratung",
        "rendez panne maintenance intervention relevé demande technicien rappel conseil",
        "afspraak storing onderhoud meterstand monteur terugbel advies",
        "cita avería mantenimiento lectura visita técnico consulta",
    ),
    "transactional": (
        "order confirmation confirmed invoice bill receipt delivery dispatch shipped shipping parcel booking statement",
        "bestell bestätigung rechnung liefer versand paket beleg buchung quittung",
        "commande confirmation facture reçu livraison colis expédi réservation",
        "bestelling bevestiging factuur rekening levering bezorg pakket verzonden boeking",
        "pedido confirmación factura recibo entrega envío paquete reserva",
    ),
    "security": (
        "otp password login passcode verification verify signin 2fa mfa onetime tan fraud",
        "kennwort passwort anmeldung sicherheit einmal verifizier betrug",
        "passe connexion sécurité vérification fraude",
        "wachtwoord inlog beveiliging verificatie fraude",
        "contraseña acceso seguridad verificación fraude",
    ),
    "collections": (
        "overdue arrears dunning dun debt collection unpaid pastdue delinquent",
        "mahnung mahn zahlungserinnerung rückstand inkasso überfällig ratenplan",
        "impayé recouvrement échéancier",
        "aanmaning betalingsherinnering achterstand incasso",
        "impago deuda vencid cobro moros",
    ),
    "regulatory": (
        "terms privacy gdpr legal regulatory statutory notice",
        "agb datenschutz dsgvo preisanpassung preisänderung widerruf gesetz",
        "confidentialité rgpd mentions légal",
        "voorwaarden avg wettelijk tariefwijziging prijswijziging privacy",
        "condiciones privacidad rgpd legal",
    ),
}
"""Per message class: beginnings of words, one text a language."""

PHRASES: Final[dict[str, tuple[str, ...]]] = {
    "marketing": ("black friday", "% off", "we miss you", "last days", "refer a friend", "half price", "off your"),
    "sales": ("call list", "cross sell", "up sell"),
    "survey": ("how are we doing", "how did we do", "how was", "wie zufrieden", "votre avis", "uw mening"),
    "service": ("power cut", "call back", "meter reading", "rendez-vous"),
    "transactional": ("is ready", "on its way", "thank you for your order", "ist unterwegs", "en route", "onderweg"),
    "security": (
        "one-time", "one time", "sign in", "signed in", "your code", "mot de passe", "code is", "ihr code",
        "votre code", "uw code", "su código",
    ),
    "collections": (
        "payment reminder", "final reminder", "second reminder", "payment is due", "past due", "payment plan",
        "final notice", "offene rechnung", "rappel de paiement", "mise en demeure", "recordatorio de pago",
    ),
    "regulatory": (
        "terms and conditions", "price change", "privacy policy", "direct debit is changing", "conditions générales",
        "algemene voorwaarden", "cambio de precio", "under section", "rights", "contract change",
    ),
}  # fmt: skip
"""Per message class: texts that say more than their words."""
