"""The files of the page: whole, known to the byte where they are others', and without a way to run what agents say."""

from __future__ import annotations

import hashlib
import re
from pathlib import Path

import pytest

from ethogram.services.gateway.app import WEB

OURS = sorted(path for path in WEB.iterdir() if path.suffix == ".js")
VENDOR = WEB / "vendor"
FORBIDDEN = re.compile(
    r"innerHTML|outerHTML|insertAdjacent|document\.write|dangerously|\beval\(|new Function|srcdoc|https?://"
)


def test_files_of_others_are_the_bytes_that_were_looked_at() -> None:
    known = dict(reversed(line.split("  ")) for line in (VENDOR / "SHA256SUMS").read_text().splitlines())
    there = {path.name for path in VENDOR.iterdir()} - {"SHA256SUMS", "README.md"}
    assert there == set(known)
    for name, digest in known.items():
        assert hashlib.sha256((VENDOR / name).read_bytes()).hexdigest() == digest, name
    scripts = {name for name in there if name.endswith(".js")}
    assert all(f"`{name}`" in (VENDOR / "README.md").read_text() for name in scripts)


@pytest.mark.parametrize("path", OURS, ids=lambda path: path.name)
def test_no_module_makes_html_of_text_or_asks_elsewhere(path: Path) -> None:
    assert not FORBIDDEN.findall(path.read_text(encoding="utf-8"))


def test_every_import_leads_to_a_file_and_every_file_is_imported() -> None:
    imported = set()
    for path in OURS:
        for target in re.findall(r'^import .*? from "(.*?)";$', path.read_text(encoding="utf-8"), flags=re.M):
            assert target.startswith("./") and (WEB / target).is_file(), f"{path.name}: {target}"
            imported.add((WEB / target).resolve())
    scripts = {path.resolve() for path in (*OURS, *VENDOR.glob("*.js"))}
    assert scripts - imported == {(WEB / "app.js").resolve()}


def test_nothing_is_styled_in_place() -> None:
    assert "style=" not in (WEB / "index.html").read_text(encoding="utf-8")
    assert "url(" not in (WEB / "style.css").read_text(encoding="utf-8")
