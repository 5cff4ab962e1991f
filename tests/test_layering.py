"""The folders stand in the order of the data: a module imports only from its left."""

from __future__ import annotations

import ast
from pathlib import Path

import pytest

PACKAGE = Path(__file__).resolve().parent.parent / "tracker"

#: From left to right. Modules that stand alone come first; who may import everything, last.
ORDER = [
    "errors", "clock", "resources", "whole", "address", "cron", "asking", "sites", "robots", "keeping",
    "tomlfile", "holidays", "official", "lights", "ladders", "classes", "mailings", "complaints",
    "settings",
    "fetching", "letters", "commitments", "store", "intake", "followup", "notices", "reports", "dashboard",
    "duereports", "calendars", "housekeeping", "doctor", "health", "jobs", "schedule", "cli",
]  # fmt: skip
#: Between these stand rows in the store, no calls.
APART = {("notices", "followup.rounds")}


def _room(module: str) -> str:
    return module.split(".")[1] if "." in module else ""


def _modules() -> list[tuple[str, ast.Module]]:
    found = []
    for path in sorted(PACKAGE.rglob("*.py")):
        if "migrations" in path.parts:
            continue
        name = ".".join(("tracker", *path.relative_to(PACKAGE).with_suffix("").parts))
        found.append((name.removesuffix(".__init__"), ast.parse(path.read_text(encoding="utf-8"))))
    return found


def _imports(tree: ast.Module) -> list[str]:
    names = []
    for node in ast.walk(tree):
        if isinstance(node, ast.ImportFrom) and node.module and node.module.startswith("tracker"):
            names.append(node.module)
            names += [f"{node.module}.{alias.name}" for alias in node.names]
        elif isinstance(node, ast.Import):
            names += [alias.name for alias in node.names if alias.name.startswith("tracker")]
    return names


def violations(modules: list[tuple[str, ast.Module]]) -> list[str]:
    """Every import that goes against the order, as one line each."""
    wrong = []
    for name, tree in modules:
        here = _room(name)
        if not here or here == "__main__":
            continue
        for imported in _imports(tree):
            there = _room(imported)
            if there not in ORDER or here not in ORDER:
                if here not in ORDER:
                    wrong.append(f"{name} stands in no room of the order")
                continue
            if ORDER.index(there) > ORDER.index(here):
                wrong.append(f"{name} imports {imported}, which stands to its right")
            if any(here == a and imported.startswith(f"tracker.{b}") for a, b in APART):
                wrong.append(f"{name} imports {imported}; rows of the store stand between them")
    return wrong


def test_no_module_imports_against_the_order() -> None:
    assert violations(_modules()) == []


@pytest.mark.parametrize(
    ("name", "source"),
    [
        ("tracker.letters.header", "from tracker.store import ledger"),
        ("tracker.followup.rounds", "import tracker.notices.mail"),
        ("tracker.store.ledger", "from tracker.cli.session import who"),
        ("tracker.notices.delivery", "from tracker.followup.rounds import decide"),
        ("tracker.tools.thing", "from tracker.errors import TrackerError"),
    ],
)
def test_a_wrong_import_is_seen(name: str, source: str) -> None:
    assert violations([(name, ast.parse(source))])


def test_the_clock_is_read_in_one_place() -> None:
    """Today is an argument: only tracker.clock asks the machine for the time."""
    asking = set()
    for name, tree in _modules():
        for node in ast.walk(tree):
            if isinstance(node, ast.Attribute) and node.attr in ("now", "today", "utcnow"):
                owner = node.value
                if isinstance(owner, ast.Name) and owner.id in ("datetime", "date", "dt"):
                    asking.add(name)
                if isinstance(owner, ast.Attribute) and owner.attr in ("datetime", "date"):
                    asking.add(name)
    assert asking == {"tracker.clock"}
