"""What leaves a school, and who asks for it."""

from uuid import uuid4

from cases import workflow
from cases.models import Case
from csec.demo.people import Cast
from csec.identity import acting_as


def a_parent_asks_for_finleys_records(cast: Cast) -> None:
    """
    The office logs it and learns of no case; a provider has the attendance, with consent. Counsel has to answer.

    The team met over a summary on paper, which told nothing of who reported.
    """
    at, noah, grace = cast.clock.at, cast.staff["noah"], cast.staff["grace"]
    with acting_as(grace.pk):
        case = Case.objects.get(student=cast.students["finley"])
    workflow.record_release(
        actor=grace,
        case=case,
        left_at=at(3, "11:00"),
        recipient_kind="provider",
        recipient="Harbor Counseling, intake",
        what="Attendance of this fall.",
        basis="consent",
        interest="To find an hour that is not in class.",
        at=at(3, "11:20"),
    )
    workflow.make_paper(
        actor=grace,
        case=case,
        paper_id=uuid4(),
        audience="team",
        sections=("track", "whole", "recorded"),
        at=at(3, "15:10"),
    )
    workflow.log_records_request(
        actor=noah,
        request_id=uuid4(),
        school=cast.schools["birch"],
        student=cast.students["finley"],
        asker="parent",
        way="in_person",
        received_on=at(2, "08:15").astimezone(cast.clock.zone).date(),
        asked_by="The father, 555-0166",
        wants="Everything that the school has on Finley.",
        at=at(2, "08:20"),
    )
