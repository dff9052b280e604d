"""The facets of a contact strategy as models, a file each.

Owns what each facet may say. Refuses to check one facet against another (`strategy.dangling` does for names,
`review` for what they mean together).
"""
