"""What looks like a name in free text."""

from __future__ import annotations

import pytest

from consultations.names import names_in


@pytest.mark.parametrize(
    ("text", "names"),
    [
        ("He was seen with Jamie Smith after school.", ["Jamie Smith"]),
        ("A boy called Jamie told us.", ["Jamie"]),
        ("The other pupil, named Ada Brown-Lee, has left. Later Ada Brown-Lee came back.", ["Ada Brown-Lee"]),
        ("Mrs Patel’s class. He likes Kofi O’Neill.", ["Kofi O’Neill"]),
        ("They met at Fernhill Academy in North London on Monday. Elmshire Police know.", []),
        ("Jamie Smith begins a sentence. When Police came, Both Schools knew.", ["Jamie Smith"]),
        ("He touched his cousin Lily and half-brother Omar; a boy Jamie watched.", ["Lily", "Omar", "Jamie"]),
        ("His sister Lily Smith told. Her mother Social Services knew.", ["Lily Smith"]),
        ("J.B. and T.W. know each other from the Youth Club.", []),
        ("", []),
    ],
)
def test_names_in_text(text, names):
    assert names_in(text) == names


def test_professionals_of_the_case_are_known():
    text = "We spoke with Sam Brook and with Jo Field at length."
    assert names_in(text, ["Sam Brook", "Elmshire Council"]) == ["Jo Field"]
