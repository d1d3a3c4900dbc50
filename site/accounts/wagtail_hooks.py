"""The staff side's share of accounts: the look of the banner that says what is relaxed."""

from django.conf import settings
from django.templatetags.static import static
from django.utils.html import format_html
from django.utils.safestring import SafeString
from wagtail import hooks


@hooks.register("insert_global_admin_css")
def banner_style() -> SafeString | str:
    if settings.STAFF_SECOND_FACTOR:
        return ""
    return format_html('<link rel="stylesheet" href="{}">', static("accounts/admin.css"))
