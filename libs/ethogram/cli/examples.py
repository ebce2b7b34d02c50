"""An example for every command whose own words bring none; shown at the end of its help."""

from __future__ import annotations

import typer

EXAMPLES = {
    "agents list": "--json",
    "agents show": "builtin",
    "audit consistency": "latest",
    "audit export": "latest --out session.zip",
    "audit keys export": "> trusted.jwks",
    "audit keys list": "",
    "audit keys revoke": "KID --reason 'its machine was stolen'",
    "audit keys rotate": "",
    "audit keys trust": "theirs.jwks",
    "audit log": "latest --decisions",
    "audit prove": "EVENT",
    "audit publish": "--git heads",
    "bench active": "--json",
    "bench inference": "--json",
    "cancel": "latest --reason 'wrong file'",
    "champions": "--limit 10",
    "constitution diff": "examples/constitution.yaml",
    "constitution explain": "examples/constitution.yaml",
    "demo": "examples/training/axelrod.yaml",
    "dlq discard": "3 --reason 'a test of the producer'",
    "dlq explain": "",
    "dlq list": "--status new",
    "dlq redrive": "--all --pattern schema --rate 10",
    "dlq show": "3",
    "doctor": "--json",
    "down": "",
    "plot": "latest radar --out radar.svg",
    "export": "latest --format parquet --out acts.parquet",
    "import": "games.csv --wait",
    "infer": "games.csv --json",
    "inject": "latest g001 'There are three rounds left.'",
    "judges agreement": "",
    "judges evaluate": "examples/transcripts.yaml",
    "keys list": "",
    "keys revoke": "KEY",
    "ladder": "--verify",
    "leaderboard": "--json",
    "override": "latest g001 0 C --reason 'to see what follows'",
    "overrule": "latest tft reject --reason 'it had read the rules'",
    "pause": "latest --reason 'somebody has to look at it'",
    "people add": "ann --role operator",
    "people list": "",
    "people remove": "ann",
    "play": "latest",
    "population": "games.csv --strategies ALLC,ALLD,GRIM,TFT",
    "preferences": "choices.csv",
    "report": "latest --json",
    "resume": "latest",
    "scenarios check": "scenarios/mine",
    "scenarios list": "--json",
    "schemas check": "",
    "schemas export": "--to contracts",
    "sessions": "--limit 10",
    "status": "--json",
    "swap": "latest tft training.yaml#grim",
    "topics acls": "",
    "topics apply": "--dry-run",
    "topics describe": "ethogram.turn.resolved.v1",
    "topics list": "",
    "topics restore": "--dry-run",
    "version": "",
    "watch": "latest",
}
"""What follows the command's name."""


def show_examples(app: typer.Typer, path: str = "") -> None:
    """Put the examples below the help of the commands of `app`, and of the groups in it."""
    for command in app.registered_commands:
        name = f"{path}{command.name or getattr(command.callback, '__name__', '')}"
        if name in EXAMPLES:
            command.epilog = f"Example: `{f'ethogram {name} {EXAMPLES[name]}'.rstrip()}`"
    for group in app.registered_groups:
        if group.typer_instance is not None:
            show_examples(group.typer_instance, f"{path}{group.name or group.typer_instance.info.name} ")
