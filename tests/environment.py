"""What the suite runs in, set before Django reads its settings (hence `-p tests.environment`).

TEST_DATABASE is `sqlite` (the default) or `postgres`: then DATABASE_URL names the server, and where it
names none one is started under the temporary folder.
"""

from __future__ import annotations

import os
import tempfile
from pathlib import Path

from tests.keeper import Kept

KEY = "dGhlIHZhdWx0IGtleSBvZiB0aGUgdGVzdHMgYWxvbmU="  # 32 bytes, of the tests alone

_kept: list[Kept] = []


def _prepare() -> None:
    if "TEST_FOLDER" not in os.environ:  # neither a worker nor a step of `make test`: these share one
        on_postgres = os.environ.get("TEST_DATABASE", "sqlite") == "postgres"
        given = os.environ.get("DATABASE_URL", "") if on_postgres else ""
        kept = Kept(postgres=on_postgres, given=given, prefix="fingerpost-tests-")
        _kept.append(kept)
        os.environ["TEST_FOLDER"] = str(kept.folder)
        os.environ["DATABASE_URL"] = kept.database_url or f"sqlite:///{kept.folder / 'unused.sqlite3'}"
    for name in ("DEMO", "DEBUG", "EMAIL_URL", "CACHE_URL", "CLAMD"):
        os.environ.pop(name, None)
    os.environ.update(
        SECRET_KEY="of-the-tests-alone-" + "x" * 40,
        VAULT_KEYS=KEY,
        ALLOWED_HOSTS="testserver,localhost,127.0.0.1",
        BASE_URL="http://testserver",
        MORE_ROOMS="tests.vault.cabinet",
        HTTPS="0",
        LOG_LEVEL="WARNING",
        CLAMD=f"{os.environ['TEST_FOLDER']}/clamd.sock",
        VAR_DIR=tempfile.mkdtemp(prefix="var-", dir=os.environ["TEST_FOLDER"]),
    )
    static = Path(os.environ["VAR_DIR"], "static")  # whitenoise warns of a place that is not there
    static.mkdir(parents=True, exist_ok=True)


_prepare()


def pytest_unconfigure() -> None:
    while _kept:
        _kept.pop().close()
