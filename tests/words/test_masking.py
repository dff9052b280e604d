"""What names a person is taken out of texts; what explains stays."""

import pytest

from primum.words.masking import masked_file, masked_identifier, masked_text


@pytest.mark.parametrize(
    ("text", "shown"),
    [
        ("Hi a@x.org order 1234567", "Hi …@… order …"),
        ("mail <Ann.Smith+tag@mail.example.co.uk>, please", "mail <…@…>, please"),
        ("zoë@exämple.de wrote", "…@… wrote"),
        ("call +44 (0)20 7183-8750 now", "call … now"),
        ("call (030) 901820 or 0171/2345678", "call … or …"),
        ("'2026-13-45' is not a date as in: %Y-%m-%d", "'2026-13-45' is not a date as in: %Y-%m-%d"),
        ("Tel:0301234567 or 12:0301234567", "Tel:… or 12:…"),
        ("1234.50 but not 123456.789", "1234.50 but not …"),
        ("since 2026-03-01 09:15:00 and 01.03.2026", "since 2026-03-01 09:15:00 and 01.03.2026"),
        (
            "20260301, 20260301091500, 2026-03-01T09:00:00.123456Z",
            "20260301, 20260301091500, 2026-03-01T09:00:00.123456Z",
        ),
        ("3/31/2026 and 31/3/2026", "3/31/2026 and 31/3/2026"),
        ("39999999 is no day", "… is no day"),
        ("Save 20% on 3 items, 99.95 EUR, code AB12", "Save 20% on 3 items, 99.95 EUR, code AB12"),
        ("'soon-1T09:00Z' is not a date", "'soon-1T09:00Z' is not a date"),
        ("", ""),
    ],
)
def test_addresses_phones_and_long_numbers_go_dates_and_words_stay(text, shown):
    assert masked_text(text) == shown


@pytest.mark.parametrize(
    ("name", "shown"),
    [
        ("exports/mails-2026-03.csv", "exports/mails-2026-03.csv"),
        ("mails-20260301.csv.gz", "mails-20260301.csv.gz"),
        ("dump_20260301091500.parquet", "dump_20260301091500.parquet"),
        ("exports/ann.smith@x.org.csv", "exports/…@….csv"),
        ("calls of +442071838750.xlsx", "calls of ….xlsx"),
        ("batch 12345678.csv", "batch 12345678.csv"),
    ],
)
def test_names_of_files_keep_their_dates_and_lose_addresses_and_phones(name, shown):
    assert masked_file(name) == shown


def test_identifiers_can_be_recognised_by_who_knows_them():
    assert masked_identifier("email", "ann.smith@x.org") == "a…@x.org"
    assert masked_identifier("phone", "+442071838750") == "…750"
    assert masked_identifier("crm_id", "k1") == "…"
