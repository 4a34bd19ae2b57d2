// The dashboard of a city: controls become changes, changes a run, a run its result.
"use strict";

const controls = document.getElementById("controls");
const result = document.getElementById("result");
const running = document.getElementById("running");
const refusals = document.getElementById("refusals");
let watched = "";
let source = null;
let clock = null;
const DOUBLE = 1000; // within this the same question is the second click of a double click [ms]
let last = { text: "", at: 0 };
let address = location.pathname + location.search;

function position(field) {
  return field.type === "checkbox" ? (field.checked ? "yes" : "no") : field.value.trim();
}

function isMoved(field) {
  const [now, then] = [position(field), field.dataset.now];
  return now !== then && (now === "" || then === "" || isNaN(now) || isNaN(then) || Number(now) !== Number(then));
}

function questionFor(how) {
  const positions = {};
  for (const field of controls.querySelectorAll("[data-key]")) {
    if (isMoved(field)) positions[field.dataset.key] = position(field);
  }
  const more = document.getElementById("more").value;
  const { city, drafted } = controls.dataset;
  return { city, scenario: document.getElementById("scenario").value, drafted: drafted === "yes", positions, more, how };
}

function refuse(problems) {
  refusals.replaceChildren();
  for (const text of problems) textItem("p", text, refusals);
}

function mark(field) {
  field.closest(".control").classList.toggle(
    "changed", [...field.closest(".control").querySelectorAll("[data-key]")].some(isMoved));
}

let waiting = null;
let asking = 0;
function showChanges() {
  clearTimeout(waiting);
  waiting = setTimeout(async () => {
    const turn = ++asking;
    const { ok, reply } = await ask("/changes", questionFor("kept"));
    if (turn !== asking) return;
    refuse(reply.problems || []);
    const [list, command] = [document.getElementById("changes"), document.getElementById("command")];
    list.replaceChildren();
    command.hidden = true;
    if (!ok || !reply.changes) return;
    for (const text of reply.changes) textItem("li", text, list);
    command.textContent = reply.command;
    command.hidden = reply.changes.length === 0;
    document.getElementById("unmoved").hidden = reply.changes.length > 0;
  }, 250);
}

controls.addEventListener("input", (event) => {
  const field = event.target;
  if (field.type === "range") {
    const number = document.getElementById(field.dataset.for);
    number.value = field.value;
    mark(number);
  } else if (field.dataset.key) {
    const slider = controls.querySelector(`[data-for="${CSS.escape(field.id)}"]`);
    if (field.id && slider) slider.value = field.value;
    mark(field);
  } else if (field.id !== "more") {
    return;
  }
  showChanges();
});

controls.addEventListener("reset", (event) => {
  event.preventDefault();
  for (const field of controls.querySelectorAll("[data-key]")) {
    if (field.type === "checkbox") field.checked = field.dataset.now === "yes";
    else field.value = field.dataset.now;
    const slider = field.id && controls.querySelector(`[data-for="${CSS.escape(field.id)}"]`);
    if (slider) slider.value = field.value;
    mark(field);
  }
  document.getElementById("more").value = "";
  showChanges();
});

document.getElementById("scenario").addEventListener("change", (event) => {
  const changed = controls.querySelector(".changed") || document.getElementById("more").value;
  if (changed && !confirm(event.target.dataset.ask)) {
    event.target.value = event.target.dataset.now;
    return;
  }
  location.assign(event.target.dataset.go + encodeURIComponent(event.target.value));
});

function here(run, beside, anew) {
  const query = new URLSearchParams({ run });
  if (beside) query.set("beside", beside);
  const path = `${location.pathname}?${query}`;
  if (anew) history.pushState(null, "", path);
  else history.replaceState(null, "", path);
  address = path;
  document.getElementById("onward").value = path;
}

async function show(run, beside) {
  const query = beside ? `?beside=${encodeURIComponent(beside)}` : "";
  const text = await part(`/runs/${run}/result${query}`);
  if (text === null) return;
  result.innerHTML = text;
  result.dataset.run = run;
  here(run, beside);
  charts(run, 60);
}

