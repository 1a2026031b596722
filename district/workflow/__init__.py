"""
The only way to change who works here and what the district has set: one verb each, as in `cases.workflow`.

Transaction, check, write, one audit event; one name everywhere.
"""

from cases.workflow.verbs import verbs_of

VERBS = verbs_of("district")

__all__ = [
    "VERBS",
]
