from django.apps import AppConfig
from django.db.models.signals import post_migrate


class HomeConfig(AppConfig):
    name = "home"

    def ready(self) -> None:
        from home.roots import plant_after_migrating

        post_migrate.connect(plant_after_migrating, sender=self)
