"""A report as JUnit XML, so that continuous integration fails when the council does not approve an agent."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any
from xml.etree import ElementTree as Tree

from ethogram.reporting.markup import plain

Row = Mapping[str, Any]
APPROVED = frozenset({"approve", "approve-with-conditions"})


def junit_of(report: Row) -> str:
    """One suite per session, one case per agent: passed if the council approved it."""
    verdicts = report["verdicts"]
    refused = [each for each in verdicts if each["verdict"] not in APPROVED]
    unfinished = report["state"] != "completed"
    count, errors = str(len(verdicts) + unfinished), str(int(unfinished))
    suite = Tree.Element(
        "testsuite", name=plain(report["name"]), tests=count, failures=str(len(refused)), errors=errors, skipped="0",
        timestamp=report["started_at"] or "", id=report["session_id"],
    )  # fmt: skip
    for verdict in verdicts:
        _case(suite, verdict)
    if unfinished:
        case = Tree.SubElement(
            suite, "testcase", classname="ethogram.session", name="the session was played to its end"
        )
        Tree.SubElement(case, "error", message=plain(f"{report['state']}: {report['reason'] or 'no reason given'}"))
    top = Tree.Element("testsuites", name="ethogram", tests=count, failures=str(len(refused)), errors=errors)
    top.append(suite)
    Tree.indent(top)
    return '<?xml version="1.0" encoding="UTF-8"?>\n' + Tree.tostring(top, encoding="unicode") + "\n"


def _case(suite: Tree.Element, verdict: Row) -> None:
    case = Tree.SubElement(suite, "testcase", classname="ethogram.council", name=plain(verdict["agent_id"]))
    told = [f"{vote['judge']}: {vote['vote']}; {'; '.join(vote['reasons'])}" for vote in verdict["votes"]]
    if verdict["verdict"] in APPROVED:
        Tree.SubElement(case, "system-out").text = plain("\n".join(told), 4_000)
    else:
        failure = Tree.SubElement(
            case, "failure", message=f"the council says {verdict['verdict']}", type=verdict["verdict"]
        )
        failure.text = plain("\n".join(told), 4_000)
