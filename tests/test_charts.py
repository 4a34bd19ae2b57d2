"""Charts: what each shows of the hand-solved toy, what ECharts and matplotlib are given, and what is vendored."""

from __future__ import annotations

import hashlib
import json
import re
import sys
from dataclasses import replace
from pathlib import Path

import pandas as pd
import pytest
from click.testing import CliRunner

from conftest import Toy
from scenarios.case import Case
from scenarios.cli import main
from scenarios.files import packaged_file
from scenarios.plan import Plan
from scenarios.reports import charts, scales
from scenarios.reports.charts import air, counties, curves, emissions, money, ranges, work
from scenarios.reports.charts.description import (
    COLOURS,
    LESS,
    MORE,
    TOTAL,
    Bars,
    Chart,
    Curve,
    Network,
    Steps,
    Tiles,
    table,
)
from scenarios.reports.charts.options import panel
from scenarios.reports.charts.paper import draw, missing_glyphs
from scenarios.reports.charts.paper.sheet import thousands
from scenarios.reports.format import assumption_name
from scenarios.solving import solve
from scenarios.studies.axes import axis, lifted_targets
from scenarios.studies.pareto import Front
from scenarios.words import speaking

ROOT = Path(__file__).parents[1]
SOURCE = ROOT / "src" / "scenarios"


def values(chart: Bars) -> dict[tuple[str, str], float]:
    return {(row.series, row.category): row.value for row in chart.rows.itertuples()}


def test_wedges_upon_what_is_left_reach_what_doing_nothing_emits(toy_case: Case, toy_plan: Plan) -> None:
    chart = emissions.wedges(toy_case, toy_plan, "SO2")
    found = values(chart)
    assert found["Emitted under the plan", "2018"] == pytest.approx(50)
    assert found["Coal", "2018"] == pytest.approx(14)
    assert (chart.unit, list(chart.marks["value"])) == ("t", [50.0])


def test_only_a_limit_on_all_of_the_city_stands_beside_its_emissions(toy: Toy) -> None:
    part = toy.add("targets", "T5,燃煤,coal only,1.5,emission,NOx,toy,2018,<=,1000,absolute,,yes")
    toy.add("targets", "T6,下限,floor,1.6,emission,NOx,toy,2018,>=,0,absolute,,yes")
    toy.edit("targets", part, "sectors", "coal")
    case = toy.read()
    plan = solve(case)
    assert emissions.limits(case, plan, "emission", "NOx", "toy") == {2018: 17}
    assert lifted_targets(case, axis(case, "NOx")) == ["T2", "T6"]


def test_a_waterfall_falls_from_the_start_to_the_plan(toy_case: Case, toy_plan: Plan) -> None:
    chart = emissions.waterfall(toy_case, toy_plan, "SO2")
    rows = [(row.name, row.start, row.end, row.role) for row in chart.rows.itertuples(index=False, name="R")]
    rows = [(name, pytest.approx(start), pytest.approx(end), role) for name, start, end, role in rows]
    assert rows == [
        ("State at the end of 2017", 0, 64, TOTAL),
        ("Briquettes", 64, 56, LESS),  # 2,000 stoves, 8 kg less, half of the year's heat
        ("Gas", 56, 50, LESS),  # 1,500 stoves, 16 kg less, a quarter of it
        ("Plan in 2018", 0, 50, TOTAL),
    ]
    assert chart.lines == {"limit 2018": 50}


def test_the_air_of_a_year_adds_up_by_source_beside_what_was_measured(toy_case: Case, toy_plan: Plan) -> None:
    chart = air.path(toy_case, toy_plan, "PM2.5")
    assert values(chart) == {
        ("Coal", "2018"): pytest.approx(44.375),
        ("Dust", "2018"): pytest.approx(20),
        ("From elsewhere", "2018"): pytest.approx(18),
    }
    marks = {(row.kind, row.category): row.value for row in chart.marks.itertuples()}
    assert marks == {("seen", "2015"): 100, ("limit", "2018"): 85}


def test_flows_into_the_air_keep_their_sum_at_every_node(toy_case: Case, toy_plan: Plan) -> None:
    rows = air.sources(toy_case, toy_plan, "PM2.5").rows
    into, out = rows.groupby("target")["value"].sum(), rows.groupby("source")["value"].sum()
    both = into.index.intersection(out.index)
    assert set(both) == {"s:coal", "s:dust", "p:PM2.5", "p:SO2"}
    assert into[both].to_list() == pytest.approx(out[both].to_list())
    assert into["air:PM2.5"] == pytest.approx(82.375)


