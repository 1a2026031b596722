"""Nothing of the district is changed when its event cannot be written."""

from typing import Any

import pytest
from django.db import DatabaseError

from csec.directory.models import Agency, Closure
from district.workflow import VERBS
from tests import make
from tests.audit.ledger import without_the_log
from tests.district.test_add_agency import NUMBER
from tests.district.test_change_district import SETTINGS
from tests.make import AT
from tests.stored import dump


@pytest.mark.django_db(transaction=True)
def test_no_setting_school_closure_agency_or_student_is_changed_when_its_event_cannot_be_written() -> None:
    make.district()
    staff = make.Staff()
    day = AT.date()
    row = Agency.objects.create(kind="other", name="X", telephone="2", verified_on=day)
    closure = Closure.objects.create(name="Storm", first_day=day, last_day=day)
    rows = [make.student(staff.school, "Robin", name) for name in ("Reed", "Read", "Rede", "Redd")]
    merge = make.merged(staff.liaison, rows[0], rows[1])
    newcomer = {"given_name": "Kai", "family_name": "Lake", "birth_date": None, "local_id": ""}
    days = {"name": "Break", "first_day": day, "last_day": day}
    school = {"name": "Cedar High", "time_zone": "America/New_York"}
    deeds: dict[str, dict[str, Any]] = {
        "change_district": SETTINGS,
        "add_school": school,
        "change_school": {"school": staff.school, **school, "name": "Elm High"},
        "add_closure": {"school": staff.school, **days},
        "remove_closure": {"closure": closure},
        "add_agency": NUMBER,
        "change_agency": {"agency": row, **NUMBER},
        "remove_agency": {"agency": row},
        "add_student": {"school": staff.school, **newcomer},
        "merge_students": {"kept": rows[2], "alias": rows[3]},
        "unmerge_students": {"merge": merge},
    }
    before = dump()
    with without_the_log():
        for verb, given in deeds.items():
            with pytest.raises(DatabaseError, match="audit_event"):
                VERBS[verb].run(actor=staff.liaison, at=AT, **given)
    after = dump()
    assert [table for table in before if after[table] != before[table]] == []
    for verb, given in deeds.items():
        VERBS[verb].run(actor=staff.liaison, at=AT, **given)
