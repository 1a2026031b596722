from django.apps import AppConfig


class DemoConfig(AppConfig):
    """The invented district. Installed in the demo and in the tests, never in production."""

    name = "csec.demo"
    label = "demo"
