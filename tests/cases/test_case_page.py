"""The page of a case says in one line where it stands, then what is next; what was done is said beside the step."""

import re
from datetime import UTC, date, datetime, timedelta

import pytest
from django.http import HttpResponse
from django.test import Client
from django.urls import reverse
from django.utils import timezone

from cases import workflow
from cases.forms.quick import quick_fields
from cases.models import Case, Outcome, StepPart
from cases.reading.clocks import away, days_away
from csec.delivery.ticks import database_now
from csec.drafts import store
from csec.identity import acting_as
from protocols.loader import shipped
from tests import make
from tests.make import AT

NOW = datetime(2026, 11, 27, 22, 50, tzinfo=UTC)


@pytest.mark.parametrize(
    ("distance", "words"),
    [
        (timedelta(seconds=59), "now"),
        (timedelta(minutes=1), "in 1 minute"),
        (timedelta(minutes=119), "in 1 hour"),
        (timedelta(hours=47, minutes=59), "in 47 hours"),
        (timedelta(days=2), "in 2 days"),
        (-timedelta(minutes=59), "59 minutes ago"),
        (-timedelta(hours=3), "3 hours ago"),
        (-timedelta(days=9), "9 days ago"),
    ],
)
def test_how_far_away_a_moment_is_promises_no_more_time_than_there_is(
    distance: timedelta, words: str
) -> None:
    assert away(NOW + distance, NOW) == words


def test_how_far_away_a_day_is() -> None:
    today = date(2026, 11, 27)
    days = [days_away(today + timedelta(days=n), today) for n in (-2, -1, 0, 1, 2)]
    assert days == ["2 days ago", "yesterday", "today", "tomorrow", "in 2 days"]


def test_a_step_ends_in_place_where_nothing_has_to_be_written_or_read_first() -> None:
    definition = shipped(NOW.date())
    short = {
        part.kind
        for track in definition.tracks
        for _step, part in track.parts()
        if quick_fields(StepPart(kind=part.kind), part, definition.fields_of(part))
    }
    assert short == {"impact", "victim_screen", "investigation"}


@pytest.mark.django_db
def test_what_is_sent_from_the_short_form_after_the_session_ended_is_found_in_the_parts_own() -> None:
    staff = make.Staff()
    case = make.case(staff, at=AT)
    part = make.part(case, staff.administrator, "impact")
    client = Client()
    client.force_login(staff.administrator)
    page = client.get(case.get_absolute_url()).content.decode()
    start = page.index('<input type="hidden" name="draft_of"')
    token = page[start:].split('value="', 1)[1].split('"', 1)[0]
    sent = {
        "draft_of": token,
        "version": "0",
        "outcome": "done",
        "happened_at": "2026-11-20T14:40",
        "field_areas_checked": ["recruitment"],
        "field_impact_found": "no",
    }
    client.logout()
    path = reverse("cases:record_outcome", args=[case.pk, part.pk])
    assert client.post(path, sent).status_code == 302
    client.force_login(staff.administrator)
    form = client.get(path).context["form"]
    kept = {name: form[name].value() for name in ("outcome", "field_areas_checked", "field_impact_found")}
    assert kept == {name: sent[name] for name in kept}


def seen_in_place(staff: make.Staff, case: Case, **answers: str) -> HttpResponse:
    """What the short form of a check-in sends, to the address of its verb."""
    part = make.part(case, staff.counselor, "regular_contact")
    client = Client()
    client.force_login(staff.counselor)
    when = f"{timezone.localtime(AT, case.zone):%Y-%m-%dT%H:%M}"
    sent = {"version": str(part.version), "happened_at": when, "reason": "", "in_place": "312"}
    path = reverse("cases:record_checkin", args=[case.pk, part.pk])
    return client.post(path, sent | answers)


@pytest.mark.django_db
def test_a_check_in_is_recorded_on_the_page_of_its_case_and_the_next_day_follows_by_itself() -> None:
    staff = make.Staff()
    case = make.case(staff, at=AT)
    answer = seen_in_place(staff, case, seen="yes", field_student_safe="yes")
    part = make.part(case, staff.counselor, "regular_contact")
    assert answer["Location"] == f"{case.get_absolute_url()}#part-{part.pk}"
    assert part.outcome == Outcome.DONE
    assert sorted(state for _day, state in make.check_ins(case, staff.counselor)) == ["seen", "waiting"]
    with acting_as(staff.counselor.pk):
        entry = part.entries.get()
    assert make.evidence(entry, staff.counselor)["student_safe"] == "yes"


