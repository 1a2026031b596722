"""The request as a view behind `csec.routes.route` sees it."""

from datetime import datetime

from django.http import HttpRequest

from csec.accounts.models import User


class StaffRequest(HttpRequest):
    """Signed in as `user`; `at` is PostgreSQL's clock, read when the request's transaction began."""

    user: User
    at: datetime
