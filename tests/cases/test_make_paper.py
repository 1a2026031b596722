"""A summary on paper: each audience told what it may know, made once, known again, and read back from its PDF."""

import hashlib
import re
import sys
from datetime import timedelta
from html import unescape
from pathlib import Path
from typing import Any
from uuid import uuid4

import pytest
from django.db import DatabaseError, transaction
from django.test import Client
from django.urls import reverse

from cases import workflow
from cases.models import Case, Paper, Release
from cases.workflow.paper_rules import RULES
from csec import typeset
from csec.audit.models import Event
from csec.delivery.ticks import database_now
from csec.identity import acting_as
from tests import around, make
from tests.expect import conflict, invalid
from tests.make import AT
from tests.papers import read

pytestmark = pytest.mark.django_db

#: Planted where it must not come from.
PLANTED = {
    "the reporter": "Terry Teacher",
    "what the reporter wrote": "car of strangers",
    "the report's reference": "REF-7731",
    "the student's own words": "afraid of her uncle",
    "another student": "Robin Rowe",
    "the parent's telephone": "555-0142",
    "the parent": "Ana Brook",
    "the officer's agency": "AGENCY-99",
    "why it was opened": "fits the indicators",
}


def planted(staff: make.Staff) -> Case:
    """A case with something in every corner, of which the placement alone is told, and not to an officer."""
    case = make.case(staff, "confirmed_victim")
    make.own_report(case, staff.counselor, reference=PLANTED["the report's reference"])
    make.record(
        case,
        staff.counselor,
        "consult",
        values={"limits_explained": True, "student_view": PLANTED["the student's own words"]},
    )
    make.record(
        case,
        staff.administrator,
        "impact",
        values={"areas_checked": ["harassment"], "impact_found": True, "impact_facts": "Robin Rowe saw it."},
    )
    around.contact(case, staff.counselor)
    asked = make.asked_in(case, staff.counselor, staff.sro)
    workflow.accept_request(actor=staff.sro, request=asked, at=AT)
    workflow.report_back(
        actor=staff.sro,
        request=asked,
        version=0,
        values={"report_back": "referred", "agency_case_number": PLANTED["the officer's agency"]},
        at=AT,
    )
    make.record(
        case,
        staff.administrator,
        "placement",
        values={
            "placement_decision": "remain",
            "placement_options": "A later start of the day.",
            "student_wish": "To stay with her friends.",
        },
    )
    return case


#: What each audience is not told, in the words of the preview: of everybody, and of some alone.
LEFT_OUT_OF_ALL = {
    "Whether a report was made, to whom, by whom, and what it says",
    "Concerns, and who recorded them",
    "What the student said in counseling, and referrals to services",
    "Other students, and what was looked into on campus",
    "The School Resource Officer’s section",
    "Telephones and addresses, who lives with the student, and who may pick them up",
    "Reviews of the case, and their questions",
    "Who of the staff wrote something, and the reasons of decisions",
    "What was asked, advised and said about contact with parents",
}
_CHECK_INS = "The check-ins with the student"
_CORRECTED = "What was recorded wrongly and corrected afterwards"
_OUTSIDE = {
    "What was recorded at the steps, and decided about the case",
    "Releases of information, and to whom",
}
LEFT_OUT = {
    "team": {
        "What was recorded at the steps that are not the SRO’s, but for what came of each and when",
        _CHECK_INS,
        _CORRECTED,
    },
    "counsel": {_CHECK_INS, _CORRECTED},
    "child_welfare": _OUTSIDE,
    "receiving_school": _OUTSIDE,
}


def everything(audience: str) -> dict[str, Any]:
    """All that the audience may be told."""
    typed = {"safety": "By the north gate.", "needs": "A quiet room."}
    return {"sections": RULES[audience].sections, **(typed if RULES[audience].leaves else {})}


