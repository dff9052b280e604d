"""Guesses of message class and topic: what words in five languages say, how sure, and never against the sources."""

import pytest

from primum.audit.message_class import Traits, guess_class, guess_topic, words_of
from primum.audit.message_class_words import BEGINNINGS, PHRASES
from primum.words.vocabulary import PURPOSES


def guess(name, subject=None, channels=("email",), contacts=1000, asked=0, one_day=False, purpose=None):
    return guess_class(Traits(name, subject, channels, contacts, asked, one_day, purpose))


@pytest.mark.parametrize(
    ("name", "subject", "purpose"),
    [
        ("Newsletter_2026_03", "Five ideas for spring", "marketing"),
        ("Sommerangebot", "20 % Rabatt auf alles", "marketing"),
        ("Promo été", "Nos offres du mois", "marketing"),
        ("Korting maart", "Uw voordeel wacht", "marketing"),
        ("Oferta de verano", "Descuentos para usted", "marketing"),
        ("NPS_wave3", "How was your visit?", "survey"),
        ("Kundenbefragung", "Ihre Meinung zählt", "survey"),
        ("Enquête satisfaction", "Votre avis compte", "survey"),
        ("Encuesta", "Su opinión", "survey"),
        ("Mahnung 2", "Zahlungserinnerung", "collections"),
        ("dunningLetterB", "Your account is overdue", "collections"),
        ("Mise en demeure", "Facture impayée", "collections"),
        ("Aanmaning", "Betalingsherinnering", "collections"),
        ("OTP", "Your code is 123456", "security"),
        ("Passwort vergessen", "Ihr Code", "security"),
        ("Bestellbestätigung", "Ihre Bestellung 4711", "transactional"),
        ("Levering", "Uw pakket is onderweg", "transactional"),
        ("Factura", "Su factura de marzo", "transactional"),
        ("Terminerinnerung", "Ihr Termin mit dem Techniker", "service"),
        ("AGB 2026", "Neue Datenschutzerklärung", "regulatory"),
        ("Algemene voorwaarden", None, "regulatory"),
        ("Upsell call", None, "sales"),
    ],
)
def test_words_in_five_languages_say_what_a_communication_is_for(name, subject, purpose):
    found = guess(name, subject)
    assert found.purpose == purpose, found
    assert found.how_sure in ("sure", "likely")
    assert "says" in found.why


def test_what_the_sources_say_is_sure_and_nothing_is_guessed_against_it():
    assert guess("Newsletter", purpose="survey").purpose == "survey"
    assert guess("Newsletter", purpose="survey").how_sure == "sure"


@pytest.mark.parametrize("name", ["X17", "", "manual note", "standing windows", "Freedom of choice", "costing"])
def test_names_that_say_nothing_get_no_guess(name):
    found = guess(name)
    assert (found.purpose, found.how_sure) == (None, "unsure")


def test_two_classes_with_equal_reason_are_unsure_and_both_are_named():
    found = guess("order survey")
    assert found.how_sure == "unsure"
    assert "it may also be" in found.why


def test_one_word_said_twice_is_not_sure():
    assert guess("Invoice", "Invoice").how_sure == "likely"
    assert guess("Invoice", "Your bill is ready").how_sure == "sure"


def test_who_asks_how_it_is_said_and_when_count_too():
    assert guess("X", asked=900).purpose == "transactional"
    assert guess("ticket", channels=("call",), one_day=True).why == "its name says 'ticket'"
    assert guess("code B", "code", asked=900).purpose is not None


def test_every_class_has_words_in_every_language():
    assert set(BEGINNINGS) == set(PURPOSES) == set(PHRASES)
    assert {len(languages) for languages in BEGINNINGS.values()} == {5}


def test_names_are_split_into_words():
    assert words_of("DunningLetter_2b-über") == ["dunning", "letter", "2b", "über"]


def test_topics_are_guessed_from_all_their_words():
    topics = {"solar": "Solar panels", "boiler": "boiler", "electric cars": "electric cars"}
    assert guess_topic("Spring", "£40 off your boilers", topics) == "boiler"
    assert guess_topic("Solar_Launch", None, topics) == "solar"
    assert guess_topic("electric bill", None, topics) is None
    assert guess_topic("x", "solar boiler", topics) == "boiler"
