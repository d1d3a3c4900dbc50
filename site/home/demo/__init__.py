"""The demonstration: a service worth looking at, with invented people."""