@pytest.mark.django_db
def test_a_mistake_in_the_short_form_stays_on_the_page_of_the_case_with_what_was_typed() -> None:
    staff = make.Staff()
    case = make.case(staff, at=AT)
    make.record(case, staff.counselor, "regular_contact", at=AT, values={"safe_way": "In the library"})
    answer = seen_in_place(staff, case, seen="no", field_student_safe="unsure")
    shown = answer.content.decode()
    assert answer.status_code == 422
    # No heading: it stands inside a part, whose own is an h4.
    assert '<p class="error-title" id="error-summary-title">' in shown
    assert f"<h1>Case {case.number}</h1>" in shown
    part = make.part(case, staff.counselor, "regular_contact")
    assert f'id="wrong-{part.pk}"' in shown
    assert '<details class="more quick" open>' in shown
    assert shown.count("If not, why not? ") == 1
    form = next(one.quick for one in answer.context["page"].parts if one.row.pk == part.pk)
    assert (form["seen"].value(), form["field_student_safe"].value()) == ("no", "unsure")
    with acting_as(staff.counselor.pk):
        assert part.entries.count() == 1


@pytest.mark.django_db
def test_before_a_contact_it_is_read_which_way_is_safe_by_whoever_may_and_else_the_whole_form_says_what_to_do() -> (
    None
):
    staff = make.Staff()
    case = make.case(staff, at=AT)
    short, way = "Seen or not: record it here", "Contact only this way:"

    def page_of_case() -> str:
        client = Client()
        client.force_login(staff.counselor)
        return client.get(case.get_absolute_url()).content.decode()

    assert short not in page_of_case()
    make.record(case, staff.counselor, "regular_contact", at=AT, values={"safe_way": "In the library"})
    page = page_of_case()
    assert page.index(short) < page.index(f"<b>{way}</b> In the library")


@pytest.mark.django_db
def test_a_check_in_in_place_leaves_what_is_half_written_in_the_whole_form() -> None:
    staff = make.Staff()
    case = make.case(staff, at=AT)
    part = make.part(case, staff.counselor, "regular_contact")
    with acting_as(staff.counselor.pk):
        store.keep(
            person=staff.counselor.pk,
            form=f"record_checkin:{part.pk}",
            fields={"field_status": ["Half a page"]},
            at=AT,
        )
    assert seen_in_place(staff, case, seen="yes", field_student_safe="yes").status_code == 302
    with acting_as(staff.counselor.pk):
        assert store.find(person=staff.counselor.pk, form=f"record_checkin:{part.pk}") is not None


@pytest.mark.django_db
def test_what_is_typed_into_the_short_form_is_kept_for_itself_and_gone_once_it_was_recorded() -> None:
    staff = make.Staff()
    case = make.case(staff, at=AT)
    part = make.part(case, staff.counselor, "regular_contact")
    whole = f"record_checkin:{part.pk}"
    client = Client()
    client.force_login(staff.counselor)

    def found() -> str:
        with acting_as(staff.counselor.pk):
            kept = store.find(person=staff.counselor.pk, form=whole)
        return str(kept[0].get("reason")) if kept else ""

    def keeps(form: str, reason: str) -> None:
        typed = {store.FIELD: store.token(staff.counselor.pk, form), "reason": reason}
        assert client.post(reverse("cases:keep_draft"), typed).status_code == 204

    keeps(store.short_of(whole), "Nobody answered.")
    assert found() == "Nobody answered."
    keeps(whole, "Half a page.")
    keeps(store.short_of(whole), "Nobody answered twice.")
    assert found() == "Half a page."
    assert seen_in_place(staff, case, seen="yes", field_student_safe="yes").status_code == 302
    with acting_as(staff.counselor.pk):
        assert store.find(person=staff.counselor.pk, form=store.short_of(whole)) is None
    assert found() == "Half a page."


@pytest.mark.django_db
def test_where_somebody_was_first_the_short_form_leads_to_the_page_that_says_so() -> None:
    staff = make.Staff()
    case = make.case(staff, at=AT)
    answer = seen_in_place(staff, case, seen="yes", version="7")
    assert answer.status_code == 409
    assert "cases/record_checkin.html" in [template.name for template in answer.templates]


