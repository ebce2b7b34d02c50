"""Figures for papers: each kind is a file of its own that nothing in it can make run, at any number of agents."""

from __future__ import annotations

from xml.etree import ElementTree

import pytest

from ethogram.reporting import FIGURES, figure_svg
from ethogram.reporting.plots import Point
from tests.unit.reporting.test_reports import HOSTILE, PRINCIPLES, report

SVG = "{http://www.w3.org/2000/svg}"


def drawn(kind: str, names: list[str], words: str = "it keeps faith") -> ElementTree.Element:
    told = {name: {one: [Point(5, 0.4, 0.1, 0.7), Point(50, 0.9, 0.8, 0.97)] for one in PRINCIPLES} for name in names}
    return ElementTree.fromstring(figure_svg(kind, report(names, words), told))


@pytest.mark.parametrize("kind", FIGURES)
@pytest.mark.parametrize("count", [1, 3, 30])
def test_a_figure_stands_for_itself(kind: str, count: int) -> None:
    svg = drawn(kind, [f"agent-{number}" for number in range(count)])
    assert svg.tag == f"{SVG}svg" and svg.find(f"{SVG}style") is not None and svg.find(f"{SVG}title") is not None
    assert float(svg.attrib["width"]) > 0 and float(svg.attrib["height"]) > 0
    texts = {text.text for text in svg.iter(f"{SVG}text")}
    assert texts & {"agent-0", "fairness", "it keeps faith"}


@pytest.mark.parametrize("kind", FIGURES)
def test_nothing_that_an_agent_says_is_obeyed(kind: str) -> None:
    svg = drawn(kind, ["ada", "bob"], HOSTILE)
    allowed = {"svg", "title", "desc", "style", "text", "rect", "line", "circle", "polyline", "polygon", "g"}
    assert {each.tag.removeprefix(SVG) for each in svg.iter()} <= allowed
    assert not any(name.startswith("on") or "href" in name for each in svg.iter() for name in each.attrib)


def test_a_figure_becomes_an_image_and_a_page_of_print() -> None:
    try:
        import cairosvg
    except (ImportError, OSError):
        pytest.skip("needs CairoSVG and the library cairo: pip install 'ethogram[figures]'")
    svg = figure_svg("fingerprint", report(["ada", "bob"]), {}).encode()
    assert cairosvg.svg2png(bytestring=svg)[:4] == b"\x89PNG" and cairosvg.svg2pdf(bytestring=svg)[:5] == b"%PDF-"
