"""The liaison and counsel learn by doing as well: what is theirs to do, from start to close, on a side of its own."""

import pytest
from django.urls import reverse

from cases.models import Case, EmergencyAccess, ParentHold, RecordsRequest, Release
from csec.accounts.models import User
from csec.identity import acting_as
from tests import make
from tests.drills.learning import Learner

pytestmark = pytest.mark.django_db(transaction=True)


def home_of(learner: Learner) -> str:
    return learner.client.get(reverse("home")).content.decode()


def test_look() -> None:
    l = Learner(make.Staff().liaison).begins("nobody_there")
    print(home_of(l).split("<main")[1].split("</main")[0])
    c = Learner(make.Staff("x").counsel if False else User.objects.get(name="Lee Counsel")) if False else None
