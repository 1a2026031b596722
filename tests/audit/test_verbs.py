"""Each verb and its event are one: written together, refused together, and never one without the other."""

from datetime import UTC, datetime
from uuid import uuid4

import pytest
from django.db import DatabaseError

from cases import workflow
from cases.models import CasePerson
from cases.workflow import VERBS
from csec.accounts.models import CalendarFeed, User
from csec.audit.models import Event
from csec.errors import Absent, NotPermitted
from csec.identity import acting_as
from tests import make
from tests.audit.ledger import without_the_log
from tests.deeds import World, deeds, run
from tests.make import AT
from tests.stored import dump

pytestmark = pytest.mark.django_db(transaction=True)


#: The verbs that are about no case and no concern that somebody else's would be.
FOR_ANYBODY = {
    "log_concern",
    "report_absence",
    "enter_away",
    "withdraw_away",
    "make_feed",
    "revoke_feed",
    "begin_emergency_access",
    "log_records_request",
}


def events() -> list[Event]:
    return list(Event.objects.using("owner").order_by("at"))


def role_of(person: User) -> str:
    return str(person.memberships.get().role)


def test_every_verb_leaves_exactly_one_event_that_says_who_did_what_to_which_row() -> None:
    todo = deeds(World())
    assert set(todo) == set(VERBS)
    requests = set()
    for verb, deed in todo.items():
        before = {event.pk for event in events()}
        made = run(verb, deed)
        [event] = [event for event in events() if event.pk not in before]
        assert (event.actor, event.role) == (deed.actor.pk, role_of(deed.actor)), verb
        assert (event.verb, event.result) == (VERBS[verb].event, "done")
        # The address of a feed is told once; its row is asked for.
        row = CalendarFeed.objects.using("owner").get() if verb == "make_feed" else made
        assert event.subject == (deed.about or row.pk), verb
        assert event.case == (made.pk if verb in ("open_case", "accept_transfer") else deed.case), verb
        requests.add(event.request)
    assert None not in requests
    assert len(requests) == len(todo)


def test_no_verb_is_done_when_its_event_cannot_be_written() -> None:
    todo = deeds(World())
    before = dump()
    with without_the_log():
        for verb, deed in todo.items():
            with pytest.raises(DatabaseError, match="audit_event"):
                run(verb, deed)
    after = dump()
    assert [table for table in before if after[table] != before[table]] == []


def test_a_verb_refused_for_any_reason_leaves_no_event_and_no_row() -> None:
    w = World()
    todo = deeds(w)
    before = dump()
    for verb, deed in todo.items():
        if verb not in FOR_ANYBODY:
            with pytest.raises(Absent):
                run(verb, deed, actor=w.staff.elsewhere)
        if "reason" in deed.given:
            with pytest.raises(workflow.Invalid):
                run(verb, deed, reason="\x00")
    with pytest.raises(workflow.Invalid):
        run("log_concern", todo["log_concern"], account="")
    with pytest.raises(workflow.Invalid):
        run("report_absence", todo["report_absence"], missing_since=datetime(1999, 1, 1, tzinfo=UTC))
    with pytest.raises(workflow.Invalid):
        run("log_records_request", todo["log_records_request"], actor=w.staff.elsewhere)
    for verb in ("enter_away", "withdraw_away"):
        with pytest.raises(NotPermitted):
            run(verb, todo[verb], actor=w.staff.elsewhere)
    for verb in ("make_feed", "revoke_feed"):
        with pytest.raises(NotPermitted):
            run(verb, todo[verb], actor=w.staff.teacher)
    with pytest.raises(NotPermitted):
        run("begin_emergency_access", todo["begin_emergency_access"], actor=w.staff.elsewhere)
    with pytest.raises(NotPermitted):
        run("void_case", todo["void_case"], actor=w.staff.counselor)
    with pytest.raises(workflow.Conflict):
        run("reopen_case", todo["reopen_case"], case=w.case)
    assert dump() == before


def test_a_verb_that_fails_when_it_is_committed_takes_its_event_along() -> None:
    staff = make.Staff()

    def a_concern_and_a_row_of_no_case() -> None:
        with acting_as(staff.teacher.pk):
            make.concern(staff)
            astray = CasePerson(case_id=uuid4(), person=staff.teacher, role="counselor", since=AT)
            astray.save(force_insert=True)  # refused at the end of the transaction, by its foreign key

    before = dump()
    with pytest.raises(DatabaseError, match="foreign key"):
        a_concern_and_a_row_of_no_case()
    assert dump() == before
