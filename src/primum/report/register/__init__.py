"""The register as a workbook for people to fill in.

Owns the file that an audit writes beside its report. Refuses to lose what anybody typed into it.
"""

from primum.report.register.workbook import Written, write_register

__all__ = ["Written", "write_register"]
