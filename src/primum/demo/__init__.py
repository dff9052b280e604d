"""Companies to try Primum on: a made-up energy supplier with a known truth, and a real grocery retailer.

Owns the generator, its planted facts and the real data's figures. Refuses to import anything of Primum, so that the
truth cannot come from the thing under test.
"""
