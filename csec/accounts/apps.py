from django.apps import AppConfig


class AccountsConfig(AppConfig):
    name = "csec.accounts"
    label = "accounts"

    def ready(self) -> None:
        from csec.accounts.resealing import SecondFactors  # the models are there only now
        from csec.crypto import rotation

        rotation.register(SecondFactors())
