"""The project and what any case system needs; it knows nothing of cases. Only `csec.urls` and `csec.demo` do."""

from csec.celery import app as celery_app

__all__ = ["celery_app"]
