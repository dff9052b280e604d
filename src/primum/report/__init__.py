"""What an audit found, for people to read: a page, JSON, CSV tables and a terminal summary.

Owns how findings look and sound. Refuses arithmetic: every number comes from `audit.results`, and is only formatted.

`html.write_html` needs the extra `report` (altair, jinja2, vl-convert); `as_json`, `tables` and `terminal` do not.
"""