def test_each_audience_reads_its_sections_and_nothing_that_was_planted_elsewhere() -> None:
    staff = make.Staff()
    case = planted(staff)
    make.released(case, staff.counselor)
    told = {}
    for audience in RULES:
        found = read(make.paper(case, staff.counselor, audience, **everything(audience)).content)
        told[audience] = found.text
        assert [what for what, words in PLANTED.items() if words in found.text] == [], audience
        assert "Avery Brook" not in found.pages[0]
        assert "Avery Brook" in found.pages[1]
    inside, outside = ("team", "counsel"), ("child_welfare", "receiving_school")
    for words, readers in {
        "To stay with her friends.": ("counsel",),
        "Look into the school placement: Done, Fri": inside,
        case.number: inside,
        "Case opened": inside,
        "Dr. Rivera, Harbor Clinic": ("counsel",),
        "How often": outside,
        "By the north gate.": outside,
        "34 CFR 99.33": outside,
        "Confirmed victim": (*inside, *outside),
        "Look into the impact on campus": inside,
    }.items():
        assert {name for name, text in told.items() if words in text} == set(readers), words


@pytest.mark.parametrize("audience", LEFT_OUT)
def test_the_preview_of_each_audience_says_all_that_is_left_out(audience: str) -> None:
    """Where one chooses, and above the paper itself; each with where that comes from."""
    staff = make.Staff()
    client = Client()
    client.force_login(staff.counselor)
    path = reverse("cases:make_paper", args=[make.case(staff).pk])
    assert set(RULES) == set(LEFT_OUT)
    chooser = client.get(path).content.decode().split(f'id="for-{audience}"')[1].split("</section>")[0]
    above = client.get(f"{path}?for={audience}").content.decode().split("left out, and why")[1]
    for page in (chooser.split("Left out, and why")[1], above):
        items = re.findall(r"<li>(.*?) <span class=\"source\">(.*?)</span></li>", page.split("</ul>")[0])
        said = [unescape(what) for what, _why in items]
        assert sorted(said) == sorted(LEFT_OUT_OF_ALL | LEFT_OUT[audience])
        assert all(why for _what, why in items)


def test_at_a_meeting_an_officer_is_told_no_more_than_they_read_themselves() -> None:
    staff = make.Staff()
    case = planted(staff)
    text = read(make.paper(case, staff.counselor, **everything("team")).content).text
    rows = make.parts(case, staff.sro, compartment="team", run__ended_at=None)
    for part in rows:
        with acting_as(staff.sro.pk):
            kept = [entry.evidence for entry in part.entries.all() if hasattr(entry, "evidence")]
            facts = [str(value) for row in kept for value in row.facts(case.key).values()]
        assert bool(kept) is (part.part == "notify"), part.part
        assert all(words in text for words in facts)
    assert {part.part for part in rows} >= {"notify", "placement"}
    page = Client()
    page.force_login(staff.counselor)
    chooser = page.get(reverse("cases:make_paper", args=[case.pk])).content.decode()
    assert "an SRO of the case may be at the meeting" in chooser


def test_what_was_corrected_is_on_no_paper_and_counsel_reads_that_it_was() -> None:
    staff = make.Staff()
    case = planted(staff)
    with acting_as(staff.administrator.pk):
        entry = make.part(case, staff.administrator, "placement").entries.get()
    values = {
        "placement_decision": "remain",
        "placement_options": "None.",
        "student_wish": "To go on as before.",
    }
    workflow.correct_entry(
        actor=staff.administrator,
        entry=entry,
        outcome="done",
        happened_at=AT,
        reason="That was another student.",
        values=values,
        at=AT,
    )
    for audience in ("team", "counsel"):
        text = read(make.paper(case, staff.counselor, audience, **everything(audience)).content).text
        assert "To stay with her friends." not in text
        assert ("To go on as before." in text) is (audience == "counsel")
    seen = make.on_case_as_counsel(case, staff)
    page = Client()
    page.force_login(staff.counsel)
    held = page.get(reverse("cases:preview_records", args=[seen.pk])).content.decode()
    assert held.count("corrected by a later entry") == 1
    assert "To stay with her friends." in held


