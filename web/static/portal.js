/* The box: suggestions while typing, and the keys. Without this script the page is a plain form that works.

   Pattern: "editable combobox with list autocomplete" of the ARIA Authoring Practices 1.2. The arrows move from the typed
   text (no option) through the list and back to the text. */

"use strict";

const DEBOUNCE_MS = 150;
const MIN_LENGTH = 2;
const LIMIT = 8;

document.documentElement.classList.add("js");

const input = document.getElementById("q");
const release = document.getElementById("release");
const list = document.getElementById("suggestions");
const said = document.getElementById("said");
const keys = document.getElementById("keys");

let options = []; // what the list shows: {text, kind, label, url, source, ranges}
let active = -1; // index of the chosen option; -1 is the typed text
let asked = 0; // number of the newest question; the answer to an older one is dropped
let waiting = 0;
let request = null;

// -- the list ----------------------------------------------------------------------------------------------------------

function isOpen() {
  return !list.hidden;
}

function close() {
  clearTimeout(waiting);
  asked += 1; // an answer that is still under way must not open the list again
  request?.abort();
  list.hidden = true;
  input.setAttribute("aria-expanded", "false");
  choose(-1);
}

function choose(index) {
  list.children[active]?.setAttribute("aria-selected", "false");
  active = index;
  const option = list.children[active];
  if (!option) {
    input.removeAttribute("aria-activedescendant");
    return;
  }
  option.setAttribute("aria-selected", "true");
  option.scrollIntoView({ block: "nearest" });
  input.setAttribute("aria-activedescendant", option.id);
}

