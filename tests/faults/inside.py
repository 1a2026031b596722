"""Makes the people of one school in an installation and signs two of them in; run in its environment, as the owner.

Prints one line of JSON: the school's id, and the session cookies of the teacher and the counselor.
"""

import json

import django


def main() -> None:
    django.setup()
    from django.conf import settings
    from django.test import Client

    from tests import make

    make.district()
    staff = make.Staff()

    def cookie(person: object) -> str:
        client = Client()
        client.force_login(person)  # type: ignore[arg-type]
        return client.cookies[settings.SESSION_COOKIE_NAME].value

    people = {"teacher": cookie(staff.teacher), "counselor": cookie(staff.counselor)}
    print(json.dumps({"school": str(staff.school.pk), "cookie": settings.SESSION_COOKIE_NAME, **people}))  # noqa: T201


if __name__ == "__main__":
    main()
