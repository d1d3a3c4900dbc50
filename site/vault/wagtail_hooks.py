"""The vault's words in Wagtail's log."""

from typing import Any

from wagtail import hooks
from wagtail.log_actions import LogActionRegistry, LogFormatter


@hooks.register("register_log_actions")
def register_acts(actions: LogActionRegistry) -> None:
    @actions.register_action("vault.read")
    class Read(LogFormatter):
        label = "Read a file"

        def format_message(self, log_entry: Any) -> str:
            return f"Read {log_entry.data.get('file', 'a file')}"

        def format_comment(self, log_entry: Any) -> str:
            return " · ".join(log_entry.data[name] for name in ("how", "reason") if log_entry.data.get(name))

    @actions.register_action("vault.withdrawn")
    class Withdrawn(LogFormatter):
        label = "Withdrew a file"

        def format_message(self, log_entry: Any) -> str:
            return "Withdrew a file"

        def format_comment(self, log_entry: Any) -> str:
            return log_entry.data.get("reason", "")

    @actions.register_action("vault.destroyed")
    class Destroyed(LogFormatter):
        label = "Destroyed a file"

        def format_message(self, log_entry: Any) -> str:
            return "Destroyed a file"

        def format_comment(self, log_entry: Any) -> str:
            return log_entry.data.get("reason", "")
