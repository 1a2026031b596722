"""What was told is ciphertext in the database, opens in its own row alone, and not at all without its key."""

import base64
from typing import Any

import pytest
from django.db import connections
from django.test import Client

from cases import workflow
from cases.workflow import Invalid
from csec.crypto import keys
from csec.crypto.keys import CannotUnseal
from csec.crypto.models import DataKey
from csec.identity import acting_as
from tests import make
from tests.deeds import World, deeds, run
from tests.make import AT
from tests.stored import dump, holds

pytestmark = pytest.mark.django_db(transaction=True)

#: What a verb is told in somebody's own words.
TOLD = {
    "account",
    "reason",
    "note",
    "words",
    "observed",
    "student_described",
    "decided_by",
    "last_look",
    "how",
    "outside",
    "safety",
    "needs",
    "counseling_reason",
    "acknowledged_by",
    "agency",
    "officer_named",
    "where_to",
    "asked_by",
    "wants",
    "recipient",
    "what",
    "interest",
    "threat",
    "persons",
    "interviewer",
    "adult_name",
    "made_by",
    "reference",
    "name",
    "telephone",
    "language",
    "rests_on",
    "safe_adult",
    "danger",
    "held_by",
    "where_now",
    "team_words",
    "ask_carrier",
}

#: part: evidence that fits it, with a word planted in every field that takes words.
PLANTED: dict[str, dict[str, Any]] = {
    "regular_contact": {"student_safe": "yes", "status": "planted-status", "safe_way": "planted-contact-way"},
    "consult": {"limits_explained": True, "student_view": "planted-view", "safe_way": "planted-way"},
    "report": {
        "phoned_at": AT,
        "written_at": AT,
        "agency": "planted-agency",
        "person_spoken_to": "planted-person",
        "reference": "planted-reference",
    },
    "decide_contact": {
        "parent_suspected": "unsure",
        "advice_from": "child_welfare",
        "advice_of": "planted-advisor",
        "advised_at": AT,
        "advice": "planted-advice",
        "parent_step": "contact",
        "decided_by": "Casey Counselor",
        "contact_decision": "planted-decision",
    },
    "contact_guardian": {
        "guardian_contacted": "planted-guardian",
        "guardian_language": "planted-language",
        "told_guardian": "planted-told",
    },
    "impact": {
        "areas_checked": ["recruitment"],
        "impact_found": True,
        "impact_facts": "planted-facts",
        "safety_measures": "planted-measures",
    },
}


def owner(sql: str, *parameters: Any) -> None:
    with connections["owner"].cursor() as cursor:
        cursor.execute(sql, parameters)


def words_in(value: Any) -> list[str]:
    return [word for word in value.values() if isinstance(word, str) and word.startswith("planted")]


def test_no_word_that_a_verb_was_told_is_in_the_database() -> None:
    planted = set()
    for verb, deed in deeds(World()).items():
        names = TOLD & set(deed.given)
        if verb == "log_concern":
            names |= {"words", "observed", "student_described"}
        told: dict[str, Any] = {name: f"planted-{verb}-{name}" for name in names}
        planted |= set(words_in(told))
        if "left_open" in deed.given:
            told["left_open"] = dict.fromkeys(deed.given["left_open"], "planted-left-open")
        run(verb, deed, **told)
    assert len(planted) == 91
    stored = dump()
    assert [word for word in planted if holds(stored, word)] == []
    assert not holds(stored, "planted")


def test_no_word_of_the_evidence_is_in_the_database_and_each_comes_back() -> None:
    staff = make.Staff()
    case = make.case(staff)
    people = {"impact": staff.administrator}
    for name, values in PLANTED.items():
        person = people.get(name, staff.counselor)
        entry = make.record(case, person, name, values=values)
        assert set(words_in(values)) <= set(words_in(make.evidence(entry, person)))
    assert not holds(dump(), "planted")
    assert holds(dump(), staff.student.family_name)


def test_words_moved_to_another_row_do_not_open_there() -> None:
    staff = make.Staff()
    one, other = make.concern(staff), make.concern(staff, account="planted")
    owner(
        "UPDATE cases_concern SET (sealed, key_id) ="
        " (SELECT sealed, key_id FROM cases_concern WHERE id = %s) WHERE id = %s",
        other.pk,
        one.pk,
    )
    assert refused_page(staff, one.get_absolute_url()) == 500
    assert b"planted" in signed_in(staff.teacher).get(other.get_absolute_url()).content


def test_without_its_key_a_concern_is_gone_and_the_page_says_nothing_of_it() -> None:
    staff = make.Staff()
    concern = make.concern(staff, account="planted")
    owner("UPDATE crypto_datakey SET wrapped = NULL, destroyed_at = now() WHERE id = %s", concern.key_id)
    seen = make.reload(concern, staff.teacher)
    with acting_as(staff.teacher.pk):
        key = DataKey.objects.get(pk=seen.key_id)
        with pytest.raises(CannotUnseal, match="destroyed"):
            key.unseal(seen.sealed, context=f"concern:{seen.pk}")
    assert refused_page(staff, concern.get_absolute_url()) == 500


def test_under_a_wrong_master_key_nothing_is_shown_and_nothing_is_added(settings: Any) -> None:
    staff = make.Staff()
    concern = make.concern(staff, account="planted")
    case = make.case(staff, about=concern)
    before = dump()
    settings.CSEC_MASTER_KEYS = "1:" + base64.b64encode(b"w" * 32).decode()
    keys.master_keys.cache_clear()
    try:
        with pytest.raises(CannotUnseal, match="not the one that was used"):
            make.record(case, staff.counselor, "consult", values=PLANTED["consult"])
        with pytest.raises(CannotUnseal):
            workflow.void_case(actor=staff.liaison, case=case, reason="By mistake.", at=AT)
        assert dump() == before
        assert refused_page(staff, concern.get_absolute_url()) == 500
    finally:
        keys.master_keys.cache_clear()


def test_evidence_that_cannot_be_taken_leaves_no_ciphertext_either() -> None:
    staff = make.Staff()
    case = make.case(staff)
    before = dump()
    with pytest.raises(Invalid):
        make.record(case, staff.counselor, "consult", values=PLANTED["consult"] | {"safe_way": "planted\x00"})
    assert dump() == before


def signed_in(person: Any) -> Client:
    client = Client()
    client.force_login(person)
    return client


def refused_page(staff: make.Staff, path: str) -> int:
    """The status of a page that cannot be shown, which holds no word of what it was about."""
    client = signed_in(staff.teacher)
    client.raise_request_exception = False
    answer = client.get(path)
    assert b"planted" not in answer.content
    return answer.status_code


def test_the_keys_of_a_case_are_invisible_to_those_who_may_not_open_it() -> None:
    staff = make.Staff()
    case = make.case(staff)
    for person, expected in ((staff.counselor, 1), (staff.sro, 0), (staff.teacher, 0), (staff.elsewhere, 0)):
        with acting_as(person.pk):
            assert DataKey.objects.filter(scope=case.pk).count() == expected, person.name
