from django.apps import AppConfig


class CryptoConfig(AppConfig):
    name = "csec.crypto"
    label = "crypto"
