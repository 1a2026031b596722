"""Two at once: one wins, the other is told who did what when. Real threads on real connections."""

from collections.abc import Callable
from threading import Barrier, Thread
from typing import Any
from uuid import uuid4

import pytest
from django.db import connections

from cases import workflow
from cases.models import Case, CasePerson, CaseReview, Concern, Entry
from csec.audit.models import Event
from csec.errors import Absent
from csec.identity import acting_as
from tests import make
from tests.make import AT
from tests.reviews import reviewed

pytestmark = pytest.mark.django_db(transaction=True)


def at_once(*acts: Callable[[], Any]) -> list[Any]:
    """Run all at the same moment, each on a connection of its own; what each returned or raised, in order."""
    barrier, results = Barrier(len(acts)), [None] * len(acts)

    def run(n: int, act: Callable[[], Any]) -> None:
        barrier.wait()
        try:
            results[n] = act()
        except Exception as error:  # the race's outcome, looked at below
            results[n] = error
        finally:
            connections.close_all()

    threads = [Thread(target=run, args=(n, act)) for n, act in enumerate(acts)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    return results


def ending(staff: make.Staff, case: Any, actor: Any, reason: str = "Nobody there.") -> Callable[[], Any]:
    part = make.part(case, actor, "impact" if actor == staff.administrator else "report")
    return lambda: workflow.record_outcome(
        actor=actor,
        part=part,
        version=0,
        outcome="unable",
        happened_at=AT,
        reason=reason,
        review_on=AT.date(),
        at=AT,
    )


def test_of_twenty_people_who_end_the_same_part_one_wins_and_the_others_read_who() -> None:
    staff = make.Staff()
    case = make.case(staff)
    results = at_once(*[ending(staff, case, staff.administrator) for _n in range(20)])
    won = [result for result in results if isinstance(result, Entry)]
    lost = [result for result in results if isinstance(result, workflow.Conflict)]
    assert (len(won), len(lost)) == (1, 19)
    assert all("Ada Administrator recorded “Unable so far” on Fri, Nov 20" in str(one.words) for one in lost)
    assert Event.objects.using("owner").filter(verb="outcome_recorded").count() == 1


def test_a_concern_sent_twice_at_once_is_one_concern() -> None:
    staff = make.Staff()
    concern_id = uuid4()
    results = at_once(*[lambda: make.concern(staff, concern_id=concern_id)] * 2)
    assert sorted(type(result).__name__ for result in results) == ["Concern", "Conflict"]
    assert Concern.objects.using("owner").count() == 1
    assert Event.objects.using("owner").filter(verb="concern_logged").count() == 1


def test_a_review_sent_twice_at_once_is_one_review() -> None:
    staff = make.Staff()
    case = make.case(staff)
    results = at_once(*[lambda: reviewed(case, staff.administrator, ask_carrier="Is she safe?")] * 2)
    assert sorted(type(result).__name__ for result in results) == ["CaseReview", "DoneAlready"]
    assert CaseReview.objects.using("owner").count() == 1


def test_a_case_is_never_closed_and_recorded_in_at_the_same_time() -> None:
    staff = make.Staff()
    case = make.case(staff, "suspected_recruiter")
    make.helper(case, staff.counselor, staff.administrator, "administrator")
    make.opted_out(case)
    left = {
        part.pk: "Handed over." for part in make.parts(case, staff.counselor) if part.part != "impact"
    } | {make.part(case, staff.counselor, "impact").pk: "Handed over."}
    results = at_once(
        lambda: workflow.close_case(
            actor=staff.counselor,
            case=case,
            outcome="other",
            reason="Over.",
            left_open=left,
            last_look="Well.",
            at=AT,
        ),
        ending(staff, case, staff.administrator),
    )
    closed, recorded = results
    if closed is None and isinstance(recorded, workflow.Conflict):
        assert "Casey Counselor closed this case" in str(recorded.words)
    else:
        # The entry came first: the part was open all the same, and its explanation stands.
        assert isinstance(recorded, Entry)
        assert closed is None


def test_of_two_officers_answers_the_second_is_told_of_the_first() -> None:
    staff = make.Staff()
    case = make.case(staff)
    notify = make.part(case, staff.counselor, "notify")
    request = workflow.request_sro(actor=staff.counselor, part=notify, version=0, officer=staff.sro, at=AT)
    results = at_once(
        lambda: workflow.accept_request(actor=staff.sro, request=request, at=AT),
        lambda: workflow.accept_request(actor=staff.sro, request=request, at=AT),
    )
    assert sorted(type(result).__name__ for result in results) == ["Conflict", "NoneType"]


def test_an_officer_does_not_accept_and_decline_the_same_request() -> None:
    staff = make.Staff()
    case = make.case(staff)
    request = make.asked_in(case, staff.counselor, staff.sro)
    results = at_once(
        lambda: workflow.accept_request(actor=staff.sro, request=request, at=AT),
        lambda: workflow.decline_request(actor=staff.sro, request=request, reason="On leave.", at=AT),
    )
    # Whoever declined is off the case: for the acceptance that comes second it does not exist.
    assert [result for result in results if result is None] == [None]
    [refused] = [result for result in results if result is not None]
    assert isinstance(refused, workflow.Conflict | Absent)
    now = make.reload(request, staff.counselor)
    assert make.part(case, staff.counselor, "notify").is_open == (now.answer == "declined")


def test_two_people_ask_an_officer_in_at_once_and_there_is_one_request() -> None:
    staff = make.Staff()
    case = make.case(staff)
    part = make.part(case, staff.counselor, "notify")
    results = at_once(
        *[
            lambda actor=actor: workflow.request_sro(  # type: ignore[misc]
                actor=actor, part=part, version=0, officer=staff.sro, at=AT
            )
            for actor in (staff.counselor, staff.administrator)
        ]
    )
    assert sorted(type(result).__name__ for result in results) == ["Conflict", "SroRequest"]


def test_receiver_and_backup_open_a_case_at_once_and_there_is_one() -> None:
    staff = make.Staff()
    concern = make.concern(staff)
    results = at_once(
        *[
            lambda actor=actor: workflow.open_case(  # type: ignore[misc]
                actor=actor, concern=concern, track="suspected_victim", reason="It fits.", at=AT
            )
            for actor in (staff.counselor, staff.social_worker)
        ]
    )
    assert sorted(type(result).__name__ for result in results) == ["Case", "Conflict"]
    assert Case.objects.using("owner").count() == 1


def test_two_who_carry_a_case_do_not_both_leave_it() -> None:
    staff = make.Staff()
    case = make.case(staff)
    helper = workflow.add_person(
        actor=staff.counselor, case=case, person=staff.social_worker, role="social_worker", reason="H.", at=AT
    )
    with acting_as(staff.counselor.pk):
        mine = CasePerson.objects.get(case=case, person=staff.counselor)
    results = at_once(
        *[
            lambda row=row: workflow.remove_person(  # type: ignore[misc]
                actor=staff.administrator, case=case, person=row, reason="Leaves.", at=AT
            )
            for row in (helper, mine)
        ]
    )
    assert sorted(type(result).__name__ for result in results) == ["Conflict", "NoneType"]
    with acting_as(staff.administrator.pk):
        assert CasePerson.objects.filter(case=case, until__isnull=True).count() == 1


def test_a_correction_and_an_entry_at_once_leave_one_of_the_two() -> None:
    staff = make.Staff()
    case = make.case(staff)
    unable: dict[str, Any] = {"outcome": "unable", "reason": "Nobody there.", "review_on": AT.date()}
    entry = make.record(case, staff.administrator, "impact", **unable)
    part = make.part(case, staff.administrator, "impact")
    given: dict[str, Any] = {"actor": staff.administrator, "happened_at": AT, "at": AT}
    results = at_once(
        lambda: workflow.correct_entry(entry=entry, outcome="reopened", reason="Mistake.", **given),
        lambda: workflow.record_outcome(part=part, version=1, **(given | unable)),
    )
    assert sorted(type(result).__name__ for result in results) == ["Conflict", "Entry"]
    with acting_as(staff.administrator.pk):
        assert list(Entry.objects.filter(part=part).order_by("number").values_list("number", flat=True)) == [
            1,
            2,
        ]


def test_two_people_reclassify_at_once_and_the_case_has_one_open_track() -> None:
    staff = make.Staff()
    case = make.case(staff)
    given = {
        "to": "confirmed_victim",
        "basis": "disclosure",
        "decided_by": "Both",
        "reason": "Told us.",
        "at": AT,
    }
    results = at_once(
        lambda: workflow.reclassify(actor=staff.counselor, case=case, **given),
        lambda: workflow.reclassify(actor=staff.administrator, case=case, **given),
    )
    assert sorted(type(result).__name__ for result in results) == ["Conflict", "TrackRun"]
    with acting_as(staff.counselor.pk):
        assert case.runs.filter(ended_at__isnull=True).count() == 1
