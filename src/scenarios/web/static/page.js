// What every page shares: requests with the token against forgery (CSRF), lists that are searched.
"use strict";

const { content: token, dataset: { silent } } = document.querySelector("meta[name=csrf-token]");

async function ask(path, sent) {
  const form = sent instanceof FormData;
  const headers = { "x-csrf-token": token };
  if (!form) headers["content-type"] = "application/json";
  const answer = await fetch(path, { method: "POST", headers, body: form ? sent : JSON.stringify(sent || {}) })
    .catch(() => null);
  if (!answer) return { ok: false, reply: { problems: [silent] } };
  const kind = answer.headers.get("content-type") || "";
  const reply = kind.includes("json") ? await answer.json() : { problems: [answer.statusText || String(answer.status)] };
  return { ok: answer.ok, reply };
}

async function part(path) {
  const answer = await fetch(path).catch(() => null);
  return answer && answer.ok ? answer.text() : null;
}

function textItem(tag, text, within) {
  const item = document.createElement(tag);
  item.textContent = text;
  within.append(item);
  return item;
}

for (const place of document.querySelectorAll("[data-load]")) {
  part(place.dataset.load).then((text) => { if (text !== null) place.innerHTML = text; });
}

document.addEventListener("input", (event) => {
  if (!event.target.matches(".filter")) return;
  const wanted = event.target.value.trim().toLowerCase();
  const list = event.target.closest("details, #editor");
  for (const item of list.querySelectorAll("[data-text], tbody tr")) {
    item.hidden = wanted !== "" && !(item.dataset.text || item.textContent.toLowerCase()).includes(wanted);
  }
});

document.addEventListener("keydown", (event) => {
  if (event.key === "Enter" && event.target.matches(".filter")) event.preventDefault();
});
