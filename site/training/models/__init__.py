"""What teams book: the pages that describe it, and each booking."""

from training.models.booking import Booking
from training.models.draft import RequestDraft
from training.models.pages import PackagePage, TrainingIndexPage
from training.models.settings import TrainingSettings

__all__ = ["Booking", "PackagePage", "RequestDraft", "TrainingIndexPage", "TrainingSettings"]
