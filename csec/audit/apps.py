from django.apps import AppConfig


class AuditConfig(AppConfig):
    name = "csec.audit"
    label = "audit"
