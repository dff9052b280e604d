"""Who a customer is: raw keys normalised, looked up exactly, and linked into one customer.

Owns normal forms, placeholders, the links and how well departments recognise each other. Refuses to guess: nothing is
linked by resemblance, and a value shared by many links nobody.
"""

from primum.identity.link import Linked, link_customers
from primum.identity.normalise import normalise_phones

__all__ = ["Linked", "link_customers", "normalise_phones"]
