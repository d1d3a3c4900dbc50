"""Measures, prints the table, and keeps it in docs/benchmarks.md with the date and the machine."""

from __future__ import annotations

import datetime
import json
import os
import platform
import subprocess
import sys
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from bench.servers import ROOT, Server, against, serving
from tests.keeper import Kept

PAGES = ["/", "/guidance/", "/services/", "/training/", "/accounts/login/"]
TARGET = ROOT / "docs" / "benchmarks.md"


@dataclass
class Row:
    what: str
    measure: str
    value: float | None
    goal: float | None
    unit: str
    note: str = ""

    @property
    def verdict(self) -> str:
        if self.value is None:
            return "not measured"
        if self.goal is None:
            return ""
        return "met" if self.value <= self.goal else "MISSED"

    def cells(self) -> list[str]:
        value = "" if self.value is None else f"{self.value:.3g} {self.unit}".strip()
        goal = "" if self.goal is None else f"≤ {self.goal:g} {self.unit}".strip()
        return [self.what, self.measure, value, goal, self.verdict, self.note]


def machine() -> str:
    model = platform.machine()
    info = Path("/proc/cpuinfo")
    if info.exists():
        names = [
            line.split(":", 1)[1].strip() for line in info.read_text().splitlines() if "model name" in line
        ]
        model = names[0] if names else model
    return f"{model}, {os.cpu_count()} cores, {platform.system()}, Python {platform.python_version()}"


def manage(env: dict[str, str], *arguments: str) -> str:
    done = subprocess.run(
        [sys.executable, *arguments],
        cwd=ROOT,
        env={**os.environ, **env},
        stdout=subprocess.PIPE,
        check=True,
        text=True,
    )
    return done.stdout


def row_of(what: str, result: dict[str, Any], measure: str, key: str, goal: float | None, unit: str) -> Row:
    if "missing" in result:
        return Row(what, measure, None, goal, unit, result["missing"])
    return Row(what, measure, result[key], goal, unit, result.get("path", ""))


def feed_rows(bare: Server, env: dict[str, str], feeds: dict[str, Any]) -> list[Row]:
    """W6: a subscription feed, read anew each time and asked whether it changed."""
    if "missing" in feeds:
        return [Row("W6 feed", "CPU against bare", None, 10, "×", feeds["missing"])]
    rows = []
    for size, goal, requests in (("60", 10, 60), ("1000", None, 20)):
        one, what = feeds[size], f"W6 feed of {int(size):,} events"
        with serving("wsgi", workers=1, env=env) as site:
            base, whole = against(bare, site, one["path"], requests=requests)
            mark = {"If-None-Match": one["mark"]}
            again, same = against(bare, site, one["path"], requests=requests, headers=mark, status=304)
        rows += [
            Row(
                what, "CPU against bare", whole / base, goal, "×", f"{whole:.2f} ms, bare view {base:.2f} ms"
            ),
            Row(what, "SQL", one["sql"], 4, ""),
            Row(f"{what}, unchanged (304)", "CPU against bare", same / again, None, "×", f"{same:.2f} ms"),
            Row(f"{what}, unchanged (304)", "SQL", one["unchanged_sql"], 2, ""),
        ]
    return rows


