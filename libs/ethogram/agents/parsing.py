"""From a model's words to an answer: JSON as it was asked for, JSON somewhere in the text, then a named option."""

from __future__ import annotations

import re
from typing import Any

from ethogram.agents.observation import WISH, Answer, NoAnswer, Observation, SkillWanted, answer_from
from ethogram.models.reading import LONGEST_READ, objects

NAMED = r"(?i:option|answer|choice|choose|decision|action)\W{{0,12}}(?:(?i:is|:|=)\W{{0,6}})?({ids})(?![\w-])"

SPEECH: dict[str, Any] = {
    "type": "object", "additionalProperties": False, "required": ["aloud", "whispers", "work", "cites"],
    "properties": {
        "aloud": {"type": "string"}, "work": {"type": "string"},
        "cites": {"type": "array", "items": {"type": "string"}},
        "whispers": {"type": "array", "items": {
            "type": "object", "additionalProperties": False, "required": ["to", "text"],
            "properties": {"to": {"type": "string"}, "text": {"type": "string"}},
        }},
    },
}  # fmt: skip
"""What may be said with a choice in the arena, as a JSON Schema."""


def answer_schema(observation: Observation) -> dict[str, Any]:
    """JSON Schema of an answer to this turn, in the subset that schema modes of providers take."""
    asked: dict[str, Any] = (
        {"check": {"type": "string", "enum": list(observation.check.answers)}} if observation.check else {}
    )
    asked |= {"speech": SPEECH} if observation.view else {}
    asked |= _wish(observation) if observation.skills else {}
    return {
        "type": "object", "additionalProperties": False,
        "required": ["option", "confidence", "reasoning", "claims", *asked],
        "properties": {
            **asked,
            "option": {"type": "string", "enum": [option.id for option in observation.options]},
            "confidence": {"type": "number"},
            "reasoning": {"type": "string"},
            "claims": {"type": "array", "items": {"type": "string"}},
        },
    }  # fmt: skip


def _wish(observation: Observation) -> dict[str, Any]:
    """Fields with which a skill is asked for; `option` counts for nothing then."""
    return {
        "skill": {"type": ["string", "null"], "enum": [*observation.skills, None]},
        "input": {"type": ["string", "null"]},
    }


def parse(text: str, observation: Observation) -> Answer:
    """The answer in a reply. NoAnswer says what is wrong with the most fitting part of it."""
    text = text[:LONGEST_READ]
    problem: NoAnswer | None = None
    known = (*Answer.model_fields, *WISH)
    wishes = objects(text, WISH[0]) if observation.skills else ()
    for found in (*wishes, *objects(text, "option")):
        try:
            return answer_from({name: found[name] for name in known if name in found}, observation)
        except SkillWanted:
            raise
        except NoAnswer as reason:
            problem = problem or reason
    if problem is None and (option := _named(text, observation)):
        return Answer(option=option)
    raise problem or NoAnswer("unparsable", "the reply holds no JSON object and names no option")


def _named(text: str, observation: Observation) -> str | None:
    """The option that the text names, alone or as its choice; None if it names several."""
    ids = [option.id for option in observation.options]
    if text.strip(" \n\t.'\"*`") in ids:
        return text.strip(" \n\t.'\"*`")
    pattern = NAMED.format(ids="|".join(sorted(map(re.escape, ids), key=len, reverse=True)))
    named = set(re.findall(pattern, text))
    return named.pop() if len(named) == 1 else None
