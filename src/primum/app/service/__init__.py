"""`primum serve`: the gate over HTTP.

Owns requests, answers, problems, metrics, logs without personal data, and the strategy in force. Refuses to decide: the
gate does; and to say who may ask what: `callers` is the one seam for that.
"""
