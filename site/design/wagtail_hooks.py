"""The staff desk wears the same colours."""

from django.templatetags.static import static
from django.utils.html import format_html_join
from django.utils.safestring import SafeString
from wagtail import hooks


@hooks.register("insert_global_admin_css")
def colours() -> SafeString:
    return format_html_join(
        "",
        '<link rel="stylesheet" href="{}">',
        ((static(f"fingerpost/{name}.css"),) for name in ("tokens", "admin", "staff", "figures")),
    )
