"""Makes the people of one school in an installation and signs two of them in; run in its environment, as the owner.

Prints one line of JSON: the school's id, the paths of the regular contacts of some cases of the counselor's, and the
session cookies of the teacher and the counselor.
"""

import json
from datetime import timedelta

import django


def main() -> None:
    django.setup()
    from django.conf import settings
    from django.test import Client
    from django.urls import reverse

    from csec.delivery.ticks import database_now
    from tests import make

    make.district()
    staff = make.Staff()
    opened_at = database_now()

    def contact() -> str:
        case = make.case(staff, at=opened_at)
        part = make.part(case, staff.counselor, "regular_contact")
        return reverse("cases:record_checkin", args=[case.pk, part.pk])

    def cookie(person: object) -> str:
        client = Client()
        client.force_login(person)  # type: ignore[arg-type]
        return client.cookies[settings.SESSION_COOKIE_NAME].value

    people = {"teacher": cookie(staff.teacher), "counselor": cookie(staff.counselor)}
    made = {
        "school": str(staff.school.pk),
        "contacts": [contact() for _n in range(8)],
        "cookie": settings.SESSION_COOKIE_NAME,
        # Typed at the school, to the minute; never before a case was opened.
        "seen_at": (opened_at + timedelta(minutes=1))
        .astimezone(staff.school.zone)
        .strftime("%Y-%m-%dT%H:%M"),
        **people,
    }
    print(json.dumps(made))  # noqa: T201


if __name__ == "__main__":
    main()
