"""Lists that staff keep: a category that a report names cannot be deleted, one that none names can."""

from __future__ import annotations

import pytest
from django.urls import reverse

from consultations.models import RecommendationCategory
from tests.consultations.conftest import said

pytestmark = pytest.mark.django_db


def test_a_category_in_use_stays_and_another_goes(a_case, staff, coordinator, consultant):
    case = a_case("written")
    used = case.report.items.get().category
    other = RecommendationCategory.objects.create(title="Never used")
    client = staff(coordinator)
    refused = client.post(reverse("recommendation_category:delete", args=[used.pk]))
    assert said(client, refused) == [
        "“Safety planning” stands in a report, so it stays. You can change its words."
    ]
    client.post(reverse("recommendation_category:delete", args=[other.pk]))
    assert set(RecommendationCategory.objects.filter(pk__in=[used.pk, other.pk])) == {used}
    answer = staff(consultant).get(reverse("recommendation_category:index"))
    assert answer.status_code in (302, 403)  # the lists are the coordinator's and the lead's


@pytest.mark.parametrize(
    ("name", "rows", "told"),
    [
        ("theme", {}, ["Enter title"]),
        ("agenda", {}, ["Enter title", "Enter points"]),
        ("guideline_point", {}, ["Enter number", "Enter label", "Enter link"]),
        (
            "checklist",
            {
                "items-TOTAL_FORMS": "1",
                "items-INITIAL_FORMS": "0",
                "items-0-title": "",
                "items-0-guidance": "A good one.",
            },
            ["Enter name", "Enter title"],
        ),
    ],
)
def test_what_is_missing_is_said_in_our_words(staff, coordinator, name, rows, told):
    """In the rows of a list too; nothing typed is lost (R13)."""
    page = staff(coordinator).post(reverse(f"{name}:add"), rows).content.decode()

    for words in told:
        assert words in page
    assert "This field is required" not in page
    assert rows.get("items-0-guidance", "") in page
