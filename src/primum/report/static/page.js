"use strict";
// Sortable tables, shortened tables, numbers on pointing, and where the reader is. The page reads well without it.

function keyOf(row, column) {
  const cell = row.cells[column];
  return cell.dataset.sort === undefined ? cell.textContent.trim() : Number(cell.dataset.sort);
}

function compare(a, b) {
  if (typeof a === "number" && typeof b === "number") return a - b;
  return String(a).localeCompare(String(b), "en", { numeric: true, sensitivity: "base" });
}

function sort(table, column) {
  const heads = [...table.tHead.rows[0].cells];
  const head = heads[column];
  const numeric = head.classList.contains("n");
  const before = head.getAttribute("aria-sort");
  const direction = before ? (before === "ascending" ? "descending" : "ascending") : numeric ? "descending" : "ascending";
  heads.forEach((other) => other.removeAttribute("aria-sort"));
  head.setAttribute("aria-sort", direction);
  const sign = direction === "ascending" ? 1 : -1;
  const body = table.tBodies[0];
  const rows = [...body.rows].map((row) => [keyOf(row, column), row]);
  rows.sort((a, b) => sign * compare(a[0], b[0]));
  body.append(...rows.map((pair) => pair[1]));
  shorten(table);
}

function makeSortable(table) {
  [...table.tHead.rows[0].cells].forEach((head, column) => {
    const button = document.createElement("button");
    button.type = "button";
    button.append(...head.childNodes);
    button.addEventListener("click", () => sort(table, column));
    head.append(button);
  });
}

function shorten(table) {
  const most = table.dataset.open ? Infinity : Number(table.dataset.shown);
  [...table.tBodies[0].rows].forEach((row, i) => { row.hidden = i >= most; });
}

function makeShort(table) {
  const all = table.tBodies[0].rows.length;
  const shown = Number(table.dataset.shown);
  if (all <= shown + 3) { table.dataset.open = "yes"; return; }
  const button = document.createElement("button");
  button.type = "button";
  button.className = "more";
  const say = () => { button.textContent = table.dataset.open ? `Show the first ${shown} only` : `Show all ${all} rows`; };
  button.addEventListener("click", () => {
    if (table.dataset.open) delete table.dataset.open; else table.dataset.open = "yes";
    shorten(table);
    say();
  });
  say();
  shorten(table);
  table.closest(".scroll").after(button);
}

function reachable(box) {
  if (box.scrollWidth > box.clientWidth + 1) box.tabIndex = 0; else box.removeAttribute("tabindex");
}

function numbersOnPointing() {
  const tip = document.createElement("div");
  tip.className = "tip";
  tip.hidden = true;
  tip.setAttribute("aria-hidden", "true");
  document.body.append(tip);
  const show = (event) => {
    const mark = event.target.closest("[data-tip]");
    tip.hidden = !mark;
    if (!mark) return;
    tip.textContent = mark.dataset.tip;
    const left = Math.min(event.clientX + 14, innerWidth - tip.offsetWidth - 8);
    const above = event.clientY - tip.offsetHeight - 12;
    tip.style.left = `${Math.max(8, left)}px`;
    tip.style.top = `${above > 8 ? above : event.clientY + 18}px`;
  };
  document.addEventListener("pointerover", show);
  document.addEventListener("pointermove", show);
  addEventListener("scroll", () => { tip.hidden = true; }, { passive: true });
}

function whereTheReaderIs() {
  const links = new Map([...document.querySelectorAll(".contents a")].map((a) => [a.hash.slice(1), a]));
  const seen = new Set();
  const watch = new IntersectionObserver((entries) => {
    entries.forEach((e) => (e.isIntersecting ? seen.add(e.target.id) : seen.delete(e.target.id)));
    const now = [...links.keys()].find((id) => seen.has(id));
    if (!now) return;
    links.forEach((a, id) => (id === now ? a.setAttribute("aria-current", "true") : a.removeAttribute("aria-current")));
  }, { rootMargin: "-15% 0px -70% 0px" });
  document.querySelectorAll("main > section").forEach((section) => watch.observe(section));
}

document.querySelectorAll("table.sortable").forEach((table) => { makeSortable(table); makeShort(table); });
const boxes = new ResizeObserver((changed) => changed.forEach((one) => reachable(one.target.closest(".scroll"))));
document.querySelectorAll(".scroll, .scroll > table").forEach((one) => boxes.observe(one));
numbersOnPointing();
whereTheReaderIs();
addEventListener("beforeprint", () => document.querySelectorAll(".person").forEach((one) => { one.open = true; }));
