"""The staff side: organisations, who belongs to them, and the people we deal with."""

from typing import Any

from django.urls import URLPattern, URLResolver, include, path
from wagtail import hooks
from wagtail.admin.ui.tables import Column
from wagtail.admin.views import generic
from wagtail.admin.viewsets.base import ViewSetGroup
from wagtail.admin.viewsets.model import ModelViewSet
from wagtail.admin.widgets.button import HeaderButton
from wagtail.log_actions import LogActionRegistry

from design.looking import LookingViewSet, by_acts_alone
from organisations import staff_views
from organisations.forms import DomainForm, MemberForm
from organisations.models import Contact, JoinRequest, Membership, Organisation

ACTS = {
    "organisation.registered": "Organisation: registered",
    "organisation.joined": "Organisation: somebody joined",
    "organisation.left": "Organisation: somebody left",
    "organisation.role_changed": "Organisation: role changed",
    "organisation.domain_verified": "Organisation: email domain verified",
    "organisation.domain_removed": "Organisation: email domain removed",
}


@hooks.register("register_log_actions")
def register_acts(actions: LogActionRegistry) -> None:
    for name, words in ACTS.items():
        actions.register_action(name, words, words)


@hooks.register("register_admin_urls")
def register_act_urls() -> list[URLPattern | URLResolver]:
    acts = [
        path("<int:pk>/domains/add/", staff_views.add_domain, name="add_domain"),
        path("<int:pk>/members/add/", staff_views.add_member, name="add_member"),
        path("domains/<int:pk>/verify/", staff_views.verify_domain, name="verify_domain"),
        path("domains/<int:pk>/remove/", staff_views.remove_domain, name="remove_domain"),
        path("members/<int:pk>/role/", staff_views.change_role, name="change_role"),
        path("members/<int:pk>/remove/", staff_views.remove_member, name="remove_member"),
        path("requests/<int:pk>/approve/", staff_views.approve_request, name="approve_request"),
        path("requests/<int:pk>/decline/", staff_views.decline_request, name="decline_request"),
    ]
    return [path("organisation-acts/", include((acts, "organisation_acts")))]


class OrganisationPage(generic.InspectView):
    """Everything about one organisation, with the acts that belong to it."""

    def get_context_data(self, **kwargs: Any) -> dict[str, Any]:
        organisation: Organisation = self.object
        may = self.request.user.has_perm
        return super().get_context_data(
            organisation=organisation,
            domains=organisation.domains.select_related("verified_by"),
            memberships=organisation.memberships.select_related("user"),
            requests=organisation.join_requests.filter(status="waiting").select_related("user"),
            contacts=organisation.contacts.select_related("user"),
            roles=Membership.Role.choices,
            domain_form=DomainForm(auto_id="domain_%s"),
            member_form=MemberForm(auto_id="member_%s"),
            may_keep=may("organisations.change_membership"),
            **kwargs,
        )


class OrganisationViewSet(ModelViewSet):
    model = Organisation
    icon = "group"
    menu_label = "Organisations"
    inspect_view_enabled = True
    inspect_view_class = OrganisationPage
    inspect_template_name = "organisations/staff/organisation.html"
    copy_view_enabled = False
    form_fields = ["name", "kind", "address"]
    list_display = ["name", Column("kind", accessor="get_kind_display", label="Kind"), "created_at"]
    list_filter = ["kind"]
    search_fields = ["name", "domains__name"]
    search_backend_name = None
    ordering = "name"


class ContactViewSet(ModelViewSet):
    model = Contact
    icon = "user"
    menu_label = "Contacts"
    inspect_view_enabled = True
    copy_view_enabled = False
    form_fields = ["name", "email", "phone", "job_title", "organisation"]
    list_display = ["name", "email", "phone", "organisation"]
    list_filter = ["organisation"]
    search_fields = ["name", "email", "organisation__name"]
    search_backend_name = None
    ordering = "name"

    def get_queryset(self, request: Any) -> Any:
        return Contact.objects.select_related("organisation")


class RequestIndex(generic.IndexView):
    def get_base_queryset(self) -> Any:
        return JoinRequest.objects.select_related("organisation", "user")

    def get_edit_url(self, instance: JoinRequest) -> str | None:
        return None


class RequestPage(generic.InspectView):
    @property
    def header_buttons(self) -> list[HeaderButton]:
        return []

    def get_context_data(self, **kwargs: Any) -> dict[str, Any]:
        return super().get_context_data(
            join_request=self.object,
            may_keep=self.request.user.has_perm("organisations.add_membership"),
            **kwargs,
        )


by_acts_alone(JoinRequest)


class JoinRequestViewSet(LookingViewSet):
    """Requests to join: answered on their page, never edited."""

    model = JoinRequest
    icon = "clipboard-list"
    menu_label = "Requests to join"
    index_view_class = RequestIndex
    inspect_view_class = RequestPage
    inspect_template_name = "organisations/staff/request.html"
    list_display = ["user", "organisation", Column("status", accessor="get_status_display"), "asked_at"]
    list_filter = ["status"]
    search_fields = ["user__email", "organisation__name"]
    ordering = "-asked_at"


class OrganisationGroup(ViewSetGroup):
    menu_label = "Organisations"
    menu_icon = "group"
    menu_order = 300
    items = (OrganisationViewSet, ContactViewSet, JoinRequestViewSet)


@hooks.register("register_admin_viewset")
def register_organisations() -> OrganisationGroup:
    return OrganisationGroup()
