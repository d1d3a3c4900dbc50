"""The steps of asking for a batch: their order, their titles and what each needs before it counts as done."""

from __future__ import annotations

from dataclasses import dataclass

from consultations.models import Batch


@dataclass(frozen=True)
class BatchSection:
    """One step. `needs` are the fields of the batch it cannot go without."""

    slug: str
    title: str
    needs: tuple[str, ...]
    hint: str = ""

    def is_done(self, batch: Batch) -> bool:
        return all(getattr(batch, name) not in ("", None) for name in self.needed(batch))

    def is_begun(self, batch: Batch) -> bool:
        return any(getattr(batch, name) not in ("", None) for name in self.needs)

    def needed(self, batch: Batch) -> tuple[str, ...]:
        if self.slug == "sessions" and batch.mode == Batch.Mode.IN_PERSON:
            return (*self.needs, "place")
        if self.slug == "cost" and batch.arrangement == Batch.Arrangement.PARTNERSHIP:
            return (*self.needs, "partnership")
        return self.needs


SECTIONS: tuple[BatchSection, ...] = (
    BatchSection("team", "Your team", ("team", "people", "roles")),
    BatchSection("purpose", "What it is for", ("purpose", "aims")),
    BatchSection(
        "sessions",
        "The sessions",
        ("sessions_wanted", "how_often", "minutes", "mode", "starts_from"),
        "How many, how often, how long and where.",
    ),
    BatchSection("cost", "The cost", ("arrangement", "funder_name", "funder_email")),
)
BY_SLUG = {section.slug: section for section in SECTIONS}


def unfinished_sections(batch: Batch) -> list[BatchSection]:
    return [section for section in SECTIONS if not section.is_done(batch)]
