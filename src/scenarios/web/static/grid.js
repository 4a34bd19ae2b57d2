// A table as a grid: arrow keys move, Enter edits; all edits go to the server at once, problems come back to their cells.
"use strict";

const editor = document.getElementById("editor");
const body = editor.querySelector("tbody");
const columns = [...editor.querySelectorAll("th[data-column]")].map((head) => head.dataset.column);
const base = `/cities/${editor.dataset.city}/tables/${editor.dataset.table}`;
const kept = document.getElementById("kept");
const problems = document.getElementById("problems");
const keep = document.getElementById("keep");
let current = null;

function touched() {
  keep.disabled = false;
  kept.textContent = kept.dataset.changed;
}

function go(cell) {
  if (!cell || cell.tagName !== "TD") return;
  if (current) current.tabIndex = -1;
  current = cell;
  cell.tabIndex = 0;
  cell.focus();
}

function open(cell, text) {
  if (cell.querySelector("input")) return;
  const before = cell.textContent;
  const field = document.createElement("input");
  field.value = text === undefined ? before : text;
  field.setAttribute("aria-label", columns[cell.cellIndex - 1]);
  cell.replaceChildren(field);
  field.focus();
  let ended = false;
  const end = (taken) => {
    if (ended) return;
    ended = true;
    if (cell.dataset.was === undefined) cell.dataset.was = before;
    cell.textContent = taken ? field.value.trim() : before;
    const changed = cell.textContent !== cell.dataset.was;
    cell.classList.toggle("edited", changed);
    if (changed) touched();
  };
  field.addEventListener("blur", () => end(true));
  field.addEventListener("keydown", (event) => {
    if (event.key !== "Enter" && event.key !== "Escape" && event.key !== "Tab") return;
    event.preventDefault();
    event.stopPropagation();
    end(event.key !== "Escape");
    const row = event.key === "Enter" ? cell.parentElement.nextElementSibling : null;
    const aside = event.shiftKey ? cell.previousElementSibling : cell.nextElementSibling;
    go(event.key === "Enter" ? row && row.cells[cell.cellIndex] || cell : event.key === "Tab" ? aside || cell : cell);
  });
}

body.addEventListener("click", (event) => go(event.target.closest("td")));
body.addEventListener("dblclick", (event) => {
  const cell = event.target.closest("td");
  if (cell) open(cell);
});
body.addEventListener("keydown", (event) => {
  const cell = event.target;
  if (cell.tagName !== "TD") return;
  const row = cell.parentElement;
  const moves = {
    ArrowLeft: cell.previousElementSibling, ArrowRight: cell.nextElementSibling,
    ArrowUp: row.previousElementSibling && row.previousElementSibling.cells[cell.cellIndex],
    ArrowDown: row.nextElementSibling && row.nextElementSibling.cells[cell.cellIndex],
  };
  if (event.key in moves) {
    event.preventDefault();
    go(moves[event.key]);
  } else if (event.key === "Enter" || event.key === "F2") {
    event.preventDefault();
    open(cell);
  } else if (event.key.length === 1 && !event.ctrlKey && !event.metaKey && !event.altKey) {
    event.preventDefault();
    open(cell, event.key);
  }
});

document.getElementById("add").addEventListener("click", () => {
  const row = document.createElement("tr");
  row.dataset.row = "";
  textItem("th", "+", row).className = "n";
  for (const _ of columns) textItem("td", "", row).tabIndex = -1;
  body.append(row);
  go(row.cells[1]);
  touched();
});

document.getElementById("remove").addEventListener("click", () => {
  const row = current && current.parentElement;
  if (!row) return;
  if (row.dataset.row === "") row.remove();
  else row.classList.toggle("removed");
  touched();
});

function edits() {
  const sent = { cells: [], removed: [], added: [], seen: editor.dataset.digest };
  for (const row of body.rows) {
    if (row.dataset.row === "") {
      sent.added.push(Object.fromEntries(columns.map((name, place) => [name, row.cells[place + 1].textContent])));
    } else if (row.classList.contains("removed")) {
      sent.removed.push(Number(row.dataset.row));
    } else {
      for (const cell of row.querySelectorAll("td.edited")) {
        sent.cells.push([Number(row.dataset.row), columns[cell.cellIndex - 1], cell.textContent]);
      }
    }
  }
  return sent;
}

function shown({ ok, reply }) {
  problems.replaceChildren();
  for (const cell of body.querySelectorAll("[aria-invalid]")) cell.removeAttribute("aria-invalid");
  if (ok) {
    keep.disabled = true;
    sessionStorage.setItem("kept", kept.dataset.done);
    location.reload();
    return;
  }
  kept.textContent = "";
  textItem("p", problems.dataset.head, problems);
  const list = textItem("ul", "", problems);
  for (const problem of reply.problems) {
    textItem("li", problem.text || problem, list);
    const row = problem.row && problem.file.endsWith(`${editor.dataset.table}.csv`)
      ? body.querySelector(`tr[data-row="${problem.row}"]`) : null;
    const cell = row && row.cells[columns.indexOf(problem.column) + 1];
    if (cell) {
      cell.setAttribute("aria-invalid", "true");
      cell.title = problem.text;
    }
  }
  const first = body.querySelector("[aria-invalid]");
  if (first) first.scrollIntoView({ block: "nearest" });
}

keep.addEventListener("click", async () => shown(await ask(`${base}/edit`, edits())));

document.getElementById("upload").addEventListener("submit", async (event) => {
  event.preventDefault();
  if (!keep.disabled && !confirm(editor.dataset.ask)) return;
  shown(await ask(`${base}/upload`, new FormData(event.target)));
});

window.addEventListener("beforeunload", (event) => {
  if (!keep.disabled) event.preventDefault();
});

const done = sessionStorage.getItem("kept");
if (done) {
  kept.textContent = done;
  sessionStorage.removeItem("kept");
}
if (body.rows.length) {
  current = body.rows[0].cells[1];
  if (current) current.tabIndex = 0;
}
