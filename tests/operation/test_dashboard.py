"""docs/grafana.json asks for what there is, and for all of it."""

import json
import re

import pytest
from prometheus_client.parser import text_string_to_metric_families

from operation.models import Heartbeat, Part
from tests.serving import ROOT

pytestmark = [pytest.mark.once, pytest.mark.django_db]

DASHBOARD = json.loads((ROOT / "docs" / "grafana.json").read_text())
EXPRESSIONS = [target["expr"] for panel in DASHBOARD["panels"] for target in panel["targets"]]
ASKED = re.compile(r"([a-z_]+)\{([^}]*)\}")


@pytest.fixture
def families(client, settings):
    settings.METRICS_TOKEN = "a token"
    client.get("/accounts/login/")  # so that a request is counted
    Heartbeat.objects.note(Part.BEAT)
    text = client.get("/metrics", headers={"authorization": "Bearer a token"}).content.decode()
    return list(text_string_to_metric_families(text))


def test_each_figure_that_it_draws_is_in_a_real_scrape(families):
    told = {sample.name for family in families for sample in family.samples}
    asked = {name for expression in EXPRESSIONS for name, _labels in ASKED.findall(expression)}

    assert len(EXPRESSIONS) > 20
    assert asked - told == set()
    assert [expression for expression in EXPRESSIONS if not ASKED.search(expression)] == []


def test_each_of_our_figures_is_drawn(families):
    ours = {family.name for family in families if family.name.startswith("foyer_")}
    drawn = " ".join(EXPRESSIONS)

    assert len(ours) > 10
    assert [name for name in sorted(ours) if name not in drawn] == []


def test_each_label_that_it_names_is_one_of_the_figures(families):
    labels = {label for family in families for sample in family.samples for label in sample.labels}
    named = {
        name
        for expression in EXPRESSIONS
        for group in re.findall(r"by \(([^)]*)\)", expression)
        for name in group.split(", ")
    }

    assert named - labels == set()


def test_it_is_drawn_from_whichever_source_is_chosen():
    [source, job] = DASHBOARD["templating"]["list"]
    asked = [panel["datasource"]["uid"] for panel in DASHBOARD["panels"]]

    assert (source["type"], source["query"], source["name"]) == ("datasource", "prometheus", "datasource")
    assert {*asked, job["datasource"]["uid"]} == {"${datasource}"}
    assert {labels for expression in EXPRESSIONS for _name, labels in ASKED.findall(expression)} == {
        'job=~"$job"'
    }


def test_no_two_panels_lie_on_each_other():
    cells = [
        (column, line)
        for where in (panel["gridPos"] for panel in DASHBOARD["panels"])
        for column in range(where["x"], where["x"] + where["w"])
        for line in range(where["y"], where["y"] + where["h"])
    ]

    assert len(cells) == len(set(cells))
    assert max(column for column, _line in cells) < 24
