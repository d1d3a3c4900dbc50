"""The diary's pages in the admin."""
