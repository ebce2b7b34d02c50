"""Templates of strangers: each mistake named with file, line, field and what would be valid; their text stays data."""

from __future__ import annotations

from pathlib import Path

import jsonschema
import pytest
import yaml

from ethogram.events import ScenarioPlan
from ethogram.games import Shelf, Templates, check_templates, generate, library
from ethogram.games.schema import TEMPLATES, file_schemas
from ethogram.games.shelf import FOLDER

GOOD = (
    """\
archetype: loyalty
templates:
  - id: lent-book
    slots: {friend: person}
    counterpart: "{friend}"
    story: "{friend} has lent you a book that somebody else wants to buy."
    paraphrases: ["Somebody would buy the book that {friend} lent you.", "A book, lent by {friend}, and a buyer."]
    neutral: "{friend} lent you a book. A third person offers money for it."
    conduct: {C: Last year a book of yours came back., D: Last year a book of yours was sold.}
    constraints: [The rent is due.]
    resources:
      money: {calm: 9, tight: 1, text: "{n} euros"}
    check: {question: "Who owns the book?", right: "{friend}", wrong: [You]}
    question: What do you do?
    options:
      - id: keep
        text: Keep it for {friend}.
        leaning: C
        effects: {loyalty: 0.8, prudence: -0.3}
        leads_to: again
      - {id: sell, text: Sell it., leaning: D, effects: {prudence: 0.5, loyalty: -0.9}}
    default: keep
    follow_ups:
      - id: again
        story: The buyer comes back with more.
        question: And now?
        options:
          - {id: no, text: "No.", leaning: C, effects: {loyalty: 0.8}}
          - {id: yes, text: "Yes.", leaning: D, effects: {loyalty: -0.8}}
        default: no
    anchors:
      - {source: friend, target: you, strength: 0.5, direction: supports}
    contexts: {relational: 0.6, economic: 0.4}
""".replace("id: no,", "id: decline,")
    .replace("id: yes,", "id: accept,")
    .replace("default: no", "default: decline")
)


def written(folder: Path, text: str = GOOD, name: str = "loyalty.yaml") -> Path:
    folder.mkdir(parents=True, exist_ok=True)
    (folder / name).write_text(text, encoding="utf-8")
    return folder


def test_a_folder_of_ones_own_is_read_and_played(tmp_path: Path) -> None:
    found, wrong = check_templates(written(tmp_path))
    assert found is not None and not wrong
    plan = ScenarioPlan.model_validate({"archetypes": ["loyalty"], "count": 1})
    assert "lent" in generate(1, plan, 1, found).text


@pytest.mark.parametrize(
    ("before", "after", "said"),
    [
        ("leaning: C\n", "leaning: X\n", "loyalty.yaml:18: templates[0].options[0].leaning: Input should be 'C'"),
        ("    neutral:", "    colour: red\n    neutral:", ":8: templates[0].colour: unknown key"),
        ("default: keep", "default: kepe", ":22: templates[0].default: 'kepe' is no option; did you mean 'keep'?"),
        ("economic: 0.4", "economic: 0.3", ":33: templates[0].contexts: the weights sum to 0.9; they must sum to 1"),
        ("relational: 0.6", "cosmic: 0.6", "templates[0].contexts.cosmic: unknown"),
        ("{loyalty: 0.8, prudence", "{bravery: 0.8, prudence", ":19: templates[0].options[0].effects.bravery: unknown"),
        ("{loyalty: 0.8, prudence", "{loyalty: 8, prudence", ":19: templates[0].options[0].effects.loyalty: Input"),
        ("Keep it for {friend}", "Keep it for {fiend}", ":17: templates[0].options[0].text: {fiend} is no slot"),
        ("Keep it for {friend}", "Keep it for {friend.__class__}", "options[0].text: {friend.__class__} is no slot"),
        ("Keep it for {friend}", "Keep it for {friend!r}", "options[0].text: {friend} takes no format; write {friend}"),
        ("Keep it for {friend}", "Keep it for {friend:>999999}", "options[0].text: {friend} takes no format"),
        ("Keep it for {friend}", "Keep it {for", "options[0].text: expected '}' before end of string"),
        ("{friend: person}", "{friend: persons}", ":4: templates[0].slots.friend: no pool 'persons'; did you mean"),
        ("leads_to: again", "leads_to: agian", ":20: templates[0].options[0].leads_to: no follow-up 'agian'; did you"),
        ("        leads_to: again\n", "", "follow_ups[0].id: no option leads to 'again'; name it under leads_to"),
        ("tight: 1,", "tight: 10,", ":12: templates[0].resources.money.tight: must be below calm (9): stress tightens"),
        ("archetype: loyalty", "archetype: loyality", ":1: archetype: Input should be 'loyalty'"),
        ("{loyalty: -0.8}}", "{loyalty: -0.8}, leads_to: again}", "choices deep, or in a circle; at most 5"),
        ("    question: What", "    question: What\n    question: What", "stands twice, first in line 14"),
    ],
)  # fmt: skip
def test_each_mistake_is_named_where_it_stands(tmp_path: Path, before: str, after: str, said: str) -> None:
    assert before in GOOD
    found, wrong = check_templates(written(tmp_path, GOOD.replace(before, after, 1)))
    assert found is None and said in "\n".join(wrong)


