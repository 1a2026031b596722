"""What was told is ciphertext in the database, opens in its own row alone, and not at all without its key."""

import base64
from typing import Any

import pytest
from django.apps import apps
from django.contrib.postgres.fields import ArrayField
from django.db import connections, models
from django.test import Client

from cases import workflow
from cases.workflow import VERBS, Invalid
from csec.crypto import keys
from csec.crypto.keys import CannotUnseal
from csec.crypto.models import DataKey
from csec.identity import acting_as
from tests import make
from tests.deeds import World, deeds, run
from tests.make import AT
from tests.stored import dump, holds
from tests.test_database_roles import PATHS_TO_A_CASE, ask
from tests.words import NOT_KEPT, told, typed

pytestmark = pytest.mark.django_db(transaction=True)

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
        words: dict[str, Any] = {name: f"planted-{verb}-{name}" for name in told(verb)}
        planted |= set(words_in(words))
        if "left_open" in deed.given:
            words["left_open"] = dict.fromkeys(deed.given["left_open"], "planted-left-open")
        run(verb, deed, **words)
    assert len(planted) > 100
    stored = dump()
    assert [word for word in planted if holds(stored, word)] == []
    assert not holds(stored, "planted")


def test_every_field_that_takes_words_is_told_to_a_verb_that_seals_them_or_is_not_kept() -> None:
    assert typed() - set().union(*(told(verb) for verb in VERBS)) == NOT_KEPT


#: Each text that stands open in a row that hangs on a case, and why: nobody writes it in their own words.
OPEN_TEXTS = {
    "audit_event.role": "a role of the product",
    "audit_event.verb": "what the log calls what was done",
    "audit_event.result": "one of four words, which a constraint holds",
    "cases_case.number": "drawn by lot",
    "cases_case.track": "the id of a track of the protocol",
    "cases_trackrun.track": "the id of a track of the protocol",
    "cases_decision.code": "the id of a track, an outcome or a way to settle",
    "cases_steppart.part": "the id of a part of the protocol",
    "cases_steppart.kind": "a kind of part, by which code knows it",
    "cases_steppart.actors": "roles, as the protocol names them",
    "cases_checkinplan.rhythm": "how often, in numbers and days of the week",
    "delivery_message.kind": "a kind of message that is registered",
    "drafts_draft.form": "the name of a form, and the id of what it is about",
}


def test_no_text_stands_open_in_a_row_that_hangs_on_a_case_but_what_is_named_here() -> None:
    below = {name for (name,) in ask(PATHS_TO_A_CASE)}
    found = set()
    for model in apps.get_models():
        fields = {field.column: field for field in model._meta.concrete_fields}
        rooms = model._meta.app_label in ("cases", "drafts")
        if rooms or model._meta.db_table in below or "case_id" in fields:
            found |= {f"{model._meta.db_table}.{name}" for name, one in fields.items() if takes_words(one)}
    assert found == set(OPEN_TEXTS)


def takes_words(field: Any) -> bool:
    """Whether a column could hold what somebody says: a text, a list of texts or a document, not one of a list."""
    of = field.base_field if isinstance(field, ArrayField) else field
    return isinstance(of, models.CharField | models.TextField | models.JSONField) and not of.choices


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
