"""What contacts say: the distinct texts of every sender and communication, counted bucket by bucket.

Owns the normal form in which texts are compared (names, numbers and months do not make another text) and the bounded
tables of distinct texts. Refuses to hold all texts of a history: of each communication it keeps at most `KEPT`, chosen
by their hash, so that any split of the history keeps the same ones and counts them exactly.
"""

import re
from collections.abc import Iterable
from dataclasses import dataclass, field

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc
import xxhash

from primum.audit import kernels as k
from primum.audit.lookup import Lookup
from primum.history import History

KEPT = 300
"""Distinct texts kept of one communication of one department."""
KEPT_UNNAMED = 5_000
"""... and of the contacts of a department that name no communication."""

Sender = tuple[int, int]
"""Department code and communication code (-1: none is named)."""

_MONTHS = (
    "january february march april june july august september october november december "
    "januar jänner februar märz april mai juni juli august september oktober november dezember "
    "janvier février mars avril mai juin juillet août septembre octobre novembre décembre "
    "januari februari maart april mei juni juli augustus september oktober november december "
    "enero febrero marzo abril mayo junio julio agosto septiembre octubre noviembre diciembre may"
)
_GREETINGS = (
    "dear|hi|hello|hey|good morning|liebe[rs]?|hallo|guten tag|sehr geehrte[rs]?|bonjour|cher|chère|chers|beste|"
    "geachte|dag|hola|estimad[oa]s?|querid[oa]s?"
)
NORMAL_FORM = (
    (r"\s+", " "),
    (r"[\pL\pN._%+-]+@[\pL\pN.-]+", "@"),
    (rf"\b({'|'.join(dict.fromkeys(_MONTHS.split()))})\b", "0"),
    (r"[\pN]+([.,:/ -]*[\pN]+)*", "0"),
    (rf"^({_GREETINGS}) [^,!:;?]{{1,40}}([,!:;])", r"\1 *\2"),
    (r"^\pL[\pL'’-]{1,20}, ", "*, "),
    (r", \pL[\pL'’-]{1,20}([.!?]?)$", r", *\1"),
)
"""(RE2 pattern, replacement), in this order, on the text in lower case."""


@dataclass(frozen=True)
class Text:
    """One distinct text (in its normal form) of one sender: attempts, those that were pushed and received, a sample."""

    normal: str
    sample: str
    """The text as it was sent; of several with this normal form the first in text order."""
    last: str
    """... and the last: another one where the same text was sent with other names or numbers."""
    contacts: int
    counted: int


@dataclass(frozen=True)
class Contents:
    """The texts of every sender by the hash of their normal form, and how many contacts carry a text at all."""

    texts: dict[Sender, dict[int, Text]] = field(default_factory=dict)
    checked: int = 0
    """Pushed and received contacts that carry a text."""
    cut: frozenset[Sender] = frozenset()
    """Senders with more distinct texts than are kept."""


def sweep_contents(history: History, look: Lookup, number: int) -> Contents:
    """The texts of one bucket; empty where no source says what its contacts say."""
    table = history.texts(number)
    if table is None:
        return Contents()
    words, index = text_codes(table["subject"])
    tags = look.tags[table["tag"].to_numpy()]
    held = (index >= 0) & ((tags[:, k.FLAGS] & k.ATTEMPTED) > 0)
    counts = counts_as_pushed(tags[:, k.FLAGS])
    department, communication = tags[held, k.DEPARTMENT].astype(np.int64), tags[held, k.COMMUNICATION].astype(np.int64)
    packed = (department * (len(look.communications) + 1) + communication + 1) * max(1, len(words)) + index[held]
    _, first, inverse, contacts = np.unique(packed, return_index=True, return_inverse=True, return_counts=True)
    counted = np.bincount(inverse.reshape(-1), weights=counts[held], minlength=len(first)).astype(np.int64)
    normal, raw = normal_forms(words).to_pylist(), words.to_pylist()
    found: dict[Sender, dict[int, Text]] = {}
    rows = zip(
        department[first].tolist(),
        communication[first].tolist(),
        index[held][first].tolist(),
        contacts.tolist(),
        counted.tolist(),
        strict=True,
    )
    for d, c, i, attempts, pushed in rows:
        own = found.setdefault((d, c), {})
        text = Text(normal[i], raw[i], raw[i], attempts, pushed)
        key = xxhash.xxh64_intdigest(normal[i].encode())
        own[key] = _joined(own[key], text) if key in own else text
    return _bounded(Contents(found, int(counts[held].sum())))


