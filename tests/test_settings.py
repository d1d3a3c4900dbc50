"""Fingerpost by settings alone: refuses to start half set, and says which setting is missing."""

from __future__ import annotations

import json
import os
import re
import subprocess
import sys
from pathlib import Path
from typing import Any

import pytest

ROOT = Path(__file__).resolve().parent.parent
SETTINGS = "".join((ROOT / "site" / name).read_text() for name in ("settings.py", "surroundings.py"))
COMPLETE = dict(line.split("=", 1) for line in (ROOT / "tests" / "production.env").read_text().split())
SHOW = """
import json, sys
sys.path.insert(0, "site")
import settings
print(json.dumps({name: getattr(settings, name) for name in sys.argv[1:]}, default=str))
"""


def python(*arguments: str, place: Path, **env: str) -> subprocess.CompletedProcess[str]:
    given = {"PATH": os.environ["PATH"], "VAR_DIR": str(place), **env}
    return subprocess.run(
        [sys.executable, *arguments], cwd=ROOT, env=given, capture_output=True, text=True, check=False
    )


def resolved(*names: str, place: Path, **env: str) -> dict[str, Any]:
    done = python("-c", SHOW, *names, place=place, **COMPLETE, **env)
    assert done.returncode == 0, done.stderr
    return json.loads(done.stdout)


@pytest.mark.parametrize("name", COMPLETE)
def test_without_a_vital_setting_it_refuses_to_start_and_names_it(name, tmp_path):
    partly = {key: value for key, value in COMPLETE.items() if key != name}
    done = python("manage.py", "check", place=tmp_path, **partly)
    assert done.returncode != 0
    assert f"Set {name} in the environment" in done.stderr


@pytest.mark.parametrize("value", ["too-short", "a,b", "*", "dGhlIHZhdWx0IGtleQ=="])
def test_a_vault_key_that_is_none_is_named(value, tmp_path):
    done = python("manage.py", "check", place=tmp_path, **{**COMPLETE, "VAULT_KEYS": value})
    assert done.returncode != 0
    assert "VAULT_KEYS" in done.stderr
    assert value not in done.stderr


def test_complete_settings_pass_the_deployment_check_without_a_warning(tmp_path):
    done = python("manage.py", "check", "--deploy", "--fail-level", "DEBUG", place=tmp_path, **COMPLETE)
    assert (done.returncode, done.stdout.strip()) == (
        0,
        "System check identified no issues (0 silenced).",
    ), done.stderr


def test_complete_settings_are_safe_on_the_wire(tmp_path):
    names = {
        "DEBUG": False,
        "DEMO": False,
        "SECURE_SSL_REDIRECT": True,
        "SESSION_COOKIE_SECURE": True,
        "CSRF_COOKIE_SECURE": True,
        "SECURE_HSTS_SECONDS": 31_536_000,
        "X_FRAME_OPTIONS": "DENY",
        "STAFF_SECOND_FACTOR": True,
    }
    assert resolved(*names, place=tmp_path) == names


def test_the_demonstration_needs_no_settings_and_keeps_its_secrets_private(tmp_path):
    for _ in range(2):
        done = python("-c", SHOW, "SECRET_KEY", "VAULT_KEYS", place=tmp_path, DEMO="1")
        assert done.returncode == 0, done.stderr
        made = json.loads(done.stdout)
    assert [made["SECRET_KEY"], *made["VAULT_KEYS"]] == [
        (tmp_path / "secrets" / name).read_text() for name in ("secret_key", "vault_keys")
    ]
    assert (tmp_path / "secrets" / "secret_key").stat().st_mode & 0o077 == 0


def test_postgresql_by_setting_alone(tmp_path):
    url = "postgresql://fp:pw@db.example.org:5433/fingerpost"
    database = resolved("DATABASES", place=tmp_path, DATABASE_URL=url)["DATABASES"]["default"]
    assert {key: database[key] for key in ("ENGINE", "HOST", "PORT", "NAME", "USER", "PASSWORD")} == {
        "ENGINE": "django.db.backends.postgresql",
        "HOST": "db.example.org",
        "PORT": 5433,
        "NAME": "fingerpost",
        "USER": "fp",
        "PASSWORD": "pw",
    }


def test_redis_by_setting_alone(tmp_path):
    cache = resolved("CACHES", place=tmp_path, CACHE_URL="redis://cache.example.org:6379/1")["CACHES"]
    assert cache["default"]["BACKEND"].endswith("RedisCache")
    assert cache["default"]["LOCATION"] == "redis://cache.example.org:6379/1"


def test_s3_style_vault_by_settings_alone(tmp_path):
    vault = resolved(
        "STORAGES",
        place=tmp_path,
        VAULT_S3_BUCKET="fingerpost-vault",
        VAULT_S3_ENDPOINT="https://objects.example.org",
    )["STORAGES"]["vault"]
    assert vault["BACKEND"] == "storages.backends.s3.S3Storage"
    assert vault["OPTIONS"]["bucket_name"] == "fingerpost-vault"
    assert vault["OPTIONS"]["endpoint_url"] == "https://objects.example.org"
    assert vault["OPTIONS"]["default_acl"] == "private"


def test_smtp_by_setting_alone(tmp_path):
    names = ["EMAIL_BACKEND", "EMAIL_HOST", "EMAIL_PORT", "EMAIL_HOST_USER", "EMAIL_USE_TLS"]
    mail = resolved(*names, place=tmp_path, EMAIL_URL="smtp+tls://fp:pw@mail.example.org:587")
    assert list(mail.values()) == [
        "django.core.mail.backends.smtp.EmailBackend",
        "mail.example.org",
        587,
        "fp",
        True,
    ]


def test_stripe_by_settings_alone(tmp_path):
    given = {"STRIPE_SECRET_KEY": "sk_test_1", "STRIPE_WEBHOOK_SECRET": "whsec_1"}
    assert resolved(*given, place=tmp_path, **given) == given


def test_readme_has_every_setting_and_no_other():
    """The table of README.md names exactly what the settings and the start commands read."""
    read = set(re.findall(r'(?:env(?:\.\w+)?|vital|kept_secret)\(\s*["\']([A-Z][A-Z0-9_]+)', SETTINGS))
    started = set(re.findall(r"\$\{([A-Z_]+):-", (ROOT / "Procfile").read_text()))
    told = set(re.findall(r"^\| `([A-Z][A-Z0-9_]+)`", (ROOT / "README.md").read_text(), re.MULTILINE))
    assert told == read | started
