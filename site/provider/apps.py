from django.apps import AppConfig


class ProviderConfig(AppConfig):
    name = "provider"

    def ready(self) -> None:
        """The name and numbers stand on every kept page, so a change forgets them."""
        from django.core.cache import cache
        from django.db.models.signals import post_save
        from django.utils.crypto import get_random_string

        from provider.models import Provider

        def forget(**_: object) -> None:
            cache.set("pages:version", get_random_string(8), None)

        post_save.connect(forget, sender=Provider, weak=False, dispatch_uid="provider.forget_pages")
