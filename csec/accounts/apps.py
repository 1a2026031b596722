from django.apps import AppConfig


class AccountsConfig(AppConfig):
    name = "csec.accounts"
    label = "accounts"