def test_the_pdf_is_tagged_and_says_its_language_and_its_title_and_who_made_it_on_every_page() -> None:
    staff = make.Staff()
    found = read(make.paper(make.case(staff), staff.counselor, sections=["track"]).content)
    assert found.root["/MarkInfo"]["/Marked"]
    assert found.root["/Lang"] == "en"
    assert found.root["/ViewerPreferences"]["/DisplayDocTitle"]
    assert found.title == "Case summary"
    assert "pdfuaid:part" in found.root["/Metadata"].get_data().decode()
    assert {"Title", "H1", "L", "LI", "Lbl", "LBody", "P"} <= set(found.tags)
    made = "Casey Counselor, Fri, Nov 20, 2026, 2:50 PM"
    for number, page in enumerate(found.pages, 1):
        # On the sheet and under it: neither is read out as part of the text.
        assert page.count(made) == 2
        assert f"Page {number} of {len(found.pages)}" in page
    assert "2, with this one" in found.pages[0]


def test_what_was_typed_is_printed_as_it_was_typed_and_never_read_as_markup(tmp_path: Path) -> None:
    staff = make.Staff()
    secret = tmp_path / "secret"
    secret.write_text("not to be read")
    name = f'#read("{secret}") *bold* _it_ $x$ = @y `z` \\ // <q> “Zoë Nguyễn” Łukasz'
    student = make.student(staff.school, "#image(1)", "[Brook]")
    case = make.case(staff, about=make.concern(staff, student=student))
    needs = f"{name}\tand\r\n{'W' * 300}"
    made = make.paper(case, staff.counselor, "receiving_school", sections=["needs"], needs=needs)
    page = read(made.content).pages[1]
    assert _bare(needs) in _bare(page)
    assert "#image(1) [Brook]" in page
    # A word without an end runs over no edge.
    assert max(line.count("W") for line in page.splitlines()) < 60
    with pytest.raises(typeset.CannotTypeset):
        _compiled(tmp_path, f'#read("{secret}")')


def _bare(words: str) -> str:
    """Without what depends on where a line ends."""
    return re.sub(r"\s|\u200b", "", words)


def _compiled(folder: Path, markup: str) -> bytes:
    """Even as a template of ours it reads nothing outside of its folder."""
    root, typeset.ROOT = typeset.ROOT, folder / "papers"
    typeset.ROOT.mkdir()
    (typeset.ROOT / "x.typ").write_text(markup)
    try:
        return typeset.typeset("x.typ", {}, at=AT)
    finally:
        typeset.ROOT = root


def test_what_goes_outside_is_a_release_and_what_stays_inside_is_none() -> None:
    staff = make.Staff()
    case = make.case(staff)
    made = make.paper(case, staff.counselor, "child_welfare", basis="report", sections=["contact"])
    inside = make.paper(case, staff.counselor, "team")
    with acting_as(staff.counselor.pk):
        [release] = Release.objects.all()
        words = release.words(case.key)
    assert (release.recipient_kind, release.basis) == ("child_welfare", "report")
    assert made.row.reference in words["what"]
    assert (made.row.release_id, inside.row.release_id) == (release.pk, None)


@pytest.mark.parametrize("field", ["recipient", "interest", "basis"])
def test_what_the_law_asks_of_a_release_is_asked(field: str) -> None:
    staff = make.Staff()
    case = make.case(staff)
    with invalid(field):
        make.paper(case, staff.counselor, "receiving_school", **{field: ""})
    with invalid("sections"):
        make.paper(case, staff.counselor, "receiving_school", sections=["recorded"])
    with acting_as(staff.counselor.pk):
        assert not Release.objects.exists()
        assert not Paper.objects.exists()


def test_while_a_parent_may_be_involved_counsel_alone_makes_one_that_leaves() -> None:
    staff = make.Staff()
    case = make.case(staff)
    workflow.suspect_parent(actor=staff.counselor, case=case, reason="Bruises.", at=AT)
    for audience in ("child_welfare", "receiving_school"):
        with conflict("Letters are frozen in this case"):
            make.paper(case, staff.counselor, audience)
    client = Client()
    client.force_login(staff.counselor)
    page = client.get(reverse("cases:make_paper", args=[case.pk])).content.decode()
    assert page.count("Letters are frozen in this case") == 2
    assert ("?for=team" in page, "?for=child_welfare" in page) == (True, False)
    make.paper(case, staff.counselor, "team")
    make.paper(case, staff.counsel, "child_welfare")
    # Counsel does not see the schedule, and so never says that there is none.
    with invalid("sections"):
        make.paper(case, staff.counsel, "child_welfare", sections=["contact"])