@pytest.mark.django_db
def test_where_a_case_stands_and_what_is_next_is_said_first() -> None:
    staff = make.Staff()
    case = make.case(staff, at=AT)
    client = Client()
    client.force_login(staff.counselor)
    page = client.get(case.get_absolute_url()).content.decode()
    order = ["Now at step S1", "Held by Casey Counselor", ">Next<", "Call now: not yet called", ">Lately<"]
    places = [page.index(words) for words in order]
    assert places == sorted(places)
    client.force_login(staff.administrator)
    impact = make.part(case, staff.administrator, "impact")
    sent = {
        "version": "0",
        "outcome": "done",
        "happened_at": "2026-11-20T14:40",
        "field_areas_checked": "recruitment",
        "field_impact_found": "no",
    }
    path = reverse("cases:record_outcome", args=[case.pk, impact.pk])
    # What is not taken comes back on the page of the step, with what was chosen.
    half = client.post(path, {name: value for name, value in sent.items() if name != "field_impact_found"})
    assert half.status_code == 422
    assert half.context["form"]["field_areas_checked"].value() == ["recruitment"]
    back = client.post(path, sent)
    assert back["Location"] == f"{case.get_absolute_url()}#part-{impact.pk}"
    page = client.get(case.get_absolute_url()).content.decode()
    assert page.count("Recorded.") == 1
    assert page.index("Look into the impact on campus</h4>") < page.index("Recorded.") < page.index(">S4<")
    # Whoever comes second is led to what to do about it.
    again = client.post(path, sent)
    assert again.status_code == 409
    assert "Correct that entry" in again.content.decode()
    with acting_as(staff.administrator.pk):
        entry = impact.entries.get()
    assert reverse("cases:correct_entry", args=[case.pk, entry.pk]) in again.content.decode()


@pytest.mark.django_db
def test_the_people_of_a_case_are_shown_with_who_is_not_there_today() -> None:
    staff, now = make.Staff(), database_now()
    case, today = make.case(staff, at=now), now.astimezone(staff.school.zone).date()
    client = Client()
    client.force_login(staff.social_worker)
    make.helper(case, staff.counselor, staff.social_worker, "social_worker", at=now)
    for person, days in ((staff.counselor, (0, 1)), (staff.social_worker, (1, 2))):
        first, last = (today + timedelta(days=k) for k in days)
        workflow.enter_away(actor=person, person=person, first_day=first, last_day=last, at=now)
    people = client.get(case.get_absolute_url()).content.decode().partition('<ul class="people">')[2]
    shown = {
        row.split("<")[0]: "not there today" in row
        for row in people.partition("</ul>")[0].split('"person-name">')[1:]
    }
    assert shown["Casey Counselor"] is True
    assert shown["Sam Socialworker"] is False


def waiting(page: str) -> dict[str, str]:
    """Of each duty of the track that is open for whom it waits, as the page of the case says it."""
    track = page[page.index('<ol class="track">') :]
    found = {}
    for part in track.split('<li class="part')[1:]:
        label = re.search(r'<h4 class="part-label"[^>]*>(.*?)</h4>', part)
        who = re.search(r'<span class="who">(Waits for .*?)</span>', part)
        if label and who:
            found[label[1]] = who[1]
    return found


@pytest.mark.django_db
def test_each_step_says_its_number_and_who_acts_and_each_duty_for_whom_it_waits() -> None:
    staff = make.Staff()
    case = make.case(staff, at=AT)
    make.reported(case, staff.counselor, at=AT)
    client = Client()
    client.force_login(staff.counselor)
    page = client.get(case.get_absolute_url()).content.decode()
    steps = case.protocol.definition.track("suspected_victim").steps
    assert re.findall(r'<span class="step-number">(.*?)</span>', page) == [
        f"S{step.number}" for step in steps
    ]
    assert re.findall(r'<p class="step-acts">Acts: (.*?) <a', page) == [step.acts for step in steps]
    said = waiting(page)
    assert said["Regular contact"] == "Waits for you"
    assert said["Look into the impact on campus"] == "Waits for Administrator"
    assert said["The SRO reports back"] == "Waits for School Resource Officer"
    make.asked_in(case, staff.counselor, staff.sro, at=AT)
    client.force_login(staff.administrator)
    said = waiting(client.get(case.get_absolute_url()).content.decode())
    assert said["Look into the impact on campus"] == "Waits for you"
    assert said["Regular contact"] == "Waits for Casey Counselor"
    assert said["The SRO reports back"] == "Waits for Olu Officer"


@pytest.mark.django_db
def test_what_is_next_says_whether_it_waits_for_the_reader_or_for_whom() -> None:
    staff = make.Staff()
    case = make.with_liaison(make.case(staff, at=AT), staff)
    said = {}
    for person in (staff.counselor, staff.administrator, staff.liaison):
        client = Client()
        client.force_login(person)
        page = client.get(case.get_absolute_url()).content.decode()
        panel = page[page.index('<h2 id="next">') :].partition("</section>")[0]
        said[person.name] = re.findall(r'<span class="who">(.*?)</span>', panel)[0]
    assert said == {
        "Casey Counselor": "Waits for you",
        "Ada Administrator": "Waits for you",
        "Lee Liaison": "Waits for Casey Counselor",
    }
