"""How a story is told of who reports: each person for themselves."""

from datetime import datetime
from typing import Any

from cases import workflow
from cases.models import Concern, ReportDuty
from csec.accounts.models import User
from csec.demo.people import Cast
from csec.identity import acting_as


def own_duties(person: User, **where: Any) -> list[ReportDuty]:
    """What somebody still has to report."""
    with acting_as(person.pk):
        return list(ReportDuty.objects.filter(person=person, ended_at__isnull=True, **where))


def reports(cast: Cast, by: str, concern: Concern, at: datetime) -> None:
    """Whoever wrote a concern reports it themselves, from its own page."""
    for duty in own_duties(cast.staff[by], concern=concern):
        values = {"phoned_at": at, "written_at": at, "agency": "Child Welfare Services"}
        workflow.record_report(actor=cast.staff[by], duty=duty, outcome="done", values=values, at=at)


def others_confirm(cast: Cast, at: datetime, **where: Any) -> None:
    """Each of those who know, and have not reported themselves, has made sure that a joint report was made."""
    for person in cast.staff.values():
        for duty in own_duties(person, **where):
            made = max(duty.learned_at, min(at, duty.asked_at))
            workflow.confirm_joint_report(
                actor=person, duty=duty, agency="Child Welfare Services", made_at=made, at=max(at, made)
            )