def test_the_blocks_of_a_cost_curve_are_as_wide_as_they_avoid_and_as_high_as_that_costs(
    toy_case: Case, toy_plan: Plan
) -> None:
    blocks = curves.measures(toy_case, toy_plan, "SO2").blocks
    assert list(blocks["width"]) == pytest.approx([8, 6])
    assert list(blocks["height"]) == pytest.approx([162.5 * 2_000 / 8, 187.5 * 1_500 / 6])


def test_a_pollutant_that_nothing_takes_away_has_no_cost_curve(toy_case: Case, toy_plan: Plan) -> None:
    rows = toy_plan["effects"]
    untouched = replace(toy_plan, tables={**toy_plan.tables, "effects": rows[rows["pollutant"] != "NOx"]})
    assert curves.measures(toy_case, untouched, "NOx").is_empty
    assert emissions.waterfall(toy_case, untouched, "NOx").rows["role"].to_list()[0] == TOTAL


def test_the_map_shares_tonnes_and_households_as_households_are_shared(toy_case: Case, toy_plan: Plan) -> None:
    tonnes = counties.reductions(toy_case, toy_plan, "SO2").rows.set_index("area")
    assert tonnes["value"].to_dict() == pytest.approx({"east": 10.5, "west": 3.5})
    assert list(tonnes.loc["west", ["column", "row"]]) == [1, 1]
    households = counties.household_conversions(toy_case, toy_plan).rows.set_index("area")["value"]
    assert households.to_dict() == pytest.approx({"east": 2625, "west": 875})


def test_areas_without_a_place_stand_side_by_side(toy_case: Case) -> None:
    placeless = toy_case.with_table("tiles", toy_case["tiles"].head(0))
    assert counties.positions(placeless).to_numpy().tolist() == [[1, 1], [2, 1]]


@pytest.mark.parametrize("city", ["shijiazhuang", "baoding"])
def test_every_county_has_a_tile_of_its_own(city: str) -> None:
    tiles, areas = (pd.read_csv(ROOT / "inputs" / city / f"{name}.csv") for name in ("tiles", "areas"))
    assert set(tiles["area"]) == set(areas["area"])
    assert not tiles.duplicated(["column", "row"]).any()


def test_payers_add_up_to_the_money_laid_out(toy_case: Case, toy_plan: Plan) -> None:
    chart = money.laid_out(toy_case, toy_plan)
    assert values(chart)["City", "2018"] == pytest.approx(1.375)
    assert (sum(values(chart).values()), chart.unit) == (pytest.approx(5.36), "million CNY")


def test_money_is_counted_in_the_language_in_use(toy_case: Case, toy_plan: Plan) -> None:
    with speaking("zh"):
        chart = money.laid_out(toy_case, toy_plan)
    assert (sum(values(chart).values()), chart.unit) == (pytest.approx(536), "万元")


def test_a_tornado_has_the_widest_on_top_and_both_ends_from_the_base() -> None:
    ends = pd.DataFrame({"name": ["gas price", "rate"], "low": [9.0, 8.0], "high": [10.5, 13.0]})
    chart = ranges.tornado("t", "T", 10.0, ends, "CNY")
    assert chart.rows.to_numpy().tolist() == [
        ["rate", 10.0, 8.0, LESS],
        ["rate", 10.0, 13.0, MORE],
        ["gas price", 10.0, 9.0, LESS],
        ["gas price", 10.0, 10.5, MORE],
    ]
    assert chart.lines == {"base": 10.0}


def test_unit_costs_move_the_money_laid_out_in_proportion(toy_case: Case, toy_plan: Plan) -> None:
    rows = toy_case["costs"]
    capital = rows["item"] == "capital"
    ranged = rows.assign(
        low=(rows["value"] / 2).where(capital, rows["low"]), high=(rows["value"] * 3).where(capital, rows["high"])
    )
    chart = ranges.laid_out(toy_case.with_table("costs", ranged), toy_plan)
    first = chart.rows.iloc[:2]
    assert set(first["name"]) == {"Gas"}  # 1,500 x 3,000 CNY of 5.36 million in all
    assert list(first["end"]) == pytest.approx([5.36 - 2.25, 5.36 + 9.0])


def ranged(case: Case, tables: dict[str, str], low: float, high: float) -> Case:
    """The case with every number of some tables between two multiples of itself; name -> column of its numbers."""
    for name, column in tables.items():
        rows = case[name]
        case = case.with_table(name, rows.assign(low=rows[column] * low, high=rows[column] * high))
    return case


