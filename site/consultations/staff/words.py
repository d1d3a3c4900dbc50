"""What referrer and booker were asked, which speaks to them, said for those who read their answers here."""

from __future__ import annotations

from typing import Any

SAID = {
    "You and your organisation": "The referrer",
    "What you are worried about": "What they are worried about",
    "Your questions to us": "Their questions to us",
    "Documents you hold": "Documents they hold",
    "When you can meet": "When they can meet",
    "Your job title": "Job title",
    "Your phone number": "Phone number",
    "Your own reference for the young person": "Their reference for the young person",
    "What has happened, and what are you worried about?": "What has happened, and what worries them",
    "What would you like us to answer?": "What they would like us to answer",
    "Which of these do you hold, or can you get?": "What they hold, or can get",
    "When can you and the others meet, and when not?": "When they and the others can meet, and when not",
    "Is there a date by which you need our advice?": "The date by which they need our advice",
    "On what lawful basis do you share this with us?": "Lawful basis on which they share it",
    "Our question and your answer": "Our question and their answer",
    "Your team": "The team",
    "What do you hope they will bring?": "What they hope the sessions bring",
    "Is this part of a partnership we have with you?": "Is it part of a partnership we have with them?",
}


def for_staff(words: str) -> str:
    asked = words.removesuffix(" (optional)")
    return SAID.get(asked, asked)


def told(groups: list[dict[str, Any]]) -> list[dict[str, Any]]:
    """The answers to a referral or to the request of a batch, step by step."""
    return [
        {
            **group,
            "title": for_staff(group["title"]),
            "rows": [{**row, "key": for_staff(row["key"])} for row in group["rows"]],
        }
        for group in groups
    ]
