"""The newest of what happened, on the page of the case: from what that page has read anyway."""

from datetime import datetime
from typing import TYPE_CHECKING

from cases import kinds, permissions
from cases.models import Outcome
from cases.reading.decisions import about_whom
from cases.reading.duties import Made, made_of
from cases.reading.happened import Happened
from cases.reading.moments import of_alerts, of_decision, of_entry, of_report

if TYPE_CHECKING:
    from cases.reading.case import CasePage

#: How many stand there.
FEW = 6


def recent(page: "CasePage") -> list[Happened]:
    """The newest of what the page of a case has read anyway, for that page."""
    case = page.case
    found = [
        of_entry(entry.row, part.row, part.definition.label, case)
        for run in page.runs
        for part in run.parts
        for entry in part.entries
        if part.row.kind not in kinds.DUTIES and entry.row.outcome != Outcome.SUPERSEDED
    ]
    if permissions.can_take_over(page.reader, case):
        found += of_alerts(case)
    for row, _facts in page.decisions:
        found.append(of_decision(row, sentence=about_whom(row, case, page.reader)))
    found += _reports_read(page)
    return sorted(found, key=lambda one: one.key, reverse=True)[:FEW]


def _reports_read(page: "CasePage") -> list[Happened]:
    """Those among the entries that were read; of one recorded outside of the case no more than that it was made."""
    duties = [part for run in page.runs for part in run.parts if part.row.kind in kinds.DUTIES]
    rows = [entry.row for part in duties for entry in part.entries]
    corrected = {row.corrects_id for row in rows}
    found: dict[tuple[datetime, str], Made] = {}
    for row in rows:
        facts = {} if row.made_id else row.shared_facts(page.case.key)
        made = None if row.pk in corrected else made_of(row, facts)
        if made:
            # A call and its written half are one.
            found.setdefault((made.at, made.agency), made)
    return [of_report(made, page.case) for made in found.values()]