def test_what_cannot_be_printed_here_is_told_and_nothing_is_made(monkeypatch: pytest.MonkeyPatch) -> None:
    staff = make.Staff()
    case = make.case(staff)
    with conflict("no letters for “李”"):
        make.paper(case, staff.counselor, "receiving_school", sections=["needs"], needs="李")
    # As where its wheel does not load: all else runs.
    monkeypatch.setitem(sys.modules, "typst", None)
    with conflict("No PDF can be made on this server"):
        make.paper(case, staff.counselor, "receiving_school")
    with acting_as(staff.counselor.pk):
        assert not Release.objects.exists()


@pytest.mark.django_db(transaction=True)
def test_it_is_looked_at_made_logged_and_given_once_more_for_the_same_form() -> None:
    staff = make.Staff()
    case = make.case(staff, at=database_now())
    client, path = Client(), reverse("cases:make_paper", args=[case.pk])
    client.force_login(staff.counselor)
    chooser = client.get(path).content.decode()
    assert "Penal Code 11167(d)" in chooser
    page = client.get(path, {"for": "team"})
    assert [one.section for one in page.context["sheet"].told] == ["who", "track", "whole", "recorded"]
    form = {name: page.context["form"].initial[name] for name in ("audience", "paper_id", "read", "sections")}
    made = client.post(path, form)
    assert made["Content-Type"] == "application/pdf"
    assert made["Cache-Control"] == "no-store"
    assert made["Content-Disposition"] == f'attachment; filename="summary-{str(form["paper_id"])[:8]}.pdf"'
    again = client.post(path, form)
    assert again.content == made.content
    events = Event.objects.using("owner").filter(subject=form["paper_id"]).order_by("number")
    assert [event.verb for event in events] == ["paper_made", "paper_sent_again"]
    assert bytes(events[0].digest or b"") == hashlib.sha256(made.content).digest()
    # Something happened meanwhile: what they would read is shown anew, with a form of its own.
    make.asked_in(case, staff.counselor, staff.sro, at=database_now())
    changed = client.post(path, form)
    assert changed.status_code == 409
    assert changed.context["form"]["paper_id"].value() != str(form["paper_id"])
    with acting_as(staff.counselor.pk):
        assert Paper.objects.count() == 1
    assert str(form["paper_id"])[:8] in client.get(path).content.decode()


def test_it_is_not_given_once_more_to_somebody_else_or_much_later() -> None:
    staff = make.Staff()
    now = database_now()
    case = make.case(staff, at=now - timedelta(hours=2))
    old = make.paper(case, staff.counselor, at=now - timedelta(minutes=61))
    new = make.paper(case, staff.counselor, at=now)
    client = Client()
    for person, made in ((staff.counselor, old), (staff.administrator, new)):
        client.force_login(person)
        path = reverse("cases:make_paper", args=[case.pk])
        page = client.get(path, {"for": "team"})
        form = {"audience": "team", "paper_id": made.row.pk, "read": page.context["form"].initial["read"]}
        sections = page.context["form"].initial["sections"]
        answer = client.post(path, form | {"sections": sections})
        assert answer.status_code == 409


def test_its_rows_are_for_those_of_the_list_of_releases_in_their_own_name_and_never_changed() -> None:
    staff = make.Staff()
    case = make.case(staff)
    make.asked_in(case, staff.counselor, staff.sro)
    made = make.paper(case, staff.counselor)
    values = {"case": case, "at": AT, "audience": "team", "digest": bytes(32)}
    with acting_as(staff.sro.pk):
        assert not Paper.objects.exists()
    with acting_as(staff.administrator.pk):
        assert Paper.objects.count() == 1
        for wrong in (
            {"by": staff.counselor},
            {"by": staff.administrator, "digest": b"short"},
            {"by": staff.administrator, "audience": "child_welfare"},
        ):
            with pytest.raises(DatabaseError), transaction.atomic():
                Paper(pk=uuid4(), **(values | wrong)).save(force_insert=True)
    with pytest.raises(DatabaseError), transaction.atomic(), acting_as(staff.counselor.pk):
        Paper.objects.filter(pk=made.row.pk).update(audience="counsel")