def measure(env: dict[str, str]) -> list[Row]:
    inside = json.loads(manage({**env, "PAGE_CACHE_SECONDS": "0"}, "-m", "bench.scenarios").splitlines()[-1])
    rows: list[Row] = []
    path = inside["reading"].get("path", "/")
    note = "" if "path" in inside["reading"] else f"the home page instead: {inside['reading']['missing']}"
    with serving("bench.bare:application", workers=1, env={}) as bare:
        for what, seconds, goal, requests in (("cached", "600", 5, 200), ("uncached", "0", 30, 60)):
            with serving("wsgi", workers=1, env={**env, "PAGE_CACHE_SECONDS": seconds}) as site:
                base, page = against(bare, site, path, requests=requests)
            rows.append(Row(f"W1 guidance page, {what}", "CPU against bare", page / base, goal, "×", note))
            rows.append(Row(f"W1 guidance page, {what}", "CPU", page, None, "ms", f"bare view {base:.2f} ms"))
        feeds = feed_rows(bare, env, inside["feed"])
    rows += [
        row_of("W1 guidance page, uncached", inside["reading"], "SQL", "sql", 12, ""),
        row_of("W3 referral page, sent", inside["referral_page"], "SQL", "sql", 40, ""),
        row_of("W3 referral page, sent", inside["referral_page"], "CPU", "ms", None, "ms"),
        row_of("W3 booking request, sent", inside["booking_request"], "SQL", "sql", 40, ""),
        row_of("W3 booking request, sent", inside["booking_request"], "CPU", "ms", None, "ms"),
        *feeds,
        row_of(
            "W4 referral with five files of 10 MB",
            inside["referral_documents"],
            "time against bare",
            "ratio",
            1.5,
            "×",
        ),
        row_of("W5 staff list of cases", inside["staff_list"], "SQL", "sql", 15, ""),
        row_of(
            "W5 staff list of cases", inside["staff_list"], "100,000 cases against 1,000", "ratio", 1.5, "×"
        ),
        row_of("W7 invoice PDF", inside["invoice_pdf"], "time", "ms", 18, "ms"),
    ]
    with serving("wsgi", workers=2, env=env) as site:
        for _ in range(10):
            for page_path in (*PAGES, path):
                site.get(page_path)
        workers = site.workers()
        both = f"{site.memory([*workers, site.process.pid]):.0f} MB with the process that started them"
        rows.append(Row("W10 two web workers", "memory (PSS)", site.memory(workers), 245, "MB", both))
        rows.append(Row("W10 cold start", "first answer", site.cold_start, 4, "s"))
    return rows


def main() -> None:
    on_postgres = os.environ.get("TEST_DATABASE") == "postgres"
    kept = Kept(postgres=on_postgres, prefix="fingerpost-bench-")
    try:
        env = {
            "DEMO": "1",
            "DEBUG": "0",
            "VAR_DIR": str(kept.folder / "var"),
            "DJANGO_SETTINGS_MODULE": "settings",
        }
        env["PYTHONPATH"] = f"{ROOT}{os.pathsep}{ROOT / 'site'}"
        env["DATABASE_URL"] = kept.database_url or f"sqlite:///{kept.folder / 'bench.sqlite3'}"
        env["PORT"] = "0"
        print("Loading the demonstration", flush=True)
        manage(env, "manage.py", "prepare")
        rows = measure(env)
    finally:
        kept.close()
    head = ["what", "measure", "here", "goal", "", "note"]
    table = [head, *(row.cells() for row in rows)]
    widths = [max(len(line[i]) for line in table) for i in range(len(head))]
    for line in table:
        print("  ".join(cell.ljust(width) for cell, width in zip(line, widths, strict=True)).rstrip())
    database = "PostgreSQL" if on_postgres else "SQLite"
    text = [
        "# Benchmarks",
        "",
        "Written by `make bench`. CPU is what the web worker spent, by the kernel's account, against a bare",
        "Django view under the same gunicorn in the same run, in turns, medians of five. SQL is the most",
        "statements of eleven requests. The PDF's time is wall clock, the median of forty.",
        "",
    ]
    text += [f"{datetime.datetime.now(tz=datetime.UTC):%-d %B %Y}, {machine()}, {database}.", ""]
    text += ["| " + " | ".join(line) + " |" for line in (head, ["---"] * len(head))]
    text += ["| " + " | ".join(row.cells()) + " |" for row in rows]
    missed = [f"{row.what}, {row.measure}" for row in rows if row.verdict == "MISSED"]
    text += ["", f"Missed: {'; '.join(missed)}." if missed else "Every goal that could be measured is met."]
    TARGET.write_text("\n".join(text) + "\n")
    print(f"\n{text[-1]} Kept in docs/benchmarks.md.")


if __name__ == "__main__":
    main()