def merge_contents(parts: Iterable[Contents]) -> Contents:
    """All parts together; associative, and equal for any split."""
    texts: dict[Sender, dict[int, Text]] = {}
    checked, cut = 0, frozenset[Sender]()
    for part in parts:
        checked, cut = checked + part.checked, cut | part.cut
        for sender, own in part.texts.items():
            all_of_it = texts.setdefault(sender, {})
            for key, text in own.items():
                all_of_it[key] = _joined(all_of_it[key], text) if key in all_of_it else text
    return _bounded(Contents(texts, checked, cut))


def _bounded(contents: Contents) -> Contents:
    """Of each sender only the texts of the smallest hashes: whoever is kept in the end was kept in every part."""
    cut = set(contents.cut)
    texts = {}
    for sender, own in contents.texts.items():
        most = KEPT_UNNAMED if sender[1] < 0 else KEPT
        if len(own) > most:
            cut.add(sender)
            own = {key: own[key] for key in sorted(own)[:most]}
        texts[sender] = own
    return Contents(texts, contents.checked, frozenset(cut))


def _joined(a: Text, b: Text) -> Text:
    return Text(a.normal, min(a.sample, b.sample), max(a.last, b.last), a.contacts + b.contacts, a.counted + b.counted)


def text_codes(column: pa.ChunkedArray) -> tuple[pa.Array, np.ndarray]:
    """The distinct texts of a column, and the place of each row's text among them (-1: it has none)."""
    whole = column.combine_chunks() if column.num_chunks != 1 else column.chunk(0)
    encoded = whole if pa.types.is_dictionary(whole.type) else whole.dictionary_encode()
    index = encoded.indices.fill_null(-1).to_numpy(zero_copy_only=False)
    return encoded.dictionary.cast(pa.string()), index.astype(np.int64)


def counts_as_pushed(flags: np.ndarray) -> np.ndarray:
    """Whether contacts with these flags were received and pushed."""
    wanted = k.ATTEMPTED | k.RECEIVED | k.PUSHED
    return np.asarray((flags & wanted) == wanted)


def normal_forms(texts: pa.Array) -> pa.Array:
    """Texts without regard to case, spacing, numbers, months, e-mail addresses, and the name in a greeting."""
    found = pc.utf8_lower(pc.utf8_normalize(texts, form="NFC"))
    for pattern, replacement in NORMAL_FORM:
        found = pc.replace_substring_regex(found, pattern, replacement)
    return pc.utf8_trim_whitespace(found)


def same_texts(texts: pa.Array) -> pa.Array:
    """Texts without regard to case and spacing only: as they are compared for exact duplicates."""
    folded = pc.utf8_lower(pc.utf8_normalize(texts, form="NFC"))
    return pc.utf8_trim_whitespace(pc.replace_substring_regex(folded, r"\s+", " "))


def typical(contents: Contents, communication: int) -> str | None:
    """The text that a communication was most often sent with; None where none of its contacts carries one."""
    own = [t for (_, c), texts in contents.texts.items() if c == communication for t in texts.values()]
    best = min(own, key=lambda t: (-t.contacts, t.sample), default=None)
    return without_name(best) if best else None


def without_name(text: Text) -> str:
    """A text to be shown, with `…` for the name of whom it was sent to (where it greets, or was sent to several)."""
    shown = _GREETED.sub(r"\1 …\2", " ".join(text.sample.split()))
    if text.sample == text.last:
        return shown
    return _NAMED_LAST.sub(r", …\1", _NAMED_FIRST.sub("…, ", shown))


_GREETED = re.compile(rf"^({_GREETINGS}) [^,!:;?]{{1,40}}([,!:;])", re.IGNORECASE)
_NAMED_FIRST = re.compile(r"^[^\W\d_][\w'’-]{1,20}, ")
_NAMED_LAST = re.compile(r", [^\W\d_][\w'’-]{1,20}([.!?]?)$")
