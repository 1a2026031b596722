"""What tests measure, which is told at the end of the run and never asserted."""

from typing import Any

#: The names under which a test records it: how many cells of the matrix it walked over, and a sentence.
CELLS, SAID = "cells", "said"


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
    for name, value in told:
        if name == SAID:
            terminalreporter.write_line(value)
