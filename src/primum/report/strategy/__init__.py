"""The strategy as a document that people read, print and sign.

Owns its sections and drawings. Refuses arithmetic: every figure is a field of `review.results`.
"""

from primum.report.strategy.page import render_strategy_html, write_strategy_html

__all__ = ["render_strategy_html", "write_strategy_html"]
