"""Out of a drill without having left it: the session ended, or the drill elsewhere, and a form was still open."""

from typing import Any

import pytest
from django.test import Client
from django.urls import reverse

from csec.accounts import sessions
from csec.audit.models import Event
from csec.drafts import store
from csec.identity import acting_as
from csec.routes import DRILL
from tests import make
from tests.accounts.at_the_door import PASSWORD, pass_by, sign_in
from tests.drills.learning import Learner
from tests.drills.test_apart import opened_form, real_concerns

pytestmark = pytest.mark.django_db(transaction=True)

STILL_THERE = "Your drill is still there"


def timed_out(person: Any) -> Learner:
    """Somebody in a drill does nothing for longer than a session lasts."""
    learner = Learner(person).begins()
    pass_by(sessions.IDLE * 2)
    return learner


def test_after_signing_in_again_one_is_told_that_the_drill_is_still_there() -> None:
    learner = timed_out(make.Staff().counselor)
    number = learner.client.session.get(DRILL)
    assert number is None
    answer = sign_in(learner.client, learner.person.email)
    assert answer["Location"].startswith(reverse("drills:drill"))
    page = learner.client.get(answer["Location"])
    assert page.wsgi_request.user == learner.person
    for said in (STILL_THERE, "from here on everything is real", "Go on with it", "End this drill"):
        assert said in page.content.decode(), said
    assert "drill-band" not in page.content.decode()


@pytest.mark.parametrize("where", ["cases:new_concern", "cases:log_concern"])
def test_it_leads_into_no_real_form_by_surprise(where: str) -> None:
    learner = timed_out(make.Staff().counselor)
    asked = learner.client.get(reverse(where))
    answer = learner.client.post(asked["Location"], {"login": learner.person.email, "password": PASSWORD})
    assert answer["Location"] == f"{reverse('drills:drill')}?next={reverse(where).replace('/', '%2F')}"
    # To it there is a way, which says that it is real.
    page = learner.client.get(answer["Location"]).content.decode()
    assert f'<a class="btn btn-outline-primary" href="{reverse(where)}">To what is real</a>' in page


def test_another_site_is_nothing_to_go_on_to() -> None:
    learner = timed_out(make.Staff().counselor)
    sign_in(learner.client, learner.person.email)
    page = learner.client.get(reverse("drills:drill"), {"next": "https://example.org/"}).content.decode()
    assert "example.org" not in page
    assert STILL_THERE in page


def test_what_was_typed_waits_in_the_drill_and_not_in_what_is_real() -> None:
    staff = make.Staff()
    learner = Learner(staff.teacher).begins()
    twin, data = learner.twin, opened_form(learner.client, "The car was there again.")
    pass_by(sessions.IDLE * 2)
    learner.client.post(reverse("cases:log_concern"), data)
    sign_in(learner.client, staff.teacher.email)
    real = learner.client.get(reverse("cases:log_concern")).content.decode()
    assert "The car was there again." not in real
    learner.post("go_on")
    assert learner.twin == twin
    assert "The car was there again." in learner.client.get(reverse("cases:log_concern")).content.decode()
    assert real_concerns() == 0


def test_whoever_has_left_it_is_not_asked_again() -> None:
    learner = Learner(make.Staff().counselor).begins()
    learner.post("leave_drill")
    pass_by(sessions.IDLE * 2)
    assert sign_in(learner.client, learner.person.email)["Location"] == reverse("home")
    assert STILL_THERE not in learner.client.get(reverse("drills:drill")).content.decode()


def test_whoever_went_on_with_it_and_drops_out_is() -> None:
    learner = Learner(make.Staff().counselor).begins()
    learner.post("leave_drill")
    learner.post("go_on")
    pass_by(sessions.IDLE * 2)
    assert sign_in(learner.client, learner.person.email)["Location"].startswith(reverse("drills:drill"))


def test_nor_is_whoever_was_in_none() -> None:
    staff = make.Staff()
    Learner(staff.counselor).begins()
    assert sign_in(Client(), staff.sro.email)["Location"] == reverse("home")


