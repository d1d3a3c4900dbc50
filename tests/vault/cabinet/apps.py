from django.apps import AppConfig


class CabinetConfig(AppConfig):
    name = "tests.vault.cabinet"
    label = "cabinet"
