from django.apps import AppConfig


class DrillsConfig(AppConfig):
    """Invented cases in which one learns; the row that keeps a drill apart is the directory's."""

    name = "drills"
