// The charts of a result beside those of another one; the library is loaded when there is something to draw.
"use strict";

const drawn = [];
let library = null;

function loaded() {
  library = library || new Promise((done) => {
    const script = document.createElement("script");
    script.src = "/vendored/echarts.min.js";
    script.addEventListener("load", done);
    document.head.append(script);
  });
  return library;
}

async function panels(run) {
  const answer = run ? await fetch(`/runs/${run}/charts`) : null;
  return answer && answer.status === 200 ? answer.json() : null;
}

// Charts are made after the figures are shown: look again until they are there.
async function charts(run, times) {
  const place = document.getElementById("charts");
  if (!place || place.dataset.now !== run || times === 0) return;
  const now = await panels(run);
  if (now === null) {
    setTimeout(() => charts(run, times - 1), 500);
    return;
  }
  const held = await panels(place.dataset.held);
  await loaded();
  if (!place.isConnected) return;
  const choice = document.getElementById("chart");
  choice.replaceChildren();
  for (const panel of now) textItem("option", panel.title, choice).value = panel.name;
  const wanted = sessionStorage.getItem("chart");
  if (now.some((panel) => panel.name === wanted)) choice.value = wanted;
  place.hidden = false;
  const draw = () => {
    for (const chart of drawn.splice(0)) chart.dispose();
    place.querySelectorAll("figure").forEach((figure, side) => {
      const panel = ([now, held][side] || []).find((one) => one.name === choice.value);
      figure.hidden = !panel;
      if (panel) figureOf(figure, panel);
    });
  };
  choice.addEventListener("change", () => {
    sessionStorage.setItem("chart", choice.value);
    draw();
  });
  draw();
}

// On a canvas, with tooltips drawn there too: nothing needs a style written into the page.
function figureOf(figure, panel) {
  const canvas = figure.querySelector(".chart");
  canvas.setAttribute("aria-label", panel.title);
  figure.querySelector("p").textContent = [panel.finding, panel.note].filter(Boolean).join("\n");
  canvas.style.minWidth = `${panel.width || 0}px`;
  figure.parentElement.classList.toggle("stacked", panel.width > 500);
  const tips = panel.option.tooltip ? { tooltip: { ...panel.option.tooltip, renderMode: "richText" } } : {};
  const chart = echarts.init(canvas, null, { renderer: "canvas", height: panel.height });
  chart.setOption({ ...panel.option, ...tips });
  drawn.push(chart);
}

let resizing = null;
window.addEventListener("resize", () => {
  clearTimeout(resizing);
  resizing = setTimeout(() => { for (const chart of drawn) chart.resize(); }, 150);
});
