"""Harbour & Finch, a made-up broadband company: full of what looks like a finding and is none.

Owns a workspace in which every true finding and every decoy is planted, and the exact truth about both. Refuses to
import anything of Primum, so that the truth cannot come from the thing under test.
"""
