"""Against the rules: harm and courtesy, each by itself.

Owns this section. Refuses to add severities up.
"""

from primum.audit.results import AuditResult
from primum.report.blocks import Block, Figures, Heading, Prose, Section
from primum.report.names import Names
from primum.report.phrases import counted
from primum.report.rules import NAMES, severity_figure, told
from primum.report.sections.never_events import judged

TITLE = "Against the rules"
_MEANS = {"harm": "What hurts customers or wastes their time.", "courtesy": "What a considerate company would not do."}


def build(result: AuditResult, names: Names) -> Section | None:
    """The section; None where no rules were asked."""
    a = result.against_rules
    shown = [s for s in a.severities if s.rules and s.severity != "never"]
    if not shown:
        return None
    blocks: list[Block] = [Figures(tuple(severity_figure(s) for s in shown))]
    for severity in shown:
        blocks += [Heading(NAMES[severity.severity]), Prose(_MEANS[severity.severity])]
        blocks += told([r for r in a.rules if r.severity == severity.severity], names, 4)
    if a.not_judged:
        unseen = f"{counted(a.not_judged, 'contact')} name no customer we know: no rule can be asked about them."
        blocks.append(Prose(unseen, small=True))
    lead = f"{judged(a)} Severities are told apart and never added up; never-events stand in their own section."
    return Section("rules", TITLE, TITLE, lead, tuple(blocks))
