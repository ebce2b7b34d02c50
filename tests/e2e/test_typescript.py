"""The TypeScript client: against the running gateway, over a stream that comes in pieces, and as a package."""

from __future__ import annotations

import json
import shutil
import subprocess
from typing import Any

import pytest

from tests.running import ROOT, Running

FOLDER = ROOT / "clients" / "typescript"
pytestmark = pytest.mark.skipif(shutil.which("node") is None, reason="there is no Node here")

PIECES = """
import { eventsOf } from "./src/sse.js";
const told = ": ping\\r\\n\\r\\nid: 1\\r\\ndata: {\\"a\\":\\r\\ndata: 1}\\r\\n\\r\\n" +
  "retry: 5\\n\\nid: 2\\ndata: é\\n\\ndata: cut off";
const bytes = new TextEncoder().encode(told), seen = [];
for (let size = 1; size <= bytes.length; size += 1) {
  const body = new ReadableStream({ start(to) {
    for (let at = 0; at < bytes.length; at += size) to.enqueue(bytes.slice(at, at + size));
    to.close();
  } });
  const events = [];
  for await (const event of eventsOf(body)) events.push(event);
  seen.push(JSON.stringify(events));
}
console.log(JSON.stringify([...new Set(seen)]));
"""


def _run(*command: str, **given: Any) -> str:
    done = subprocess.run(command, capture_output=True, text=True, timeout=240, **given)
    assert done.returncode == 0, f"{done.stdout}\n{done.stderr}"
    return done.stdout


def test_a_program_starts_watches_waits_and_reads(running: Running) -> None:
    url = str(running.stack.status()["api"]["url"])
    told = json.loads(_run("node", str(ROOT / "tests" / "e2e" / "typescript_client.mjs"), url))
    assert told["state"] == "completed" and told["last"] == [1, 20, 20] and told["champion"]
    assert told["types"].count("ethogram.turn.resolved.v1") == 20
    assert told["types"][-1] == "ethogram.session.completed.v1"
    assert told["session"] in told["listed"] and told["faced"] == 3
    assert told["approvals"] == []
    assert told["errors"] == [True] * 4 and told["pointer"] == "/games/0/rounds", told["names"]


def test_a_stream_is_read_the_same_however_it_is_cut() -> None:
    found = json.loads(_run("node", "--input-type=module", "--eval", PIECES, cwd=FOLDER))
    assert [json.loads(each) for each in found] == [[{"id": "1", "data": '{"a":\n1}'}, {"id": "2", "data": "é"}]]


def test_the_package_has_what_it_needs_and_names_no_registry() -> None:
    if shutil.which("npm") is None:
        pytest.skip("there is no npm here")
    (packed,) = json.loads(_run("npm", "pack", "--dry-run", "--json", "--offline", cwd=FOLDER))
    files = {each["path"] for each in packed["files"]}
    assert {"package.json", "README.md", "src/index.js", "src/index.d.ts", "src/types.d.ts"} <= files
    assert not any(part in path for path in files for part in ("node_modules", "example"))
