"""Every status of every noun is an action that Wagtail's log knows, with the status' own words."""

from django.apps import apps
from wagtail import hooks
from wagtail.log_actions import LogActionRegistry, LogFormatter
from wagtail.models import BaseLogEntry

from changes.models import Stateful


def _formatter(word: str) -> type[LogFormatter]:
    class Moved(LogFormatter):
        label = word.replace("{}: ", "").capitalize()

        def format_message(self, log_entry: BaseLogEntry) -> str:
            return word.replace("{}", log_entry.label)

        def format_comment(self, log_entry: BaseLogEntry) -> str:
            return str(log_entry.data.get("reason", ""))

    return Moved


@hooks.register("register_log_actions")
def register_moves(actions: LogActionRegistry) -> None:
    for model in apps.get_models():
        if issubclass(model, Stateful):
            for status, label in model.status_labels().items():
                name = f"{model._meta.model_name}.{status}"
                words = model.LOGGED.get(status, f"{str(model._meta.verbose_name).capitalize()}: {label}")
                actions.register_action(name)(_formatter(words))
