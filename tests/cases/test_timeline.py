"""What happened in a case, by time: each reader reads the kinds that are theirs, and never who reported."""

from datetime import timedelta
from typing import Any

import pytest
from django.test import Client
from django.urls import reverse
from django.utils import timezone

from cases import workflow
from cases.models import Case
from cases.reading.timeline import KINDS, may_read, not_shown, timeline
from csec.accounts.models import User
from csec.accounts.roles import Role
from csec.delivery.ticks import database_now
from csec.identity import acting_as
from tests import make
from tests.make import AT, DAY

pytestmark = pytest.mark.django_db

ANSWERS = {"areas_checked": ["recruitment"], "impact_found": False}


def shown(case: Case, person: User, **asked: Any) -> list[tuple[str, str]]:
    """The kind and the words of each, the newest first."""
    mine = make.as_seen(case, person)
    with acting_as(person.pk):
        return [(one.kind, str(one.what)) for one in timeline(mine, person, **asked).rows]


def page_of(case: Case, person: User, query: str = "") -> str:
    client = Client()
    client.force_login(person)
    answer = client.get(reverse("cases:timeline", args=[case.pk]) + query)
    assert answer.status_code == 200
    return answer.content.decode()


def worked(staff: make.Staff) -> Case:
    """A case in which something of each kind happened."""
    case = make.case(staff, at=AT - 9 * DAY)
    make.record(case, staff.administrator, "impact", values=ANSWERS, at=AT - 5 * DAY)
    make.asked_in(case, staff.counselor, staff.sro, at=AT - 4 * DAY)
    make.record(
        case, staff.counselor, "consult", "unable", reason="Absent.", review_on=AT.date(), at=AT - 3 * DAY
    )
    make.record(case, staff.counselor, "regular_contact", "unable", reason="Absent.", at=AT - 2 * DAY)
    make.reported(case, staff.counselor, at=AT - DAY)
    make.released(case, staff.counselor, at=AT)
    page_of(case, staff.administrator)
    return case


def test_what_happened_is_read_by_time_and_by_kind() -> None:
    staff = make.Staff()
    case = worked(staff)
    everything = shown(case, staff.administrator)
    kinds = [kind for kind, _words in everything if kind != "readings"]
    assert kinds[:5] == ["outside", "reports", "checkins", "steps", "steps"]
    assert kinds[-1] == "decisions"
    assert ("steps", "Look into the impact on campus: Done") in everything
    assert any(words.startswith("Release of information: ") for _kind, words in everything)
    for kind in KINDS:
        one = shown(case, staff.administrator, kind=kind)
        assert one, kind
        assert one == [row for row in everything if row[0] == kind]


def test_who_read_it_is_a_kind_of_its_own_for_those_who_may_know() -> None:
    staff = make.Staff()
    case = worked(staff)
    for person in (staff.counselor, staff.administrator):
        read = page_of(case, person, "?kind=readings").split("<ol", 1)[1].split("</ol>")[0]
        assert "Read the case" in read
        assert staff.administrator.name in read
        assert "Look into the impact on campus" not in read
        assert "Read the case" not in page_of(case, person, "?kind=steps")
    assert "Read the case" not in page_of(case, staff.sro, "?kind=readings")


def test_one_goes_on_where_the_page_before_ended_and_reads_each_once() -> None:
    staff = make.Staff()
    case = worked(staff)
    everything = shown(case, staff.counselor)
    mine, before, read = make.as_seen(case, staff.counselor), "", []
    with acting_as(staff.counselor.pk):
        for _page in range(len(everything)):
            found = timeline(mine, staff.counselor, before=before, size=3)
            assert len(found.rows) <= 3
            read += [(one.kind, str(one.what)) for one in found.rows]
            before = found.older
            if not before:
                break
    assert read == everything
    assert len(everything) > 6
    for wrong in ("x", "1.x", "9" * 40 + "." + "0" * 32, "-1.", "."):
        assert page_of(case, staff.counselor, f"?before={wrong}&kind=nothing").count("<time") > 0


def test_an_officer_reads_the_steps_of_the_team_and_nothing_of_the_restricted_section() -> None:
    staff = make.Staff()
    case = worked(staff)
    kinds = {kind for kind, _words in shown(case, staff.sro)}
    assert kinds == {"steps", "reports"}
    page = page_of(case, staff.sro)
    assert "Consult the student" not in page
    assert "Regular contact" not in page
    assert "Release of information" not in page
    assert "Nothing of it is shown to an SRO" in page


