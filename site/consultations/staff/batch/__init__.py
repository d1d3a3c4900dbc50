"""Batches in the Wagtail admin: the list, one page for a batch, one for a session, and their acts."""
