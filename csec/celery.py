"""The Celery application: a doorbell that wakes the worker, never a store (what is due is a query)."""

import os

from celery import Celery

os.environ.setdefault("DJANGO_SETTINGS_MODULE", "csec.settings")

app = Celery("csec")
app.config_from_object("django.conf:settings", namespace="CELERY")
app.autodiscover_tasks(["csec.accounts", "csec.audit", "csec.delivery", "csec.directory", "cases"])
