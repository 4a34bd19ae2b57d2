"use strict";
(function () {
  var panels = JSON.parse(document.getElementById("charts").textContent);
  var drawn = [];
  var paper = { whole: 920, half: 448 };
  document.querySelectorAll("[data-chart]").forEach(function (element) {
    var chart = echarts.init(element, null, { renderer: "svg" });
    chart.setOption(panels[element.dataset.chart].option);
    drawn.push(chart);
  });
  var hatched = function (shown) {
    drawn.forEach(function (chart) {
      var option = panels[chart.getDom().dataset.chart].option;
      if (option.aria.decal) { chart.setOption({ aria: { decal: { show: shown } } }); }
    });
  };
  var all = function () { drawn.forEach(function (chart) { chart.resize({ width: "auto" }); }); };
  var onPaper = function () {
    drawn.forEach(function (chart) {
      chart.resize({ width: chart.getDom().closest(".pair") ? paper.half : paper.whole });
      chart.getZr().flush();  // a print does not wait for the next frame
    });
  };
  var waiting;
  window.addEventListener("resize", function () { clearTimeout(waiting); waiting = setTimeout(all, 150); });
  window.addEventListener("beforeprint", function () {
    document.querySelectorAll("details").forEach(function (part) {
      part.dataset.was = part.open;
      part.open = !part.closest("figure");
    });
    hatched(true);
    onPaper();
  });
  window.addEventListener("afterprint", function () {
    document.querySelectorAll("details").forEach(function (part) { part.open = part.dataset.was === "true"; });
    hatched(false);
    all();
  });
  document.documentElement.dataset.drawn = drawn.length;
})();
