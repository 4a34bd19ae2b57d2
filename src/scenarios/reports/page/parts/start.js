"use strict";
(function () {
  var panels = JSON.parse(document.getElementById("charts").textContent);
  var drawn = [];
  var paper = 690;
  document.querySelectorAll("[data-chart]").forEach(function (element) {
    var chart = echarts.init(element, null, { renderer: "svg" });
    chart.setOption(panels[element.dataset.chart].option);
    drawn.push(chart);
  });
  var all = function (size) { drawn.forEach(function (chart) { chart.resize(size); }); };
  var waiting;
  window.addEventListener("resize", function () { clearTimeout(waiting); waiting = setTimeout(all, 150); });
  window.addEventListener("beforeprint", function () {
    document.querySelectorAll("details").forEach(function (part) {
      part.dataset.was = part.open;
      part.open = !part.closest("figure");
    });
    all({ width: paper });
  });
  window.addEventListener("afterprint", function () {
    document.querySelectorAll("details").forEach(function (part) { part.open = part.dataset.was === "true"; });
    all({ width: "auto" });
  });
  document.documentElement.dataset.drawn = drawn.length;
})();