def test_why_one_does_not_see_more_is_said_by_the_role_and_not_by_what_there_is() -> None:
    staff = make.Staff()
    empty, full = make.case(staff), worked(staff)
    for person in (staff.counselor, staff.administrator):
        seen = [make.as_seen(case, person) for case in (empty, full)]
        assert not_shown(seen[0]) == not_shown(seen[1])
        assert may_read(seen[0]) == may_read(seen[1])
    assert len(not_shown(make.as_seen(full, staff.administrator))) == 2


def test_that_a_report_was_made_is_read_by_all_and_never_by_whom() -> None:
    staff = make.Staff()
    case = make.case(staff, at=AT - DAY)
    make.helper(case, staff.counselor, staff.social_worker, Role.SOCIAL_WORKER, at=AT - DAY)
    make.reported(case, staff.social_worker, at=AT)
    for person in (staff.counselor, staff.social_worker, staff.administrator):
        page = page_of(case, person, "?kind=reports")
        assert "Report to Child Welfare Services made" in page
        assert staff.social_worker.name not in page.split("<ol", 1)[1].split("</ol>")[0]


def test_what_was_written_down_on_another_day_says_so() -> None:
    staff = make.Staff()
    case = make.case(staff, at=AT - 3 * DAY)
    workflow.record_outcome(
        actor=staff.administrator,
        part=make.part(case, staff.administrator, "impact"),
        version=0,
        outcome="done",
        happened_at=AT - 2 * DAY,
        values=ANSWERS,
        at=AT + timedelta(minutes=1),
    )
    assert "recorded " in page_of(case, staff.counselor, "?kind=steps")


def test_a_decision_about_a_person_says_whom_it_is_about_and_who_took_it() -> None:
    staff = make.Staff()
    case = make.on_case_as_counsel(make.case(staff, at=AT), staff)
    given = {"actor": staff.counselor, "case": case, "reason": "Agreed.", "at": AT}
    substitute = make.user("Sam Substitute", Role.SRO, staff.school)
    row = workflow.add_person(**given, person=substitute, role="sro", last_day=AT.date() + DAY)
    workflow.remove_person(**given, person=row)
    excluded = make.user("Ezra Excluded", Role.ADMINISTRATOR, staff.school)
    workflow.exclude_person(**given | {"reason": "Mr. Excluded is the stepfather."}, person=excluded)
    about = {
        "Casey Counselor put Sam Substitute on the case (School Resource Officer)",
        "Casey Counselor took Sam Substitute off the case (School Resource Officer)",
    }
    kept = "Casey Counselor decided that the case is kept from Ezra Excluded"
    assert about | {kept} <= {words for _kind, words in shown(case, staff.counselor)}
    # Counsel decides nothing about exclusions, and is not told from whom the case is kept.
    told = {words for _kind, words in shown(case, staff.counsel)}
    assert about | {"Kept from a person"} <= told
    client = Client()
    client.force_login(staff.counsel)
    for path in (case.get_absolute_url(), reverse("cases:timeline", args=[case.pk])):
        page = client.get(path).content.decode()
        assert "Ezra Excluded" not in page
        assert "stepfather" not in page
    assert kept in page_of(case, staff.counselor)


def test_each_entry_says_its_day_and_how_far_away_that_is() -> None:
    staff = make.Staff()
    now = database_now()
    case = make.case(staff, at=now - 9 * DAY)
    make.record(case, staff.administrator, "impact", values=ANSWERS, at=now - 5 * DAY)
    make.asked_in(case, staff.counselor, staff.sro, at=now - 3 * DAY)
    day = timezone.localtime(now - 5 * DAY, case.zone).strftime("%b %-d")
    timeline_of = page_of(case, staff.administrator)
    assert f"{day}, " in timeline_of
    assert "(5 days ago)" in timeline_of
    # The part that has ended, and the request, on the page of the case.
    client = Client()
    client.force_login(staff.administrator)
    shown_there = client.get(case.get_absolute_url()).content.decode()
    assert "(5 days ago)" in shown_there.split('id="track"')[1]
    assert "(3 days ago): " in shown_there
    listed = client.get(reverse("cases:cases")).content.decode()
    opened = timezone.localtime(now - 9 * DAY, case.zone)
    assert f"{opened:%b} {opened.day}, {opened.year}" in listed
    assert "(9 days ago)" in listed
