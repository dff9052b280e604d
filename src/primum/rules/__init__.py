"""The law of contact rules: its records, the readable reference, the compiler and the kernel.

Owns what a rule means (docs/rules.md), once, for audit, backtest, plan and gate. Refuses databases, files and clocks.
"""
