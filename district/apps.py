from django.apps import AppConfig


class DistrictConfig(AppConfig):
    """The pages by which a district keeps its staff, its schools and its settings; it has no tables of its own."""

    name = "district"

    def ready(self) -> None:
        from cases.help import register
        from district.help import SUBJECT

        register(SUBJECT)
