"""Who a customer is: raw keys normalised, looked up exactly, and linked into one customer.

Owns normal forms, placeholders, the links, how well departments recognise each other, and the keyed hashes that stand
for identifiers everywhere else. Refuses to guess: nothing is linked by resemblance, and a value shared by many links
nobody.
"""

from primum.identity.keyed import IdentityKey, normal_form
from primum.identity.link import Linked, link_customers
from primum.identity.normalise import normalise_phones
from primum.identity.store import IdentityStore

__all__ = ["IdentityKey", "IdentityStore", "Linked", "link_customers", "normal_form", "normalise_phones"]
