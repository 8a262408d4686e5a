// The chips above a story: all lines, or those of one side; drafts of comments; names after an @.
"use strict";

(() => {
  const chips = [...document.querySelectorAll(".story-head [data-side]")];
  chips.forEach((chip) => chip.addEventListener("click", () => {
    chips.forEach((each) => each.setAttribute("aria-pressed", String(each === chip)));
    const side = chip.dataset.side;
    document.querySelectorAll(".story-day").forEach((day) => {
      const lines = [...day.children];
      lines.forEach((line) => { line.hidden = Boolean(side) && line.dataset.side !== side; });
      const isEmpty = lines.every((line) => line.hidden);
      day.hidden = isEmpty;
      if (day.previousElementSibling) day.previousElementSibling.hidden = isEmpty;
    });
  }));
  // "Log a call" goes to the form below and is ready for typing.
  document.querySelector('a[href="#log"]')?.addEventListener("click", () => {
    setTimeout(() => document.querySelector("#log textarea")?.focus(), 0);
  });

  const form = document.querySelector("form[data-draft]");
  if (!form) return;
  const box = form.querySelector("textarea");
  const key = form.dataset.draft;
  // A draft lives as long as the tab: it is somebody's words about a person.
  if (!box.value) box.value = sessionStorage.getItem(key) || "";
  box.addEventListener("input", () => sessionStorage.setItem(key, box.value));
  form.addEventListener("submit", () => sessionStorage.removeItem(key));

  const menu = form.querySelector("[data-names-menu]");
  const names = box.dataset.names.split("|").filter(Boolean);
  const begun = () => box.value.slice(0, box.selectionStart).match(/(?:^|[^\w@])@([^@\n]{0,40})$/u);
  const close = () => { menu.hidden = true; menu.replaceChildren(); };
  const take = (name) => {
    const before = box.value.slice(0, box.selectionStart).replace(/@[^@]*$/u, `@${name} `);
    const after = box.value.slice(box.selectionStart);
    box.value = before + after;
    box.setSelectionRange(before.length, before.length);
    sessionStorage.setItem(key, box.value);
    close();
    box.focus();
  };
  const offer = () => {
    const typed = begun()?.[1].toLowerCase();
    const fitting = typed === undefined ? [] : names.filter((name) => name.toLowerCase().startsWith(typed)).slice(0, 5);
    menu.replaceChildren(...fitting.map((name) => {
      const button = document.createElement("button");
      button.type = "button";
      button.className = "button quiet small";
      button.textContent = name;
      button.addEventListener("click", () => take(name));
      return button;
    }));
    menu.hidden = fitting.length === 0;
  };
  box.addEventListener("input", offer);
  form.addEventListener("keydown", (event) => {
    if (menu.hidden) return;
    if (event.key === "Escape") { close(); box.focus(); }
    if (event.key === "ArrowDown" && event.target === box) { event.preventDefault(); menu.firstElementChild?.focus(); }
    else if (event.key === "ArrowDown") { event.preventDefault(); event.target.nextElementSibling?.focus(); }
    else if (event.key === "ArrowUp") { event.preventDefault(); (event.target.previousElementSibling || box).focus(); }
  });
})();
