"""Write what is generated from the catalogue and the events. Refuses a change that breaks readers (--breaking allows
it, before a first release only); with --check nothing is written, and a difference is a failure."""

from __future__ import annotations

import json
import sys
from pathlib import Path

from ethogram.cli.reference import pages as reference_pages
from ethogram.cli.reference.typescript import declarations
from ethogram.council.schema import file_schemas
from ethogram.games.schema import file_schemas as template_schemas
from ethogram.services.gateway.app import described
from ethogram.topology import catalogue
from ethogram.topology.contracts import (
    SCHEMAS,
    TOPICS_PAGE,
    broken_contracts,
    check_contracts,
    export_contracts,
    topics_page,
)
from ethogram.topology.permissions import script
from ethogram.topology.service_pages import service_pages, stale_pages

TYPES = Path(__file__).parents[3] / "clients" / "typescript" / "src" / "types.d.ts"
OPENAPI = SCHEMAS / "openapi.json"
ACLS = Path(__file__).parents[3] / "infra" / "kafka" / "acls.sh"


def openapi() -> str:
    """The document of the HTTP API as it is committed."""
    return json.dumps(described(), indent=2, sort_keys=True, ensure_ascii=False) + "\n"


def _on_disk(path: Path) -> str | None:
    return path.read_text(encoding="utf-8") if path.exists() else None


def main() -> int:
    """Exit code: 1 if something differs (--check) or would break."""
    page = topics_page(catalogue())
    written = {
        **file_schemas(),
        **template_schemas(),
        **reference_pages(),
        OPENAPI: openapi(),
        ACLS: script(catalogue()),
        TYPES: declarations(described()),
    }
    if "--check" in sys.argv:
        stale = [] if TOPICS_PAGE.read_text() == page else [f"{TOPICS_PAGE.name}: differs from the code"]
        stale += [f"{path.name}: differs" for path, text in written.items() if _on_disk(path) != text]
        findings = [*check_contracts(SCHEMAS), *stale, *stale_pages(catalogue())]
    else:
        findings = [] if "--breaking" in sys.argv else broken_contracts(SCHEMAS)
    print("\n".join(findings))
    if findings or "--check" in sys.argv:
        return int(bool(findings))
    TOPICS_PAGE.write_text(page)
    pages = service_pages(catalogue())
    for path, text in {**pages, **written}.items():
        path.write_text(text, encoding="utf-8")
    print(f"{len(export_contracts(SCHEMAS))} files in schemas, topics/README.md, {len(pages)} services' READMEs")
    return 0


if __name__ == "__main__":
    sys.exit(main())
