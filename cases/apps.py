from django.apps import AppConfig


class CasesConfig(AppConfig):
    name = "cases"

    def ready(self) -> None:
        from cases.reminders.kinds import register_kinds  # the models are there only now
        from cases.reminders.watch import register_watch

        register_kinds()
        register_watch()
