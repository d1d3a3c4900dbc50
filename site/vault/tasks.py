"""Background jobs of the vault: primitives in, fetch, call an action."""

from django.apps import apps

from vault import actions
from vault.models import Document


def scan(label: str, pk: int) -> None:
    model = apps.get_model(label)
    document = model._base_manager.filter(pk=pk).first()
    if isinstance(document, Document):
        actions.scan(document)


def sweep() -> int:
    return actions.sweep()


def tidy() -> dict[str, int]:
    return actions.tidy()
