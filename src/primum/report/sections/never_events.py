"""Never-events: contacts that should not have been made at all.

Owns this section. Refuses to put them beside what is a lesser harm.
"""

from primum.audit.results import AgainstRules, AuditResult
from primum.report.blocks import Figures, Section
from primum.report.names import Names
from primum.report.phrases import clean, counted, day, listed
from primum.report.rules import severity_figure, told

TITLE = "Never-events"


def build(result: AuditResult, names: Names) -> Section | None:
    """The section; None where no rule is of this severity."""
    a = result.against_rules
    own = [r for r in a.rules if r.severity == "never"]
    if not own:
        return None
    lead = f"What should never happen to a customer. {judged(a)}"
    figures = Figures(tuple(severity_figure(s) for s in a.severities if s.severity == "never"))
    return Section("never", TITLE, TITLE, lead, (figures, *told(own, names, 3)))


def judged(a: AgainstRules) -> str:
    """What was held against which rules, in two sentences."""
    packs = listed([f"“{clean(p.title, 80)}” (reviewed {day(p.reviewed)})" for p in a.packs])
    rules = f"the {counted(len(a.rules), 'rule')} of the strategy"
    if a.by_default:
        rules = f"the {counted(len(a.rules), 'rule')} of {packs}, since the strategy declares none"
    elif packs:
        rules += f", with the packs {packs}"
    return (
        f"{counted(a.judged, 'contact')} were held against {rules}, each as it happened: beside what had really been"
        " sent before it."
    )