def test_prices_of_fuels_move_the_cost_by_what_is_burnt_more_and_less(toy_case: Case, toy_plan: Plan) -> None:
    """300,000 m3 of gas at 2 CNY; 2,000 t of coal less for half a year's heat, 750 t for a quarter's, at 500 CNY."""
    chart = ranges.cost(ranged(toy_case, {"prices": "price"}, 0.5, 1.5), toy_plan)
    assert chart.lines["base"] == pytest.approx(0.607875)
    ends = chart.rows.groupby("name")["end"].apply(list)
    assert ends["Natural gas, price (household)"] == pytest.approx([0.607875 - 0.3, 0.607875 + 0.3])
    assert ends["Coal, price (household)"] == pytest.approx([0.607875 + 0.6875, 0.607875 - 0.6875])


def test_all_that_the_cost_depends_on_is_the_cost(toy_case: Case, toy_plan: Plan) -> None:
    case = ranged(toy_case, {"costs": "value", "prices": "price", "tasks": "cost"}, 0.0, 2.0)
    rows = ranges.cost(case, toy_plan).rows
    assert len(rows) < 2 * ranges.WIDEST
    assert (rows["start"] - rows["end"])[::2].sum() == pytest.approx(toy_plan.objective / 1e6)
    assert {"Gas, capital", "Gas pipe"} <= set(rows["name"])


def test_a_task_moves_the_money_laid_out_by_its_cost(toy_case: Case, toy_plan: Plan) -> None:
    rows = ranges.laid_out(ranged(toy_case, {"tasks": "cost"}, 0.0, 3.0), toy_plan).rows
    assert rows[["name", "end"]].to_numpy().tolist() == [["Gas pipe", 5.31], ["Gas pipe", 5.46]]


def test_the_calendar_shows_the_survey_before_the_pipe(toy_case: Case, toy_plan: Plan) -> None:
    rows = work.gantt(toy_case, toy_plan).rows.set_index("task")
    assert list(rows.loc["survey", ["start", "finish", "deadline"]]) == [0, 1, 2]
    assert list(rows.loc["pipe", ["start", "finish", "deadline"]]) == [3, 4, 4]
    net = work.network(toy_case, toy_plan)
    assert net.links.to_numpy().tolist() == [["survey", "pipe", True]]
    assert list(net.rows["task"]) == ["survey", "pipe"]
    assert (net.breaks, net.note.count("not shown")) == ([], 1)
    first, second = net.rows.to_dict("records")
    assert net.route(first, second) == [(1, 0), (1.12, 0), (1.12, 1), (3, 1)]


def test_tasks_that_hang_together_make_a_chain_and_the_largest_chains_fill_the_page() -> None:
    pairs = [("0", "1"), ("1", "2"), ("3", "4")]
    assert work._chains(pairs) == [["0", "1", "2"], ["3", "4"]]
    long, short = ["a"] * (work.PAGE - 1), ["b", "c"]
    assert work._fitting([long, short, ["d"]]) == [long, ["d"]]


def test_a_task_stands_below_all_it_waits_for_and_beside_the_last_of_them() -> None:
    rows = {task: {"start": start, "finish": start + 1} for task, start in {"a": 0, "b": 0, "c": 1, "d": 3}.items()}
    pairs = [("a", "d"), ("a", "c"), ("b", "d")]
    assert work.ordered_chain(["a", "b", "c", "d"], pairs, rows) == ["a", "c", "b", "d"]


def test_an_arrow_to_work_that_has_begun_comes_down_upon_it() -> None:
    net = Network(name="n", title="N", rows=table("task line"), periods=(), links=table("before after"))
    upper = {"start": 0, "finish": 2, "line": 0}
    assert net.route(upper, {"start": 1, "finish": 3, "line": 2}) == [(1.88, 0), (1.88, 1.68)]
    assert net.route(upper, {"start": 2, "finish": 3, "line": 2}) == [(2, 0), (2.12, 0), (2.12, 1.68)]


def test_a_sum_and_a_limit_near_it_stand_upon_each_other_and_apart_where_there_is_room() -> None:
    rows = pd.DataFrame([("a", "1", 60.0), ("a", "2", 100.0)], columns=["series", "category", "value"])
    chart = Bars(
        name="b",
        title="B",
        rows=rows,
        unit="t",
        categories=("1", "2"),
        series={"a": COLOURS[0]},
        marks=emissions.marks({1: 80.0, 2: 105.0}),
    )
    assert [(one.category, one.above, [text for _, text in one.numbers]) for one in chart.headings] == [
        ("1", 80.0, ["≤ 80.0"]),
        ("1", 60.0, ["60.0"]),
        ("2", 105.0, ["≤ 105", "100"]),
    ]


