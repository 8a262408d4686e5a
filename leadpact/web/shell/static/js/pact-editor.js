// A remark about a line puts the caret there.
"use strict";

(() => {
  const text = document.querySelector("textarea[name=text]");
  if (!text) return;
  document.addEventListener("click", (event) => {
    const link = event.target.closest("[data-line]");
    if (!link) return;
    event.preventDefault();
    const lines = text.value.split("\n"), wanted = Number(link.dataset.line);
    const start = lines.slice(0, wanted - 1).reduce((sum, line) => sum + line.length + 1, 0);
    text.focus();
    text.setSelectionRange(start, start + (lines[wanted - 1] || "").length);
    text.scrollTop = Math.max(0, (wanted - 4) * (text.scrollHeight / lines.length));
  });
})();
