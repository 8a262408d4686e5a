// What every page does beyond being a page: keys, and deadlines that stay fresh.
// Each part works without the others, and every page works without this file.
"use strict";

(() => {
  const words = document.body.dataset;
  const fill = (text, slots) => text.replace(/\{(\w+)\}/g, (whole, name) => slots[name] ?? whole);

  function sayShortSpan(minutes) {
    const h = Math.floor(minutes / 60), min = minutes % 60;
    if (minutes < 1) return words.noTime;
    return h && min ? fill(words.hMin, { h, min }) : h ? fill(words.h, { h }) : fill(words.min, { min });
  }

  // Beyond a day the sentence the server wrote stays right for long enough.
  function freshen(element) {
    const left = (new Date(element.dateTime) - Date.now()) / 60000;
    if (Math.abs(left) >= 24 * 60) return;
    const sentence = left >= 0 ? element.dataset.before : element.dataset.after;
    element.querySelector(".due-words").textContent = fill(sentence, { span: sayShortSpan(Math.floor(Math.abs(left))) });
    element.classList.toggle("past", left < 0);
    element.classList.toggle("soon", left >= 0 && left <= 120);
  }

  const freshenAll = () => document.querySelectorAll("time[data-before]").forEach(freshen);
  setInterval(freshenAll, 20000);
  document.addEventListener("visibilitychange", () => document.hidden || freshenAll());

  const isTyping = (target) => target.closest("input, textarea, select, [contenteditable]");

  document.addEventListener("keydown", (event) => {
    if (event.key !== "/" || event.ctrlKey || event.metaKey || event.altKey || isTyping(event.target)) return;
    const search = document.querySelector("[data-search]");
    if (search) { event.preventDefault(); search.focus(); search.select(); }
  });

  // A form is sent once, however often its button is pressed.
  document.addEventListener("submit", (event) => {
    if (event.defaultPrevented) return;
    if (event.target.dataset.sent) { event.preventDefault(); return; }
    event.target.dataset.sent = "yes";
    event.submitter?.setAttribute("aria-busy", "true");
  });
  // Coming back by the browser's own button must find the forms usable again.
  window.addEventListener("pageshow", () => {
    document.querySelectorAll("form[data-sent]").forEach((form) => { delete form.dataset.sent; });
    document.querySelectorAll("[aria-busy]").forEach((button) => button.removeAttribute("aria-busy"));
  });

  document.querySelector(".error-summary")?.focus();
})();
