from django.apps import AppConfig


class DesignConfig(AppConfig):
    default = True
    name = "design"

    def ready(self) -> None:
        """Kept pages are forgotten when the tree changes: cache upkeep, the one use of signals here."""
        from django.db.models.signals import post_delete, post_save
        from wagtail import models, signals

        from design.cache import forget_pages

        for changed in (
            signals.page_published,
            signals.page_unpublished,
            signals.page_slug_changed,
            signals.post_page_move,
        ):
            changed.connect(forget_pages, dispatch_uid="design.forget_pages")
        for model in (models.PageViewRestriction, models.Site):
            post_save.connect(forget_pages, sender=model, dispatch_uid="design.forget_pages")
            post_delete.connect(forget_pages, sender=model, dispatch_uid="design.forget_pages")
        post_delete.connect(forget_pages, sender=models.Page, dispatch_uid="design.forget_pages")


class NhsukSettingsConfig(AppConfig):
    """The NHS's package as it comes: its migrations were made with 32-bit keys, ours default to 64."""

    name = "wagtailnhsukfrontend.settings"
    label = "wagtailnhsukfrontendsettings"
    verbose_name = "Wagtail NHSUK Frontend Settings"
    default_auto_field = "django.db.models.AutoField"
