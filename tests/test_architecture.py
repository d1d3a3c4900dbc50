"""The house holds: floors, doors and rooms as README.md draws them."""

from __future__ import annotations

import re
import subprocess
import sys
from pathlib import Path

import pytest
from django.apps import apps

ROOT = Path(__file__).resolve().parent.parent
SITE = ROOT / "site"
CODE = [p for p in SITE.rglob("*.py") if "migrations" not in p.parts]


def lines_matching(pattern: str, paths: list[Path]) -> list[str]:
    found = []
    for path in paths:
        for number, line in enumerate(path.read_text().splitlines(), 1):
            if re.search(pattern, line):
                found.append(f"{path.relative_to(ROOT)}:{number}: {line.strip()}")
    return found


def is_actions(path: Path) -> bool:
    return path.name == "actions.py" or "actions" in path.relative_to(SITE).parts[1:-1]


def test_site_is_a_source_root_not_a_package():
    assert not (SITE / "__init__.py").exists()


def test_imports_only_run_downwards():
    done = subprocess.run(
        [Path(sys.executable).parent / "lint-imports"],
        cwd=ROOT,
        env={"PYTHONPATH": f"{ROOT}:{SITE}", "PATH": ""},
        capture_output=True,
        text=True,
        check=False,
    )
    assert done.returncode == 0, done.stdout


@pytest.mark.parametrize(
    ("what", "pattern"),
    [
        ("a status moves", r"\.move_to\("),
        ("a job is queued", r"\b(async_task|announce|queue)\("),
        ("mail is sent", r"(?<!def )\b(send_mail|EmailMessage|EmailMultiAlternatives)\("),
    ],
)
def test_only_actions_change_things(what, pattern):
    doors = {SITE / "changes", SITE / "mail"}
    others = [p for p in CODE if not is_actions(p) and not doors & set(p.parents)]
    assert lines_matching(pattern, others) == []


def test_no_status_is_assigned():
    others = [p for p in CODE if p != SITE / "changes" / "models.py"]
    assert lines_matching(r"\.status\s*=[^=]", others) == []


def test_no_generic_foreign_keys_and_no_signals():
    assert lines_matching(r"GenericForeignKey|GenericRelation|@receiver", CODE) == []


def test_no_multi_table_inheritance():
    """Wagtail's Page is the one exception, being how its tree works."""
    ours = [m for m in apps.get_models() if m.__module__.split(".")[0] in {p.name for p in SITE.iterdir()}]
    stacked = [
        m.__name__
        for m in ours
        for parent in m._meta.parents
        if parent.__name__ not in {"Page", "AbstractUser"}
    ]
    assert stacked == []


def test_no_room_is_too_big():
    assert [f"{p.relative_to(ROOT)}" for p in CODE if len(p.read_text().splitlines()) > 400] == []


def test_no_drawer_for_leftovers():
    assert [str(p) for p in CODE if p.stem in {"utils", "helpers", "common", "misc"}] == []
