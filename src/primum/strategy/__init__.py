"""The strategy file: what a company declares about its contacts, read strictly and with positions.

Owns the models, the positions of every key, the complaints and the version (a content hash).
Refuses to read a source, to know how a rule is executed, and to guess where the file is silent.
"""
