"""A chart is laid out from its rows: to one scale, every letter within the picture, and once more in words."""

from xml.etree import ElementTree

from django.template.loader import render_to_string

from csec.charts import FULL, HATCHED, LIGHT, NARROWEST, WIDTH, Chart, Row

LONG = "Investigate possible campus impact: recruitment, harassment, involvement of other students & <safety>"


def test_bars_are_drawn_to_one_scale_and_a_small_one_can_still_be_seen() -> None:
    chart = Chart(
        "a", "A", [Row("One", "100", [(FULL, 60), (LIGHT, 40)]), Row("Two", "1", [(FULL, 0), (HATCHED, 0.1)])]
    )
    assert [(mark.look, mark.x, mark.width) for mark in chart.marks] == [
        (FULL, 0, 204),
        (LIGHT, 204, 136),
        (HATCHED, 0, NARROWEST),
    ]
    assert chart.words == "One: 100; Two: 1"


def test_a_spread_is_a_line_with_its_middle_and_what_is_hidden_has_no_bar() -> None:
    chart = Chart("a", "A", [Row("One", "4 days", spread=(1, 4, 10)), Row("Two", "hidden")])
    track, line, middle = chart.marks
    assert (track.width, line.x, line.width, middle.x) == (WIDTH, 34, 306, 134)
    assert chart.lines[-1].text == "hidden"


def test_the_picture_is_one_to_be_read_aloud_and_holds_all_of_a_long_label() -> None:
    chart = Chart("a", "Title", [Row(LONG, "12 late, 14 not late", [(HATCHED, 1)])])
    svg = ElementTree.fromstring(render_to_string("includes/chart.html", {"chart": chart}))  # noqa: S314
    assert svg.get("role") == "img"
    ids = {element.get("id"): element.text for element in svg}
    said = [ids[svg.get(one, "")] for one in ("aria-labelledby", "aria-describedby")]
    assert said == ["Title", f"{LONG}: 12 late, 14 not late"]
    texts = [element.text or "" for element in svg if element.tag.endswith("text")]
    assert " ".join(texts) == f"{LONG} 12 late, 14 not late"
    assert int(svg.get("height", 0)) >= max(mark.y for mark in chart.marks) + chart.bar
    assert not {"style", "onload"} & {name for element in svg.iter() for name in element.attrib}
