"""The packs: contact rules that come with Primum, one YAML file each.

Owns the rules as data, with where each comes from, when it was reviewed and what holds it. Refuses to hold code:
`strategy.packs` reads the files, and `rules.packs` joins them with a strategy's own rules.
"""
