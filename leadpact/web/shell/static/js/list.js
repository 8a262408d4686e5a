// Keys in a list: j and k move, o opens, x selects (with Shift: all between); the row that has the focus is current.
"use strict";

(() => {
  // What can be undone no more is offered no more.
  const bar = document.querySelector(".undo[data-seconds]");
  if (bar) setTimeout(() => bar.remove(), bar.dataset.seconds * 1000);

  const table = document.querySelector("table[data-keys]");
  if (!table) return;
  const links = () => [...table.querySelectorAll("tbody .main-cell a")];
  const current = () => links().findIndex((link) => link.closest("tr").contains(document.activeElement));
  const boxOf = (link) => link?.closest("tr").querySelector(".pick input");
  let last = -1; // where something was selected last: the other end of a range

  function move(step) {
    const all = links(), from = current();
    const to = from < 0 ? (step > 0 ? 0 : all.length - 1) : Math.min(Math.max(from + step, 0), all.length - 1);
    all[to]?.focus();
  }

  function select(at, toRange) {
    const all = links(), box = boxOf(all[at]);
    if (!box) return;
    box.checked = !box.checked;
    spread(at, toRange, box.checked);
  }

  function spread(at, toRange, on) {
    if (toRange && last >= 0) {
      links().slice(Math.min(at, last), Math.max(at, last) + 1).forEach((link) => { boxOf(link).checked = on; });
    }
    last = at;
    count();
  }

  const verbs = {
    j: () => move(1),
    k: () => move(-1),
    o: () => links()[current()]?.click(),
    x: () => select(current(), false),
    X: () => select(current(), true),
  };

  document.addEventListener("keydown", (event) => {
    if (event.ctrlKey || event.metaKey || event.altKey) return;
    if (event.target.closest("input:not([type=checkbox]), textarea, select") || document.querySelector(":popover-open, dialog[open]")) return;
    if (event.key === "Escape") { setAll(false); return; }
    const verb = verbs[event.key];
    if (verb) { event.preventDefault(); verb(); }
  });

  const boxes = () => [...table.querySelectorAll("tbody .pick input")];
  const bulk = document.querySelector(".bulk");
  function count() {
    const all = boxes(), n = all.filter((box) => box.checked).length;
    const whole = table.querySelector("thead .pick input");
    if (whole) { whole.checked = n > 0 && n === all.length; whole.indeterminate = n > 0 && n < all.length; }
    if (bulk) bulk.querySelector("[data-count]").textContent = bulk.dataset[n === 1 ? "one" : "many"].replace("{n}", n);
  }
  function setAll(on) { boxes().forEach((box) => { box.checked = on; }); last = -1; count(); }

  table.addEventListener("change", (event) => {
    if (event.target.matches("thead .pick input")) setAll(event.target.checked);
  });
  table.addEventListener("click", (event) => {
    const box = event.target.closest("tbody .pick input");
    if (box) spread(boxes().indexOf(box), event.shiftKey, box.checked);
  });
  bulk?.querySelector("[data-clear]")?.addEventListener("click", (event) => { event.preventDefault(); setAll(false); });
  // Coming back, the browser may have kept the boxes as they were.
  window.addEventListener("pageshow", count);

  // A click anywhere on a row opens it, but for its own links and boxes, and not while text is being selected.
  table.addEventListener("click", (event) => {
    if (event.target.closest("a, button, input, label, .pick") || String(getSelection())) return;
    event.target.closest("tbody tr")?.querySelector(".main-cell a")?.click();
  });
})();
