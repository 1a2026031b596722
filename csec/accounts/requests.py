"""The request as a view behind `csec.routes.route` sees it."""

from datetime import datetime

from django.http import HttpRequest

from csec.accounts.models import User


class StaffRequest(HttpRequest):
    """
    `user` acts: who is signed in, or in a drill their twin. `in_person` is who is signed in, in a drill as well.

    `at` is PostgreSQL's clock, read when the request's transaction began.
    """

    user: User
    in_person: User
    at: datetime
