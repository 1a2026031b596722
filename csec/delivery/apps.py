from django.apps import AppConfig


class DeliveryConfig(AppConfig):
    name = "csec.delivery"
    label = "delivery"
