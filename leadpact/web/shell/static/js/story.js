// The chips above a story: all lines, or those of one side.
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
})();
