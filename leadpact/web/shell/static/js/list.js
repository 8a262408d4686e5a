// Keys in a list: j and k move, o opens, x selects; the row that has the focus is the current one.
"use strict";

(() => {
  const table = document.querySelector("table[data-keys]");
  if (!table) return;
  const links = () => [...table.querySelectorAll("tbody .main-cell a")];
  const current = () => links().findIndex((link) => link.closest("tr").contains(document.activeElement));

  function move(step) {
    const all = links(), from = current();
    const to = from < 0 ? (step > 0 ? 0 : all.length - 1) : Math.min(Math.max(from + step, 0), all.length - 1);
    all[to]?.focus();
  }

  const verbs = {
    j: () => move(1),
    k: () => move(-1),
    o: () => links()[current()]?.click(),
    x: () => {
      const box = links()[current()]?.closest("tr").querySelector(".pick input");
      if (box) { box.checked = !box.checked; count(); }
    },
  };

  document.addEventListener("keydown", (event) => {
    if (event.ctrlKey || event.metaKey || event.altKey || event.target.closest("input:not([type=checkbox]), textarea, select")) return;
    if (event.key === "Escape") { setAll(false); return; }
    const verb = verbs[event.key];
    if (verb) { event.preventDefault(); verb(); }
  });

  const boxes = () => [...table.querySelectorAll("tbody .pick input")];
  const bulk = document.querySelector(".bulk");
  function count() {
    const n = boxes().filter((box) => box.checked).length;
    if (bulk) bulk.querySelector("[data-count]").textContent = bulk.dataset[n === 1 ? "one" : "many"].replace("{n}", n);
  }
  function setAll(on) { boxes().forEach((box) => { box.checked = on; }); count(); }

  table.addEventListener("change", (event) => {
    if (event.target.matches("thead .pick input")) setAll(event.target.checked); else count();
  });
  bulk?.querySelector("[data-clear]")?.addEventListener("click", () => setAll(false));

  // A click anywhere on a row opens it, but for its own links and boxes, and not while text is being selected.
  table.addEventListener("click", (event) => {
    if (event.target.closest("a, button, input, label, .pick") || String(getSelection())) return;
    event.target.closest("tbody tr")?.querySelector(".main-cell a")?.click();
  });
})();
