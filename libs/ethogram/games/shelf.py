"""Where templates come from: ours, a folder of the user's below those that the operator allows, or a collection that
another distribution brings (entry point `ethogram.scenarios`, whose value is the path of a folder)."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from functools import lru_cache
from importlib.metadata import EntryPoint, entry_points
from pathlib import Path
from typing import Any

from pydantic import TypeAdapter, ValidationError

from ethogram.events import Archetype, SettingsError
from ethogram.events.explanation import Problem, suggestion
from ethogram.events.explanation import problems as schema_problems
from ethogram.games.documents import Document, Unreadable, read_document
from ethogram.games.lint import faults
from ethogram.games.templates import Collection, Library, Template

FOLDER = Path(__file__).parent / "templates"
"""Our templates."""
POOLS = Path(__file__).parent / "pools.yaml"
"""Values that slots of everybody's templates may draw from; a `pools.yaml` in a folder adds its own."""
GROUP = "ethogram.scenarios"
KEPT = 8
"""Libraries that a process keeps at a time."""
MOST_FILES = 200
LARGEST_FILE = 2_000_000
"""Bytes of one file."""

_POOLS = TypeAdapter(dict[str, tuple[str, ...]])


class Templates(SettingsError):
    """Templates that cannot be used; one line per problem: `file:line: field: what is wrong; what would be valid`."""

    def __init__(self, problems: Iterable[str]) -> None:
        super().__init__("templates", "\n".join(problems))


class Shelf:
    """Opens libraries by name, and finds again the one that a session was admitted with."""

    def __init__(self, allowed: Callable[[], Sequence[Path]] = lambda: ()) -> None:
        self._allowed = allowed
        self._kept: dict[str, Library] = {}

    def open(self, name: str) -> Library:
        """The library called `name` as it is now; Templates says why it cannot be used."""
        found = library() if not name else read_library(self._folder(name))
        self._kept = {**dict(list(self._kept.items())[1 - KEPT :]), found.digest: found}
        return found

    def pinned(self, name: str, digest: str) -> Library | None:
        """The library with this digest; none if what is called `name` is another one by now, or gone."""
        if digest not in self._kept:
            try:
                self.open(name)
            except Templates:
                return None
        return self._kept.get(digest)

    def _folder(self, name: str) -> Path:
        point = collections().get(name)
        if point is not None:
            return _folder_of(point)
        allowed = [folder.resolve() for folder in self._allowed()]
        for folder in allowed:
            wanted = (folder / name).resolve()
            if wanted.is_relative_to(folder) and wanted.is_dir():
                return wanted
        known = [*collections(), *(each.name for folder in allowed if folder.is_dir() for each in _folders(folder))]
        raise Templates([
            f"templates: {name!r} is no folder below those that the operator allows (ETHOGRAM_SCENARIOS_PATH)"
            f" and no installed collection{suggestion(name, known)}"
        ])  # fmt: skip


def _folders(folder: Path) -> list[Path]:
    return sorted(each for each in folder.iterdir() if each.is_dir() and not each.name.startswith("."))


def collections() -> Mapping[str, EntryPoint]:
    """Collections of installed distributions, by name."""
    return {point.name: point for point in entry_points(group=GROUP)}


def _folder_of(point: EntryPoint) -> Path:
    try:
        folder = Path(str(point.load()))
    except Exception as error:  # whatever a stranger's module raises
        raise Templates([f"templates: collection {point.name!r} ({point.value}): {error}"]) from error
    if not folder.is_dir():
        raise Templates([f"templates: collection {point.name!r} ({point.value}) is no path of a folder"])
    return folder


@lru_cache(maxsize=1)
def library() -> Library:
    """The templates of this release."""
    return read_library(FOLDER)


def scenario_templates_digest() -> str:
    """Digest of the templates of this release."""
    return library().digest


def read_library(folder: Path) -> Library:
    """All templates of a folder; Templates names everything that is wrong with it."""
    found, wrong = check_templates(folder)
    if found is None:
        raise Templates(wrong)
    return found


def check_templates(place: Path) -> tuple[Library | None, list[str]]:
    """What a folder (or one file) of templates holds, or what is wrong with it; one of the two is empty."""
    paths = [place] if place.is_file() else [path for path in sorted(place.glob("*.yaml")) if path.name != POOLS.name]
    if not place.exists():
        return None, [f"{place}: no such file or folder; expected a folder of templates (YAML), or one such file"]
    if not 0 < len(paths) <= MOST_FILES:
        return None, [f"{place}: {len(paths)} files *.yaml; expected 1 to {MOST_FILES}, one per archetype"]
    pools, wrong = _pools(place if place.is_dir() else place.parent)
    read = [(path, *_read(path, pools)) for path in paths]
    wrong += [line for _, _, lines in read for line in lines]
    held = [(path, collection) for path, collection, _ in read if collection]
    wrong += _twice(held)
    if wrong:
        return None, wrong
    templates: dict[Archetype, tuple[Template, ...]] = {}
    for _, collection in held:
        templates[collection.archetype] = (*templates.get(collection.archetype, ()), *collection.templates)
    return Library(templates=templates, pools=pools), []


def _read(path: Path, pools: Mapping[str, Any]) -> tuple[Collection | None, list[str]]:
    try:
        if path.is_symlink():
            return None, [f"{path}: a link; expected a file of its own"]
        if path.stat().st_size > LARGEST_FILE:
            return None, [f"{path}: {path.stat().st_size:,} bytes; at most {LARGEST_FILE:,}"]
        document = read_document(path, "a file of scenario templates")
    except (Unreadable, OSError) as error:
        return None, [str(error)]
    collection, problems = _collection(document)
    wrong = [*document.problems, *problems, *(faults(collection, pools) if collection else ())]
    return collection, document.placed(path, wrong)


def _collection(document: Document) -> tuple[Collection | None, list[Problem]]:
    if not isinstance(document.value, dict):
        return None, [Problem((), "expected a mapping with the keys archetype, templates")]
    try:
        return Collection.model_validate(document.value), []
    except ValidationError as error:
        return None, schema_problems(error, Collection)


def _pools(folder: Path) -> tuple[dict[str, tuple[str, ...]], list[str]]:
    pools: dict[str, tuple[str, ...]] = {}
    wrong: list[str] = []
    for path in dict.fromkeys((POOLS, folder / POOLS.name)):
        if not path.is_file():
            continue
        try:
            pools |= _POOLS.validate_python(read_document(path, "pools of values").value)
        except Unreadable as error:
            wrong.append(str(error))
        except ValidationError:
            wrong.append(f"{path}: expected lists of texts by name, e.g. `person: [Amara, Bilal]`")
    return pools, wrong


def _twice(held: Iterable[tuple[Path, Collection]]) -> Iterator[str]:
    seen: dict[str, Path] = {}
    for path, collection in held:
        for template in collection.templates:
            first = seen.setdefault(template.id, path)
            if first != path:
                yield f"{path}: template {template.id!r} is in {first.name} too; each id once in a folder"