def test_a_few_tall_blocks_do_not_flatten_a_cost_curve() -> None:
    steps = pd.DataFrame({"measure": list("abc"), "reduction": [90.0, 7.0, 3.0], "cost": [90.0, 70.0, 3000.0]})
    blocks = curves._blocks(dict(zip("abc", "ABC", strict=True)), steps.assign(unit_cost=1.0))
    assert list(blocks["mark"]) == ["1", "2", "3"]
    assert curves._shown(blocks) == (0.0, 10.0)  # C, 1,000 high, goes on above the picture
    assert "go on above it" in curves._read(blocks, 11.5)


def test_a_long_name_is_broken_into_the_lines_of_a_tile() -> None:
    tiles = Tiles(name="t", title="T", rows=table("area"), unit="t")
    assert tiles.lines("Jingxing Mining District", 12) == ["Jingxing", "Mining", "District"]
    assert tiles.lines("高新技术产业开发区", 12) == ["高新技术产业", "开发区"]


def test_a_name_that_is_too_long_is_cut_in_both_scripts() -> None:
    assert work.truncated("x" * 40, 10) == "x" * 9 + "…"
    assert work.truncated("石" * 40, 10) == "石" * 4 + "…"
    assert work.truncated("short", 10) == "short"


@pytest.mark.parametrize("language", ["en", "zh"])
def test_every_chart_of_a_plan_is_plain_json(toy_case: Case, toy_plan: Plan, language: str) -> None:
    with speaking(language):
        for name in charts.names(toy_case):
            made = charts.options(toy_case, toy_plan, name)
            assert json.loads(json.dumps(made, allow_nan=False)) == made
            assert made["name"] == name
            assert made["title"]
            assert made["height"] >= 90


def test_a_stack_for_echarts_holds_the_numbers_of_its_description(toy_case: Case, toy_plan: Plan) -> None:
    option = panel(emissions.sectors(toy_case, toy_plan, "PM2.5"))["option"]
    assert option["xAxis"]["data"] == ["2015", "2017", "2018"]
    coal = next(one for one in option["series"] if one.get("name") == "Coal")
    assert [one["value"] for one in coal["data"]] == [20, 20, 14.125]


def test_a_floating_bar_for_echarts_begins_where_an_unseen_one_ends() -> None:
    rows = pd.DataFrame([("a", -2.0, 3.0, MORE)], columns=["name", "start", "end", "role"])
    unseen, seen = panel(Steps(name="s", title="S", rows=rows, unit="t"))["option"]["series"]
    assert (unseen["data"], seen["data"][0]["value"]) == ([-2], 5)


def extremes() -> list[Chart]:
    """Charts of one huge number among small ones, of negative numbers, of zeros, and of nothing."""
    series = {"a": COLOURS[0], "b": COLOURS[1]}
    rows = [("a", "1", 1e12), ("b", "1", -3.0), ("a", "2", 0.0), ("b", "2", 1e-9)]
    frame = pd.DataFrame(rows, columns=["series", "category", "value"])
    given = {"unit": "t", "categories": ("1", "2"), "series": series}
    zero, empty = frame.assign(value=0.0), frame.head(0)
    steps = pd.DataFrame([("x", 0.0, 0.0, TOTAL)], columns=["name", "start", "end", "role"])
    tiles = pd.DataFrame([("a", "A", 1, 1, float("nan")), ("b", "B", 3, 2, -5.0)])
    tiles.columns = pd.Index(["area", "label", "column", "row", "value"])
    point = pd.DataFrame({"series": [""], "x": [1.0], "y": [float("nan")]})
    made = [Bars(name=f"b{n}", title="B", rows=one, **given) for n, one in enumerate((frame, zero, empty))]
    return [
        *made,
        Bars(name="areas", title="B", rows=frame, areas=True, **given),
        Steps(name="steps", title="S", rows=steps, unit="t"),
        Steps(name="none", title="S", rows=steps.head(0), unit="t"),
        Tiles(name="tiles", title="T", rows=tiles, unit="t"),
        Tiles(name="flat", title="T", rows=tiles.assign(value=0.0), unit="t"),
        Curve(name="point", title="C", rows=point, x_title="x", y_title="y"),
        Curve(name="blank", title="C", rows=table("series x y"), x_title="x", y_title="y"),
    ]


