"""Reading what a company has: files of any usual format become views in our words.

Owns readers, mappings, rejects and the guesses of `primum init`. Refuses to know who a customer is (`identity` does),
and to let a mapping read anything that the strategy does not declare.
"""

from primum.sources.prepare import Prepared, ReadFile, lands_after, prepare
from primum.sources.rejects import check_rejects, reject_file, write_rejects
from primum.sources.resolve import source_files

__all__ = [
    "Prepared",
    "ReadFile",
    "check_rejects",
    "lands_after",
    "prepare",
    "reject_file",
    "source_files",
    "write_rejects",
]
