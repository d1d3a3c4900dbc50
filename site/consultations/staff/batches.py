"""Batches in the admin's menu, and every address of the staff side of a batch."""

from __future__ import annotations

from consultations.models import Batch, BatchSession
from design.looking import LookingViewSet, by_acts_alone

by_acts_alone(Batch, BatchSession)


class BatchViewSet(LookingViewSet):
    model = Batch
    name = "batch"
    url_prefix = "batches"
    icon = "repeat"
    menu_label = "Batches"
    menu_order = 115
    add_to_admin_menu = True
    list_per_page = 50
