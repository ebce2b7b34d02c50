"""A session as a log of Inspect AI (format 2): one sample per agent, acts as messages, verdict and score as scores.

Written from the format alone, so that whoever exports needs nothing more; `inspect view` and its library read it.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from statistics import fmean
from typing import Any

from ethogram.reporting.markup import plain

Row = Mapping[str, Any]
FORMAT = 2
MOST_ACTS = 1_000
"""Acts of one agent that are told, the first ones; the other exports have them all."""
LONGEST = 20_000
"""Characters of one message."""
STATUS = {"completed": "success", "cancelled": "cancelled", "failed": "error", "rejected": "error"}
NOTHING = "1970-01-01T00:00:00.000Z"
"""Stands for a time that is not known."""


def inspect_log(report: Row, acts: Iterable[Row], version: str) -> dict[str, Any]:
    """The log of a `session_report` and the rows of its acts; `version` is the release that writes it."""
    told = _by_agent(acts)
    session, agents = str(report["session_id"]), list(report["agents"])
    samples = [_sample(report, agent, told.get(agent["agent_id"], [])) for agent in agents]
    log: dict[str, Any] = {
        "version": FORMAT, "status": STATUS.get(report["state"], "started"),
        "eval": {
            "eval_id": session, "run_id": session, "task_id": session, "created": report["started_at"] or NOTHING,
            "task": f"ethogram/{plain(report['name'], 120)}", "task_version": 0, "task_attribs": {}, "task_args": {},
            "dataset": {"name": plain(report["name"], 120), "samples": len(agents),
                        "sample_ids": [agent["agent_id"] for agent in agents], "shuffled": False},
            "model": "ethogram/agents", "model_generate_config": {}, "model_args": {}, "config": {"epochs": 1},
            "packages": {"ethogram": version},
            "metadata": {"session_id": session, "seed": report["seed"], "mode": report["mode"],
                         "champion": report["champion"], "digest": report["audit"]["digest"],
                         "root": report["audit"]["root"], "tournaments": list(report["tournaments"])},
        },
        "plan": {"name": "session", "steps": [], "config": {}},
        "results": _results(report, samples),
        "stats": {"started_at": report["started_at"] or NOTHING, "completed_at": report["finished_at"] or NOTHING,
                  "model_usage": {}},
        "samples": samples,
    }  # fmt: skip
    if log["status"] == "error":
        reason = plain(report["reason"] or report["state"])
        log["error"] = {"message": reason, "traceback": "", "traceback_ansi": ""}
    return log


def _by_agent(acts: Iterable[Row]) -> dict[str, list[Row]]:
    found: dict[str, list[Row]] = {}
    for act in acts:
        kept = found.setdefault(act["agent_id"], [])
        if len(kept) < MOST_ACTS:
            kept.append(act)
    return found


def _sample(report: Row, agent: Row, acts: Sequence[Row]) -> dict[str, Any]:
    name = agent["agent_id"]
    adapter = f"ethogram/{agent['adapter']}"
    messages = [message for act in acts for message in _messages(name, act)]
    last = next((each for each in reversed(messages) if each["role"] == "assistant"), None)
    return {
        "id": name, "epoch": 1, "target": "approve",
        "input": f"Plays as {plain(name, 64)} in the session {plain(report['name'], 120)}: {agent['acts']} acts.",
        "messages": messages,
        "output": {"model": adapter, "choices": [{"message": last, "stop_reason": "stop"}] if last else []},
        "scores": _scores(report, name),
        "metadata": {key: agent[key] for key in (
            "adapter", "config", "acts", "cooperation", "payoff", "entropy", "summary", "principles", "strategy",
            "labels", "switches", "contradictions", "claims", "prediction",
        )},
        "store": {}, "events": [], "model_usage": {}, "attachments": {},
    }  # fmt: skip


def _messages(name: str, act: Row) -> list[dict[str, Any]]:
    """What was put before it, and what it did with its own words for why."""
    place = f"{act['game_id']}, turn {act['turn']}"
    about = f"{act['archetype']} ({place})" if act["archetype"] else f"{place}; the others did: {act['others'] or '–'}"
    chose = act["intended"] if act["outcome"] == "chosen" else act["outcome"]
    option = f" ({act['option']})" if act["option"] else ""
    noise = f"\nExecuted: {act['executed']}" if act["executed"] != act["intended"] else ""
    words = f"\n\n{plain(act['reasoning'], LONGEST)}" if act["reasoning"] else ""
    return [
        {"role": "user", "content": about, "id": f"asked-{name}-{act['number']}", "source": "input"},
        {"role": "assistant", "content": f"{plain(chose, 200)}{option}{noise}{words}", "source": "generate",
         "id": act["decision_id"] or f"answered-{name}-{act['number']}"},
    ]  # fmt: skip


def _scores(report: Row, name: str) -> dict[str, Any]:
    found: dict[str, Any] = {}
    for verdict in report["verdicts"]:
        if verdict["agent_id"] == name:
            why = "\n".join(
                f"{vote['judge']}: {vote['vote']}; {'; '.join(vote['reasons'])}" for vote in verdict["votes"]
            )
            found["council"] = {
                "value": verdict["verdict"], "answer": verdict["verdict"], "explanation": plain(why, LONGEST),
                "metadata": {"votes": list(verdict["votes"])},
            }  # fmt: skip
    for score in report["scores"]:
        if score["agent_id"] == name:
            found["total"] = {"value": float(score["total"]), "metadata": {"rank": score["rank"]}}
            found |= {metric: {"value": float(value)} for metric, value in score["metrics"].items()}
    return found


def _results(report: Row, samples: Sequence[Row]) -> dict[str, Any]:
    approved = [each["verdict"].startswith("approve") for each in report["verdicts"]]
    scores = [_metric("council", "approved", fmean(approved))] if approved else []
    names = sorted({name for score in report["scores"] for name in score["metrics"]})
    if report["scores"]:
        scores.append(_metric("total", "mean", fmean(score["total"] for score in report["scores"])))
        scores += [
            _metric(name, "mean", fmean(score["metrics"].get(name, 0.0) for score in report["scores"]))
            for name in names
        ]
    return {"total_samples": len(samples), "completed_samples": len(samples), "scores": scores}


def _metric(scorer: str, name: str, value: float) -> dict[str, Any]:
    return {"name": scorer, "scorer": scorer, "params": {}, "metrics": {name: {"name": name, "value": round(value, 6)}}}
