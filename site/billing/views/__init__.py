"""The funder's side: load, authorise, form, one action, redirect."""