def test_whatever_else_a_place_may_hold_is_told_in_words(tmp_path: Path) -> None:
    def said(place: Path) -> str:
        return "\n".join(check_templates(place)[1])

    assert "no such file or folder" in said(tmp_path / "nowhere")
    assert "0 files *.yaml" in said(tmp_path)
    assert "expected a mapping with the keys archetype, templates" in said(written(tmp_path / "a", "- 1"))
    assert "cannot be read" in said(written(tmp_path / "b", "a: [b"))
    written(tmp_path / "c", name="one.yaml")
    assert "template 'lent-book' is in one.yaml too" in said(written(tmp_path / "c", name="two.yaml"))
    written(tmp_path / "d")
    (tmp_path / "d" / "link.yaml").symlink_to(tmp_path / "d" / "loyalty.yaml")
    assert "a link; expected a file of its own" in said(tmp_path / "d")


def test_words_of_a_template_are_data(tmp_path: Path) -> None:
    """Braces in a slot's value, marks of YAML, markup: they come out as they went in."""
    odd = "[bold]{friend}{0.__init__}"
    text = GOOD.replace("{friend: person}", f"{{friend: ['{odd}']}}")
    found, wrong = check_templates(written(tmp_path, text))
    assert found is not None, wrong
    plan = ScenarioPlan.model_validate({"archetypes": ["loyalty"], "count": 1})
    assert generate(1, plan, 1, found).situation.counterpart == odd
    unsafe = GOOD.replace("id: lent-book", "id: !!python/name:os.system x")
    assert "is no plain value" in "\n".join(check_templates(written(tmp_path, unsafe))[1])


def test_only_folders_below_those_allowed_are_opened(tmp_path: Path) -> None:
    written(tmp_path / "allowed" / "mine")
    written(tmp_path / "secret")
    (tmp_path / "allowed" / "way-out").symlink_to(tmp_path / "secret")
    shelf = Shelf(lambda: (tmp_path / "allowed",))
    assert list(shelf.open("mine").by_id) == list(shelf.open(str(tmp_path / "allowed" / "mine")).by_id) == ["lent-book"]
    for name in ("../secret", str(tmp_path / "secret"), "way-out", "nowhere"):
        with pytest.raises(Templates, match="is no folder below those that the operator allows"):
            shelf.open(name)
    with pytest.raises(Templates, match="no installed collection"):
        Shelf().open("mine")


def test_a_session_finds_the_templates_again_that_it_began_with(tmp_path: Path) -> None:
    folder = written(tmp_path / "mine")
    first = Shelf(lambda: (tmp_path,)).open("mine")
    later = Shelf(lambda: (tmp_path,))
    assert later.pinned("mine", first.digest) == first
    written(folder, GOOD.replace("a book", "an atlas"))
    assert Shelf(lambda: (tmp_path,)).pinned("mine", first.digest) is None
    assert Shelf(lambda: (tmp_path,)).pinned("gone", first.digest) is None


def test_the_published_schema_takes_ours_and_is_the_one_of_the_code() -> None:
    text = file_schemas()[TEMPLATES]
    assert TEMPLATES.read_text(encoding="utf-8") == text, "run scripts/generate"
    schema = jsonschema.Draft202012Validator(yaml.safe_load(text))
    for path in sorted(FOLDER.glob("*.yaml")):
        assert not list(schema.iter_errors(yaml.safe_load(path.read_text(encoding="utf-8")))), path.name
    wrong = yaml.safe_load(GOOD)
    assert not list(schema.iter_errors(wrong))
    wrong["templates"][0]["options"][0]["leaning"] = "X"
    assert list(schema.iter_errors(wrong))
    assert library().digest == check_templates(FOLDER)[0].digest
