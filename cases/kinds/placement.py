"""The student's place at school. A move may be agreed before it happens."""

KIND = "placement"

DATES_AHEAD = frozenset({"transfer_on"})
