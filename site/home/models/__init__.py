"""The public pages: arrival, reading, what we do, and the standing pages of the footer."""

from home.models.arrival import HomePage
from home.models.guidance import GuidanceIndexPage, GuidancePage, RelatedPage
from home.models.services import ServiceIndexPage, ServicePage
from home.models.standing import StandardPage

__all__ = [
    "GuidanceIndexPage",
    "GuidancePage",
    "HomePage",
    "RelatedPage",
    "ServiceIndexPage",
    "ServicePage",
    "StandardPage",
]
