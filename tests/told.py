"""What tests measure, which is told at the end of the run and never asserted."""

from typing import Any

#: The names under which a test records it: how many cells of the matrix it walked over, how many pages it saw and how
#: many of them it looked at, and a sentence.
CELLS, LOOKED_AT, SAID = "cells", "looked_at", "said"


def pytest_terminal_summary(terminalreporter: Any) -> None:
    """What was counted; with several processes too, as a report carries its properties along."""
    told = [
        (name, value)
        for reports in terminalreporter.stats.values()
        for report in reports
        if getattr(report, "when", "") == "call"
        for name, value in report.user_properties
    ]
    cells = [value for name, value in told if name == CELLS]
    if cells:
        terminalreporter.write_line(f"Matrix: {len(cells)} routes, {sum(cells)} cells")
    looks = [value for name, value in told if name == LOOKED_AT]
    if looks:
        seen, looked_at = (sum(counts) for counts in zip(*looks, strict=True))
        terminalreporter.write_line(f"Pages: {seen} seen, {looked_at} built differently and looked at")
    for name, value in told:
        if name == SAID:
            terminalreporter.write_line(value)
