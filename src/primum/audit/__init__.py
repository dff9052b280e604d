"""The audit: who says what to which customers, when, through which channels, and what could not be seen.

Owns the findings and the customers' timelines, computed in one pass per bucket and merged. Refuses to read a source,
to write a page, and to judge: rules belong to `rules`.
"""
