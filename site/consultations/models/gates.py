"""What stands before a gate, each gap said twice: to staff, and to the referrer in words of theirs (R1)."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from consultations.models.consultation import Consultation


@dataclass(frozen=True)
class Gap:
    for_staff: str
    for_referrer: str


def before_issue(consultation: Consultation) -> list[Gap]:
    """Everything between now and issued recommendations, all of it at once: the four conditions of R1, and a pause."""
    gaps = []
    if (pause := consultation.pause) is not None:
        gaps.append(Gap(f"The case is paused. {pause.reason}", f"The work is paused. {pause.reason}"))
    if not consultation.is_funded:
        gaps.append(
            Gap(
                "Funding is not agreed yet: the funder has not accepted a quote.",
                "Your funder has not agreed the cost yet. They do so online, from the link in our quote.",
            )
        )
    requests = consultation.asked_documents
    unsettled = "; ".join(r.still_missing for r in requests if r.is_required and not r.is_settled)
    if unsettled:
        gaps.append(
            Gap(
                f"Documents not accepted or waived yet: {unsettled}.",
                f"We do not have all we need to read yet: {unsettled}.",
            )
        )
    elif not requests:
        gaps.append(
            Gap(
                "The documents checklist has not gone out yet.",
                "We have not asked you for documents yet. We do as soon as the cost is agreed.",
            )
        )
    if not consultation.is_met:
        gaps.append(
            Gap(
                "The meeting has not been held yet.",
                "You, your network and our consultants have not met yet.",
            )
        )
    report = consultation.report
    if report is None:
        gaps.append(
            Gap(
                "The recommendations have not been written yet.",
                "Our consultant has not written the recommendations yet.",
            )
        )
    elif not report.is_signed_off:
        gaps.append(
            Gap(
                "A clinician other than the author has not signed the recommendations off yet.",
                "A second clinician has not yet checked and signed off what our consultant wrote.",
            )
        )
    return gaps