def test_one_ends_it_and_begins_another() -> None:
    learner = timed_out(make.Staff().counselor)
    sign_in(learner.client, learner.person.email)
    assert (
        "The drill is over." in learner.client.post(reverse("drills:end_drill"), follow=True).content.decode()
    )
    assert "Go on with it" not in learner.client.get(reverse("drills:drill")).content.decode()
    learner.post("go_on")
    assert DRILL not in learner.client.session
    learner.begins()
    assert [
        event.verb
        for event in Event.objects.using("owner").filter(actor=learner.person.pk, verb="drill_ended")
    ]


def test_one_ends_it_out_of_itself() -> None:
    learner = Learner(make.Staff().counselor).begins()
    learner.post("end_drill")
    assert learner.client.get(reverse("home")).wsgi_request.user == learner.person
    assert DRILL not in learner.client.session


def in_a_drill_that_is_over() -> tuple[Learner, dict[str, Any]]:
    """A form is open in a drill, with words typed into it, and the drill is ended in another browser."""
    staff = make.Staff()
    learner = Learner(staff.teacher, strict=True)
    token = str(learner.client.get(reverse("drills:drill")).context["csrf_token"])
    learner.post("begin_drill", situation="suspected_victim", csrfmiddlewaretoken=token)
    data = opened_form(learner.client, "The car was <b>there</b> again.\nAt the gate.")
    Learner(staff.teacher).post("end_drill")
    return learner, data


def says_the_truth(page: str) -> bool:
    """That nothing was kept, and what was typed, as text, to be copied."""
    return (
        "Nothing of it was kept" in page
        and "The car was &lt;b&gt;there&lt;/b&gt; again.\nAt the gate." in page
        and "is kept for you" not in page
    )


def kept() -> int:
    from tests.test_database_roles import ask

    [(count,)] = ask("SELECT count(*) FROM drafts_draft", alias="owner")
    return int(count)


def test_a_form_of_a_drill_that_ended_elsewhere_shows_what_was_typed_and_says_that_nothing_is_kept() -> None:
    learner, data = in_a_drill_that_is_over()
    answer = learner.client.post(reverse("cases:log_concern"), data)
    assert answer.status_code == 409
    assert says_the_truth(answer.content.decode())
    assert "drill-band" not in answer.content.decode()
    assert (kept(), real_concerns()) == (0, 0)
    assert learner.client.get(reverse("home")).wsgi_request.user == learner.person


def test_so_it_does_where_another_window_found_out_first() -> None:
    learner, data = in_a_drill_that_is_over()
    assert learner.client.get(reverse("cases:cases"))["Location"] == reverse("home")
    answer = learner.client.post(reverse("cases:log_concern"), data)
    assert answer.status_code == 409
    assert says_the_truth(answer.content.decode())
    assert (kept(), real_concerns()) == (0, 0)


def test_and_where_the_session_is_over_as_well() -> None:
    learner, data = in_a_drill_that_is_over()
    learner.client.logout()
    learner.client.handler.enforce_csrf_checks = False
    answer = learner.client.post(reverse("cases:log_concern"), data)
    assert answer.status_code == 409
    assert says_the_truth(answer.content.decode())
    assert (kept(), real_concerns()) == (0, 0)


def test_what_a_page_kept_by_itself_there_is_not_kept_either() -> None:
    learner, data = in_a_drill_that_is_over()
    learner.client.get(reverse("cases:cases"))
    assert learner.client.post(reverse("cases:keep_draft"), data).status_code == 403
    assert kept() == 0


def test_a_form_of_somebody_elses_drill_shows_nothing() -> None:
    """The token names its author; what is sent with it is shown to whoever sent it, and to nobody else."""
    learner, data = in_a_drill_that_is_over()
    with acting_as(learner.person.pk):
        assert store.find(person=learner.person.pk, form="log_concern") is None
    stranger = Learner(make.user("Sid Stranger", "sro", make.school("Far School")))
    answer = stranger.client.post(reverse("cases:log_concern"), data)
    assert "is kept for you" not in answer.content.decode()
    assert kept() == 0
