"""The staff side of the outbox: every email with its state, what it said, and sending one again."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from django.contrib import messages
from django.contrib.auth.decorators import permission_required
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect
from django.urls import URLPattern, path, reverse
from django.utils.formats import date_format
from django.utils.timezone import localtime
from django.views.decorators.http import require_POST
from wagtail import hooks
from wagtail.admin.filters import WagtailFilterSet
from wagtail.admin.ui.components import Component
from wagtail.admin.ui.tables import Column, StatusTagColumn, TitleColumn
from wagtail.admin.views.generic import InspectView
from wagtail.admin.views.generic.models import IndexView

from changes.refusals import Refused
from design.looking import LookingViewSet, by_acts_alone
from mail import actions
from mail.models import Message, MessageQuerySet

DEAD_SHOWN = 5


by_acts_alone(Message)


class MessageFilters(WagtailFilterSet):
    class Meta:
        model = Message
        fields = ["status", "template", "created_at"]


class MailIndex(IndexView):
    any_permission_required = ["view"]

    def get_base_queryset(self) -> MessageQuerySet:
        return super().get_base_queryset().without_bodies()

    def get_list_buttons(self, instance: Message) -> list[Any]:
        return []


class MailInspect(InspectView):
    any_permission_required = ["view"]
    page_title = "Email"

    def get_context_data(self, **kwargs: Any) -> dict[str, Any]:
        context = super().get_context_data(**kwargs)
        message: Message = self.object
        can_resend = self.request.user.has_perm("mail.resend_message") and message.can_be_resent
        return {**context, "message": message, "can_resend": can_resend}


class Messages(LookingViewSet):
    model = Message
    name = "mail"
    url_namespace = "mail"
    url_prefix = "mail"
    menu_label = "Mail"
    menu_order = 700
    icon = "mail"
    add_to_admin_menu = True
    index_view_class = MailIndex
    inspect_view_class = MailInspect
    inspect_template_name = "mail/admin/inspect.html"
    search_fields = ["to", "about", "subject"]
    filterset_class = MessageFilters
    list_per_page = 50
    ordering = "-created_at"

    @property
    def list_display(self) -> list[Column]:
        return [
            TitleColumn(
                "subject",
                label="Email",
                get_url=lambda m: reverse("mail:inspect", args=[m.pk]),
                sort_key="subject",
            ),
            Column("to", label="To", sort_key="to"),
            Column("about", label="Reference", sort_key="about"),
            StatusTagColumn("get_status_display", label="State", sort_key="status", primary=_is_settled),
            Column("written", label="Written", accessor=_time("created_at"), sort_key="created_at"),
            Column("sent", label="Sent", accessor=_time("sent_at"), sort_key="sent_at"),
        ]

    def get_urlpatterns(self) -> list[URLPattern]:
        return [*super().get_urlpatterns(), path("resend/<int:pk>/", resend, name="resend")]


def _time(field: str) -> Callable[[Message], str]:
    """Day and minute in London: somebody on the phone asks when it was sent, to the minute."""

    def shown(message: Message) -> str:
        moment = getattr(message, field)
        return date_format(localtime(moment), "j M Y, H:i") if moment else ""

    return shown


def _is_settled(message: Message) -> bool:
    return message.status == Message.Status.SENT


@require_POST
@permission_required("mail.resend_message", raise_exception=True)
def resend(request: HttpRequest, pk: int) -> HttpResponse:
    """Once: the number of resends the page showed has to be the number there are (R10)."""
    message = get_object_or_404(Message, pk=pk)
    seen = request.POST.get("seen", "")
    try:
        actions.resend(message, by=request.user, seen=int(seen) if seen.isdecimal() and len(seen) < 6 else -1)
    except Refused as refusal:
        for sentence in refusal.messages:
            messages.error(request, sentence)
    else:
        messages.success(request, f"The email to {message.to} is on its way again.")
    return redirect("mail:inspect", pk)


@hooks.register("register_admin_viewset")
def register_messages() -> Messages:
    return Messages()


class DeadLetters(Component):
    """On the staff home: emails that were not delivered and will not be tried again by themselves."""

    name = "dead_letters"
    order = 90
    template_name = "mail/admin/dead_letters.html"

    def get_context_data(self, parent_context: Any) -> dict[str, Any]:
        dead = Message.objects.dead().without_bodies()
        return {"letters": dead.order_by("-created_at")[:DEAD_SHOWN], "count": dead.count()}


@hooks.register("construct_homepage_panels")
def show_dead_letters(request: HttpRequest, panels: list[Any]) -> None:
    if request.user.has_perm("mail.view_message") and Message.objects.dead().exists():
        panels.append(DeadLetters())
