"""The strategy as a whole, judged: what a compiler would say of it, and the document that people sign.

Owns remarks about what is declared and what it means together. Refuses to stop a command (`strategy` and `rules` say
what cannot be read) and to read a clock.
"""
