from django.apps import AppConfig


class CryptoConfig(AppConfig):
    name = "csec.crypto"
    label = "crypto"

    def ready(self) -> None:
        from csec.crypto import checks  # noqa: F401 - importing it is what registers it
