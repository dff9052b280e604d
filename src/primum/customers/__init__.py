"""What is true of a customer, when: states as intervals, segments and stages, and which contact a response belongs to.

Owns the meaning of states and responses over time. Refuses to judge: whether a contact should have been made is for
rules to say.
"""
