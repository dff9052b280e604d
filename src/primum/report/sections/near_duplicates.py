"""Nearly the same message twice: texts of different communications side by side, and who received both.

Owns this section. Refuses to show a pair that no customer received together.
"""

from collections.abc import Iterator

from primum.audit.results import AuditResult, NearDuplicate, NearText
from primum.report.blocks import Block, Comparison, Figure, Figures, Prose, Section, TextSide, Verdict
from primum.report.keyfigures import ONE_DEPARTMENT, several_departments
from primum.report.names import Names
from primum.report.phrases import clean, counted, number, percent

_TITLE = "Nearly the same message twice"
_SHOWN = 20


def build(result: AuditResult, names: Names) -> Section:
    """The section."""
    n = result.near_duplicates
    lead = (
        f"Communications whose texts are at least {percent(n.threshold)} alike, and the customers who received both"
        f" less than {counted(n.window_days, 'day')} apart. Names, dates and numbers that differ from customer to"
        " customer make no other text; a series such as a monthly bill is one communication; what is wholly equal is"
        " counted above."
    )
    if not n.contacts_checked:
        why = "because no source gives a text. Map `subject` (or the text of the message) in the strategy file."
        return Section("near", _TITLE, "Near-duplicates", lead, (Verdict("not checkable", "Near-duplicates", why),))
    blocks: list[Block] = [*_verdicts(result)]
    if n.pairs:
        blocks += [_figures(result, names), *_pairs(result, names)]
    return Section("near", _TITLE, "Near-duplicates", lead, (*blocks, _note(result)))


def _verdicts(result: AuditResult) -> Iterator[Verdict]:
    n = result.near_duplicates
    if not n.pairs:
        looked = f"{counted(n.texts, 'distinct text')} of {counted(n.contacts_checked, 'contact')} were compared."
        yield Verdict("none found", "Nearly equal texts that one customer received", looked)
    if not several_departments(result):
        yield Verdict("not checkable", "Nearly equal texts of two departments", f"because {ONE_DEPARTMENT}.")


def _figures(result: AuditResult, names: Names) -> Figures:
    n = result.near_duplicates
    pairs = counted(n.found, "pair of communications", "pairs of communications")
    figures = [
        Figure(number(n.customers), "customers received nearly the same twice", pairs, names.at_least),
        Figure(number(n.customers_within), "of them from one department", ""),
    ]
    if several_departments(result):
        figures.append(Figure(number(n.customers_between), "of them from two departments", "", names.at_least))
    return Figures(tuple(figures))


def _pairs(result: AuditResult, names: Names) -> Iterator[Block]:
    n = result.near_duplicates
    for i, pair in enumerate(n.pairs[:_SHOWN]):
        yield _comparison(pair, names, open=i < 5)
    if n.found > _SHOWN:
        yield Prose(f"{number(n.found - _SHOWN)} further pairs are in the CSV and JSON files.", small=True)


def _comparison(pair: NearDuplicate, names: Names, *, open: bool) -> Comparison:
    least = "at least " if names.at_least and pair.between else ""
    both = f"{least}{counted(pair.customers, 'customer')} received both, {percent(pair.similarity)} alike"
    title = f"{names.communication(pair.first.communication)} / {names.communication(pair.again.communication)}"
    return Comparison(title, both, (_side(pair.first, names), _side(pair.again, names)), open)


def _side(text: NearText, names: Names) -> TextSide:
    return TextSide(
        names.department(text.department),
        names.slot(text.department),
        f"{names.communication(text.communication)}, {counted(text.contacts, 'contact')}",
        tuple((clean(piece, 300), differs) for piece, differs in text.pieces),
    )


def _note(result: AuditResult) -> Prose:
    n = result.near_duplicates
    said = [f"{counted(n.texts, 'distinct text')} of {counted(n.contacts_checked, 'contact')} were compared."]
    if n.never_together:
        said.append(f"{counted(n.never_together, 'similar pair')} reached no customer together.")
    if n.too_short:
        said.append(f"{counted(n.too_short, 'text')} are too short to compare.")
    if n.texts_left_out:
        said.append(f"{counted(n.texts_left_out, 'text')} beyond the limit, those sent least, were not compared.")
    if n.cut:
        many = counted(n.cut, "communication has", "communications have")
        said.append(f"{many} so many texts that a choice of them was compared.")
    if n.pairs_left_out:
        said.append(f"Of {counted(n.pairs_left_out, 'further pair')} it is not known who received both.")
    return Prose(" ".join(said), small=True)
