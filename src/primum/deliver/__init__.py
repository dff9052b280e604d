"""Lists for departments that integrate nothing: screened before they are used, and compared with what was sent.

Owns the reading and writing of lists as files, their screening by whoever answers (`Asker`), and receipts. Refuses to
decide, to open a ledger, to read a clock and to store a readable identifier.
"""

from primum.deliver.lists import StoredList, read_stored, store_list
from primum.deliver.receipts import Receipt, Sent, compare
from primum.deliver.screening import Asked, Asker, Named, Order, Screened, Told, screen
from primum.deliver.tables import Listed, read_list, write_table

__all__ = [
    "Asked",
    "Asker",
    "Listed",
    "Named",
    "Order",
    "Receipt",
    "Screened",
    "Sent",
    "StoredList",
    "Told",
    "compare",
    "read_list",
    "read_stored",
    "screen",
    "store_list",
    "write_table",
]
