from django.apps import AppConfig


class DraftsConfig(AppConfig):
    name = "csec.drafts"
    label = "drafts"
