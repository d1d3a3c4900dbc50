"""The way in to all training: planted under the home page, like the other indexes."""

from __future__ import annotations

from wagtail.models import Page

from training.models import TrainingIndexPage

LEAD = "Tailored training for social care, health, schools, universities and conferences, anywhere in the UK."
HOW = (
    "<ol><li>Choose the package that comes nearest, and ask for it. It takes about ten minutes.</li>"
    "<li>We answer, then send a quote to the person who agrees the cost. They accept it online.</li>"
    "<li>We confirm a date with you. Everybody who takes part gets an invite for their calendar.</li>"
    "<li>After the day the invoice goes to the person who agreed the cost.</li></ol>"
    "<p>Nothing fits? Ask for the nearest one, and tell us what should be different.</p>"
)


def ensure_index(home: Page) -> TrainingIndexPage:
    """The page at /training/: the one that is there, or a new one under `home`."""
    if index := TrainingIndexPage.objects.first():
        return index
    index = TrainingIndexPage(
        title="Training", slug="training", lead=LEAD, how_it_works=HOW, show_in_menus=True
    )
    Page.objects.get(pk=home.pk).add_child(instance=index)
    return index
