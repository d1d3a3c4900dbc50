from django.apps import AppConfig, apps
from django.db.models.signals import post_migrate


class ChangesConfig(AppConfig):
    name = "changes"

    def ready(self) -> None:
        from changes.schedules import set_up

        # After django-q has its tables: every deploy migrates, so every deploy has its schedules.
        post_migrate.connect(set_up, sender=apps.get_app_config("django_q"), dispatch_uid="schedules")
