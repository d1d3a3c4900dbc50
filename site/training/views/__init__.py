"""The booker's pages: load, authorise, form, one action, redirect."""
