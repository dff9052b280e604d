"""Reading what a company has: files of any usual format become views in our words.

Owns readers, mappings, rejects and the guesses of `primum init`. Refuses to know who a customer is (`identity` does),
and to let a mapping read anything that the strategy does not declare.
"""

from primum.sources.accidents import judged
from primum.sources.prepare import Prepared, ReadFile, about_files, lands_after, prepare
from primum.sources.rejects import check_rejects, reject_file, reject_reasons, write_rejects
from primum.sources.resolve import source_files
from primum.sources.warnings import SourceWarning, same_bytes
from primum.sources.zeros import eaten_zeros

__all__ = [
    "Prepared",
    "ReadFile",
    "SourceWarning",
    "about_files",
    "check_rejects",
    "eaten_zeros",
    "judged",
    "lands_after",
    "prepare",
    "reject_file",
    "reject_reasons",
    "same_bytes",
    "source_files",
    "write_rejects",
]
