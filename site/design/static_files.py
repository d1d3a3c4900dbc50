"""Static files hashed and compressed, without source maps: the NHS's package names maps it does not carry."""

from django.contrib.staticfiles.storage import HashedFilesMixin
from whitenoise.storage import CompressedManifestStaticFilesStorage


class HashedFiles(CompressedManifestStaticFilesStorage):
    patterns = tuple(
        (
            kind,
            tuple(p for p in patterns if "sourceMappingURL" not in (p if isinstance(p, str) else p[0])),
        )
        for kind, patterns in HashedFilesMixin.patterns
    )
