"""The referrer's pages: load, authorise, form, one action, redirect."""
