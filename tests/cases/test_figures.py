"""The figures: what is counted, for whom, and what is hidden from whoever is not on the cases."""

from datetime import timedelta
from typing import Any

import pytest
from django.test import Client
from django.urls import reverse

from cases import workflow
from cases.models import Case
from cases.reading.figures import Figures
from csec.accounts.models import User
from csec.accounts.roles import Role
from csec.delivery.ticks import database_now
from csec.identity import acting_as
from tests import make

pytestmark = pytest.mark.django_db


def page_of(person: User, **asked: Any) -> Any:
    client = Client()
    client.force_login(person)
    return client.get(reverse("cases:figures"), asked)


def tables(person: User, **asked: Any) -> dict[str, dict[str, list[str]]]:
    """Each figure's table: the beginning of a row's label, and its cells."""
    answer = page_of(person, **asked)
    assert answer.status_code == 200
    figures: Figures = answer.context["figures"]
    return {
        figure.slug: {str(line.label): [str(cell) for cell in line.cells] for line in figure.lines}
        for figure in figures.all
    }


def test_x() -> None:
    staff = make.Staff()
    now = database_now()
    case = make.case(staff, at=now - timedelta(days=20))
    other = make.case(staff, "confirmed_victim", at=now - timedelta(days=3))
    print(tables(staff.administrator))
    print(tables(staff.liaison))
    print(page_of(staff.administrator).content.decode())
    1/0
