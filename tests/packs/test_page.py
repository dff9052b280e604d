"""docs/packs.md says what the packs say."""

from packs.page import PAGE, page


def test_the_page_is_what_the_packs_say():
    assert PAGE.read_text("utf-8") == page(), "write it anew: PYTHONPATH=src:tests python -m packs.page"
