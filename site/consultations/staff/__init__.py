"""The staff side of a case, in the Wagtail admin: the list, the case as one page, and one view an act."""
