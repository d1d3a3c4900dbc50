from django.apps import AppConfig
from django.db.models.signals import post_migrate


class AccountsConfig(AppConfig):
    name = "accounts"

    def ready(self) -> None:
        from accounts.roles import sync

        # Once all tables are there: roles hold what the table in code says, whatever was there before.
        post_migrate.connect(sync, sender=self, dispatch_uid="accounts.roles.sync")
