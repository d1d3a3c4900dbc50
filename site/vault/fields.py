"""Narratives and names kept encrypted at rest. Defined on the lowest floor, as the outbox uses it too."""

from changes.sealing import EncryptedTextField

__all__ = ["EncryptedTextField"]
