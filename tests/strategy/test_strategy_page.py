"""docs/strategy.md says what the models and the checks say."""

from strategy.page import PAGE, page


def test_the_page_is_what_the_models_say():
    assert PAGE.read_text("utf-8") == page(), "write it anew: PYTHONPATH=src:tests python -m strategy.page"
