"""`make bench`: what a request costs, against a bare Django view under the same gunicorn in the same run."""
