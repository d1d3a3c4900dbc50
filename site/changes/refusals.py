"""What an action raises when the rules say no. Views show the messages; nothing has changed."""


class Refused(Exception):
    """The rules say no. `messages` are sentences for the person who asked, all that apply at once (R1)."""

    def __init__(self, *messages: str) -> None:
        super().__init__(*messages)
        self.messages = list(messages)

    def __str__(self) -> str:
        return " ".join(self.messages)


class Stale(Refused):
    """Somebody else was first, or the same thing was asked twice: nothing has changed (R7)."""