async function plan(how) {
  const question = questionFor(how);
  const text = JSON.stringify(question);
  if (text === last.text && Date.now() - last.at < DOUBLE) return;
  last = { text, at: Date.now() };
  refuse([]);
  const { ok, reply } = await ask("/runs", question);
  if (!ok) {
    refuse(reply.problems || []);
    refusals.scrollIntoView({ block: "center" });
    return;
  }
  const before = result.querySelector("#drop") && result.querySelector(".figures") ? result.dataset.run : "";
  here(reply.run, before, true);
  watch(reply.run, before);
}

const trace = { best: [], bound: [] };
function draw(moment) {
  for (const [name, value] of [["best", moment.incumbent], ["bound", moment.bound]]) {
    if (value !== null && value !== undefined) trace[name].push(value);
  }
  const all = [...trace.best, ...trace.bound];
  const [least, most] = [Math.min(...all), Math.max(...all)];
  for (const name of ["best", "bound"]) {
    const points = trace[name].map((value, place) => {
      const x = (place / Math.max(trace[name].length - 1, 1)) * 400;
      return `${x.toFixed(1)},${(56 - ((value - least) / (most - least || 1)) * 52).toFixed(1)}`;
    });
    document.getElementById(`trace-${name}`).setAttribute("points", points.join(" "));
  }
}

function watch(run, before) {
  if (source) source.close();
  watched = run;
  trace.best = [];
  trace.bound = [];
  draw({});
  running.hidden = false;
  document.getElementById("stop").disabled = false;
  const begin = Date.now();
  clearInterval(clock);
  clock = setInterval(() => {
    document.getElementById("clock").textContent = `${((Date.now() - begin) / 1000).toFixed(0)} s`;
  }, 500);
  source = new EventSource(`/runs/${run}/events`);
  source.addEventListener("error", () => {
    document.getElementById("words").textContent = silent;
    if (source.readyState === EventSource.CLOSED) clearInterval(clock);
  });
  source.addEventListener("run", async (event) => {
    const state = JSON.parse(event.data);
    document.getElementById("words").textContent = state.words;
    document.getElementById("line").textContent = state.line;
    draw(state);
    if (state.open) return;
    source.close();
    clearInterval(clock);
    await show(run, before);
    running.hidden = true;
    result.focus({ preventScroll: true });
  });
}

controls.addEventListener("submit", (event) => {
  event.preventDefault();
  plan("kept");
});

document.addEventListener("click", async (event) => {
  const button = event.target.closest("button");
  if (!button) return;
  if (button.type === "button" && button.dataset.how) plan(button.dataset.how);
  if (button.id === "stop") {
    button.disabled = true;
    await ask(`/runs/${watched}/stop`);
  }
  if (button.id === "cancel") await ask(`/runs/${watched}/cancel`);
  if (button.id === "drop" && confirm(button.dataset.ask)) {
    await ask(`/runs/${result.dataset.run}/drop`);
    location.assign(location.pathname);
  }
});

result.addEventListener("submit", async (event) => {
  event.preventDefault();
  const name = result.querySelector("#name").value;
  const { ok } = await ask(`/runs/${result.dataset.run}/keep`, { name });
  if (ok) show(result.dataset.run, result.querySelector("#beside").value);
});

result.addEventListener("change", (event) => {
  if (event.target.id === "beside") show(result.dataset.run, event.target.value);
});

// back and forward lead from result to result; a step within the page is none
window.addEventListener("popstate", () => {
  if (location.pathname + location.search !== address) location.reload();
});

for (const field of controls.querySelectorAll("[data-key]")) mark(field);
if (controls.querySelector(".changed") || document.getElementById("more").value) showChanges();
if (result.dataset.open !== "yes" && result.dataset.run) charts(result.dataset.run, 60);
if (result.dataset.open === "yes") watch(result.dataset.run, new URLSearchParams(location.search).get("beside") || "");
