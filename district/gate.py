"""The gate of this room's pages: a drill has no part of them, for nobody in one keeps staff, schools or settings."""

from collections.abc import Callable, Collection

from csec import routes
from csec.routes import ANYBODY_WHO_OPENS_IT, P, R, View


def route(
    roles: Collection[str],
    *,
    methods: Collection[str] = ("GET",),
    event: str = "",
    may: Collection[str] = ANYBODY_WHO_OPENS_IT,
) -> Callable[[View[R, P]], View[R, P]]:
    """As in every room, and real alone."""
    return routes.route(roles, methods=methods, event=event, may=may, in_drills=False)
