import pytest
from django.test import Client
from django.urls import reverse
from tests import make
pytestmark = pytest.mark.django_db
def test_try():
    staff = make.Staff(); make.district()
    for who in (staff.counselor, staff.social_worker, staff.sro, staff.administrator, staff.teacher):
        for s in ("suspected_victim","confirmed_victim","suspected_recruiter"):
            c = Client(); c.force_login(who)
            r = c.get(reverse("drills:drill")); assert r.status_code == 200
            r = c.post(reverse("drills:begin_drill"), {"situation": s}); assert r.status_code == 302, r.content
            r = c.get(reverse("home")); assert r.status_code == 200
            assert b"drill-band" in r.content
            for _ in range(2):
                r = c.post(reverse("drills:let_others_answer"), {"back": "/"}, follow=True)
                print(who.name, s, [str(m) for m in r.context["messages"]])