function show(suggestions) {
  options = suggestions.filter((each) => each.kind !== "title" || /^https?:\/\//.test(each.url));
  active = -1;
  list.replaceChildren(...options.map(row));
  input.removeAttribute("aria-activedescendant");
  list.hidden = options.length === 0;
  input.setAttribute("aria-expanded", String(options.length > 0));
  const { none, one, other } = said.dataset;
  said.textContent = options.length === 0 ? none : options.length === 1 ? one : other.replace("{n}", options.length);
}

function row(suggestion, index) {
  const item = document.createElement("li");
  item.id = `suggestion-${index}`;
  item.setAttribute("role", "option");
  item.setAttribute("aria-selected", "false");
  const words = document.createElement("span");
  words.className = "words";
  words.append(...parts(suggestion.text, suggestion.ranges));
  item.append(words, suggestion.kind === "title" ? mark(suggestion.source) : label(suggestion));
  if (suggestion.kind === "query") item.prepend(icon("search"));
  return item;
}

/* What was typed stands light, what it would become stands strong. The ranges count characters, as Python does. */
function parts(text, ranges) {
  const characters = Array.from(text);
  const nodes = [];
  let at = 0;
  for (const [start, end] of ranges) {
    const typed = document.createElement("span");
    typed.className = "typed";
    typed.textContent = characters.slice(start, end).join("");
    nodes.push(characters.slice(at, start).join(""), typed);
    at = end;
  }
  return [...nodes, characters.slice(at).join("")];
}

function label({ kind, label }) {
  const element = document.createElement("span");
  element.className = kind === "query" ? "source frequent" : "source";
  element.textContent = label;
  return element;
}

function icon(name) {
  const svg = document.createElementNS("http://www.w3.org/2000/svg", "svg");
  const use = document.createElementNS("http://www.w3.org/2000/svg", "use");
  svg.setAttribute("class", "icon");
  svg.setAttribute("aria-hidden", "true");
  use.setAttribute("href", `#icon-${name}`);
  svg.append(use);
  return svg;
}

function mark(name) {
  const source = sources[name] ?? { kind: "", colour: "", label: name };
  const element = document.createElement("span");
  element.className = `source ${source.colour}`;
  if (source.kind) element.append(icon(source.kind));
  element.append(source.label);
  return element;
}

// -- asking ------------------------------------------------------------------------------------------------------------

async function ask() {
  const text = input.value.trim();
  if (text.length < MIN_LENGTH) {
    close();
    said.textContent = "";
    return;
  }
  const mine = (asked += 1);
  request?.abort();
  request = new AbortController();
  try {
    const address = `${input.dataset.suggest}?${new URLSearchParams({ q: text, limit: LIMIT })}`;
    const response = await fetch(address, { signal: request.signal });
    if (!response.ok) throw new Error(`status ${response.status}`);
    const answer = await response.json();
    if (mine === asked) show(answer.suggestions);
  } catch {
    if (mine !== asked) return; // aborted, because a newer question was asked or the list was closed
    close();
    said.textContent = said.dataset.error;
  }
}

function askSoon() {
  clearTimeout(waiting);
  waiting = setTimeout(ask, DEBOUNCE_MS);
}

// -- keys in the box ---------------------------------------------------------------------------------------------------

function move(step) {
  if (!isOpen()) {
    ask();
    return;
  }
  const places = options.length + 1; // the options, and the typed text
  choose(((active + 1 + step + places) % places) - 1);
}

/* A title leads to its document, a code or a frequent search is searched for, with the filters that are in force. */
function address({ kind, text, url }) {
  if (kind === "title") return url;
  const asked = new URLSearchParams(new FormData(input.form));
  asked.set("q", text);
  return `${input.form.action}?${asked}`;
}

function follow(index, event) {
  const url = address(options[index]);
  if (event.ctrlKey || event.metaKey) window.open(url, "_blank", "noopener");
  else if (event.shiftKey) window.open(url, "_blank", "noopener,popup");
  else window.location.assign(url);
}

function typed(event) {
  if (event.isComposing || event.keyCode === 229) return; // an input method is still at work
  if (event.key === "ArrowDown" || event.key === "ArrowUp") {
    if (event.altKey || event.shiftKey || event.ctrlKey || event.metaKey) return;
    event.preventDefault();
    move(event.key === "ArrowDown" ? 1 : -1);
  } else if (event.key === "Enter") {
    if (!isOpen() || active < 0) return close();
    event.preventDefault();
    follow(active, event);
  } else if (event.key === "Escape") {
    event.preventDefault(); // the browser would clear the text at once
    if (isOpen()) close();
    else {
      close();
      input.value = "";
    }
  } else if (event.key === "Tab") close();
}

/* An address without a release stays without one; where the page shows one, emptying it has to be told. */
function tidy({ formData }) {
  if (!formData.get("release") && !release.defaultValue) formData.delete("release");
}

function wire() {
  input.form.addEventListener("formdata", tidy);
  input.addEventListener("keydown", typed);
  input.addEventListener("input", (event) => event.isComposing || askSoon());
  input.addEventListener("compositionend", askSoon);
  input.addEventListener("blur", close);
  list.addEventListener("pointerdown", (event) => event.preventDefault()); // the box keeps the focus
  list.addEventListener("click", (event) => {
    const index = Array.from(list.children).indexOf(event.target.closest("li"));
    if (index >= 0) follow(index, event);
  });
  window.addEventListener("pageshow", (event) => {
    if (event.persisted) input.value = input.defaultValue; // after "back" the box says what the page shows
  });
}

// -- keys of the page --------------------------------------------------------------------------------------------------

function writing(element) {
  return element.isContentEditable || /^(INPUT|SELECT|TEXTAREA)$/.test(element.tagName);
}

document.addEventListener("keydown", (event) => {
  const find = event.key === "k" && (event.ctrlKey || event.metaKey) && !event.altKey && !event.shiftKey;
  const plain = !event.ctrlKey && !event.metaKey && !event.altKey && !writing(event.target);
  if (keys.open) return;
  if (input && (find || (plain && event.key === "/"))) {
    event.preventDefault();
    input.focus();
    input.select();
  } else if (plain && event.key === "?") {
    event.preventDefault();
    keys.showModal();
  }
});

/* A picture that does not come leaves its place to the icon behind it. */
for (const image of document.querySelectorAll(".thumbnail img")) {
  if (image.complete && image.naturalWidth === 0) image.remove();
  else image.addEventListener("error", () => image.remove());
}

const opener = document.getElementById("open-keys");
opener.hidden = false;
opener.addEventListener("click", () => keys.showModal());

const sources = input ? JSON.parse(input.dataset.sources) : {};
if (input) wire();