@pytest.mark.parametrize("chart", extremes(), ids=lambda chart: chart.name)
def test_extreme_and_empty_data_are_drawn(chart: Chart, tmp_path: Path) -> None:
    text = json.dumps(panel(chart), allow_nan=False)
    assert ("No data to draw." in text) == chart.is_empty
    assert draw(chart, tmp_path / "chart.png").stat().st_size > 1_000


def test_a_character_that_no_font_has_is_told(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    monkeypatch.setattr(sys.modules[f"{missing_glyphs.__module__}.sheet"], "other", lambda: "")
    with missing_glyphs() as missing:
        draw(Tiles(name="t", title="石家庄 \ue000", rows=table("area value"), unit="t"), tmp_path / "chart.png")
    assert missing == {"\ue000"}


def test_the_same_chart_is_drawn_again_to_the_last_byte(toy_case: Case, toy_plan: Plan, tmp_path: Path) -> None:
    for kind in ("svg", "pdf"):
        chart = air.path(toy_case, toy_plan, "PM2.5")
        first, second = (draw(chart, tmp_path / f"{n}.{kind}").read_bytes() for n in (1, 2))
        assert first == second


def test_a_front_of_three_axes_shades_the_third(toy_case: Case, tmp_path: Path) -> None:
    axes = tuple(axis(toy_case, name) for name in ("cost", "PM2.5", "SO2"))
    points = pd.DataFrame({"cost": [0.0, 6e5], "PM2.5": [98.0, 82.0], "SO2": [64.0, 50.0]})
    chart = curves.front(toy_case, Front(axes, points, points, ()))
    assert list(chart.rows["shade"]) == [64, 50]
    assert chart.said == ["64.0", "50.0"]
    assert panel(chart)["option"]["visualMap"]["max"] == 64
    assert draw(chart, tmp_path / "front.svg").is_file()


def test_points_that_nearly_coincide_bear_one_number() -> None:
    rows = pd.DataFrame({"series": "", "x": [0.0, 10.0, 10.1], "y": [5.0, 0.0, 0.01], "shade": [1.0, 2.0, 3.0]})
    chart = Curve(name="c", title="C", rows=rows, x_title="x", y_title="y", shade_title="z", joined=False)
    assert chart.said == ["1.00", "2.00", ""]
    drawn = panel(chart)["option"]["series"][0]["data"]
    assert [point["value"][2] for point in drawn] == [3, 2, 1]  # the numbered one last, upon the others


def test_a_sweep_names_what_is_varied(toy_case: Case) -> None:
    points = pd.DataFrame(
        {"point": [0], "targets.T1": [-0.3], "how": ["kept"], "cost": [1e6], "bound": [1e6], "gap": [0.0]}
    )
    assert curves.sweep(toy_case, {"points": points}).x_title == "SO2 21.875 % down [targets.T1]"
    named = points.rename(columns={"targets.T1": "discount_rate"})
    assert curves.sweep(toy_case, {"points": named}).x_title == "discount_rate"


def test_neighbouring_colours_differ_in_grey_print() -> None:
    def lightness(colour: str) -> float:
        red, green, blue = (int(colour[n : n + 2], 16) for n in (1, 3, 5))
        return 0.299 * red + 0.587 * green + 0.114 * blue

    steps = [abs(lightness(a) - lightness(b)) for a, b in zip(COLOURS, COLOURS[1:], strict=False)]
    assert min(steps) > 25


def test_what_others_wrote_is_as_it_was_taken() -> None:
    text = (SOURCE / "vendored" / "README.md").read_text(encoding="utf-8")
    sums = dict(re.findall(r"`([\w.]+\.js)`.*`([0-9a-f]{64})`", text))
    assert set(sums) == {path.name for path in (SOURCE / "vendored").glob("*.js")}
    for name, given in sums.items():
        assert hashlib.sha256(packaged_file(f"vendored/{name}")).hexdigest() == given
    assert (SOURCE / "vendored" / "echarts.LICENSE").is_file()


def test_the_font_holds_every_character_of_the_inputs_and_translations() -> None:
    from fontTools.ttLib import TTFont

    font = TTFont(SOURCE / "fonts" / "ScenariosSansSC-Regular.otf", lazy=True)
    paths = [*ROOT.glob("inputs/*/*.csv"), *ROOT.glob("models/*/*.csv"), *SOURCE.rglob("*.po")]
    used = {letter for path in paths for letter in path.read_text(encoding="utf-8-sig")} - set("\n\r\t\u3000")
    assert used - {chr(point) for point in font.getBestCmap()} == set()
    common = {bytes([high, low]).decode("gb2312") for high in range(0xB0, 0xD7) for low in range(0xA1, 0xFF)}
    assert common - {chr(point) for point in font.getBestCmap()} == set()
    assert sum(path.stat().st_size for path in (SOURCE / "fonts").iterdir()) < 1_700_000
    assert "SIL OPEN FONT LICENSE" in (SOURCE / "fonts" / "OFL.txt").read_text(encoding="utf-8")


def test_the_command_draws_the_charts_that_are_asked_for(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(tmp_path)
    places = ["--models", str(ROOT / "models"), "--inputs", str(ROOT / "inputs")]
    asked = ["--only", "gantt", "--only", "wedges", "--format", "pdf", "--out", "drawn", "--lang", "zh"]
    result = CliRunner().invoke(main, ["charts", "toy", *asked, *places])
    assert result.exit_code == 0, result.output
    names = sorted(path.name for path in (tmp_path / "drawn").iterdir())
    assert names == ["gantt.pdf", "wedges-NOx.pdf", "wedges-PM2.5.pdf", "wedges-SO2.pdf"]
    assert "已将 4 幅图写入 drawn" in result.output


def test_a_chart_that_does_not_exist_is_refused_with_those_that_do(tmp_path: Path) -> None:
    result = CliRunner().invoke(main, ["charts", "toy", "--only", "pie", "--inputs", str(ROOT / "inputs")])
    assert result.exit_code == 2
    assert "waterfall-SO2" in result.output


def test_a_chart_says_how_the_quantity_moved(toy_case: Case, toy_plan: Plan) -> None:
    """64 t at the start, 50 t with the plan; 100 ug/m3 measured in 2015, 82.375 planned."""
    assert emissions.waterfall(toy_case, toy_plan, "SO2").finding == "2017: 64.0 t; 2018: 50.0 t (−21.9 %)"
    assert air.path(toy_case, toy_plan, "PM2.5").finding == "2015 (measured): 100 µg/m³; 2018: 82.4 µg/m³ (−17.6 %)"


def test_payers_are_stacked_from_the_highest_office_down(toy_case: Case, toy_plan: Plan) -> None:
    named = toy_case.names("funders", "en")
    order = [named[payer] for payer in toy_case["funders"]["payer"]]
    shown = list(money.laid_out(toy_case, toy_plan).series)
    assert shown == [name for name in order if name in shown]
    assert len(shown) > 1


def test_chinese_charts_bear_chinese_units(toy_case: Case, toy_plan: Plan) -> None:
    with speaking("zh"):
        assert emissions.sectors(toy_case, toy_plan, "SO2").unit == "吨"
        assert air.path(toy_case, toy_plan, "PM2.5").unit == "微克/立方米"
        assert scales.mass([131_666.0]) == (10_000.0, "万吨")


def test_no_name_of_an_assumption_is_a_code(toy_case: Case, toy_plan: Plan) -> None:
    with speaking("zh"):
        assert "neighbours" not in air.path(toy_case, toy_plan, "PM2.5").note
    assert assumption_name("regional_plans") == "regional plans"


def test_an_axis_writes_all_its_numbers_with_as_many_decimals() -> None:
    assert thousands().format_ticks([10.8, 11.0, -1200.0]) == ["10.8", "11.0", "−1,200.0"]


def test_a_name_of_fifty_letters_stands_whole_beside_the_calendar() -> None:
    name = "37 Campaign against volatile organic compounds, all"
    assert work.truncated(name) == name


def test_charts_with_names_beside_ask_for_room(toy_case: Case, toy_plan: Plan) -> None:
    width = {
        name: charts.options(toy_case, toy_plan, name)["width"] for name in ("waterfall-SO2", "sectors-SO2", "macc-SO2")
    }
    assert width["waterfall-SO2"] > 600 > width["sectors-SO2"] > width["macc-SO2"] == 0


def test_what_is_emitted_is_named_apart_from_what_forms_of_it(toy_case: Case, toy_plan: Plan) -> None:
    labels = set(air.sources(toy_case, toy_plan, "PM2.5").nodes["label"])
    assert {"Primary PM2.5", "PM2.5 in the air"} <= labels
