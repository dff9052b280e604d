"""The backtest: what a rule set would have done to the real history.

Owns the rules in enforce mode over every contact, counted. Refuses to know what was audited, and to write a page.
"""
