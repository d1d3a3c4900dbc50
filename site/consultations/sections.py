"""The steps of a referral: their order, their titles and what each needs before it counts as done."""

from __future__ import annotations

from dataclasses import dataclass

from consultations.models import Consultation, Referral


@dataclass(frozen=True)
class Section:
    """One step of the task list. `needs` are the referral's fields it cannot go without."""

    slug: str
    title: str
    needs: tuple[str, ...]
    hint: str = ""

    def is_done(self, referral: Referral) -> bool:
        return all(getattr(referral, name) not in ("", None) for name in self.needed(referral))

    def is_begun(self, referral: Referral) -> bool:
        return any(getattr(referral, name) not in ("", None) for name in self.needs)

    def needed(self, referral: Referral) -> tuple[str, ...]:
        if self.slug == "social-worker" and referral.social_worker_allocated == Referral.Allocated.YES:
            return (*self.needs, "social_worker_name", "social_worker_email")
        if self.slug == "police" and referral.investigation not in ("", Referral.Investigation.NONE):
            return (*self.needs, "investigation_detail")
        return self.needs


class NetworkSection(Section):
    """Done when at least one professional is named."""

    def is_done(self, referral: Referral) -> bool:
        return bool(referral.consultation.network.all())

    def is_begun(self, referral: Referral) -> bool:
        return self.is_done(referral)


SECTIONS: tuple[Section, ...] = (
    Section("you", "You and your organisation", ("job_title", "phone")),
    Section("social-worker", "The allocated social worker", ("social_worker_allocated",)),
    Section("young-person", "The young person", ("own_reference", "initials", "age", "gender", "area")),
    Section("concern", "What you are worried about", ("behaviours", "happened", "setting")),
    Section("police", "Police and court", ("investigation",)),
    Section("safeguarding", "Keeping everybody safe", ("safety_of_young_person", "safety_of_others")),
    Section("tried", "What has been tried", ("tried",)),
    NetworkSection("network", "The professionals involved", ()),
    Section("questions", "Your questions to us", ("questions",)),
    Section("funding", "Funding", ("funding", "funder_name", "funder_email")),
    Section("documents", "Documents you hold", ("documents_held",)),
    Section("availability", "When you can meet", ("availability",)),
    Section("lawful-basis", "Sharing information", ("lawful_basis",)),
)
BY_SLUG = {section.slug: section for section in SECTIONS}


def unfinished_sections(consultation: Consultation) -> list[Section]:
    return [section for section in SECTIONS if not section.is_done(consultation.referral)]


def section_after(slug: str) -> Section | None:
    """The step that follows, or None after the last: then the answers are checked."""
    slugs = [section.slug for section in SECTIONS]
    after = slugs.index(slug) + 1
    return SECTIONS[after] if after < len(SECTIONS) else None
