// The page of a snippet: copying it, and looking every few seconds whether the site was seen.
"use strict";

(() => {
  for (const button of document.querySelectorAll("[data-copy]")) {
    if (!navigator.clipboard) break; // on http: the text can still be selected
    button.hidden = false;
    button.addEventListener("click", async () => {
      await navigator.clipboard.writeText(document.getElementById(button.dataset.copy).textContent);
      const words = button.querySelector("span"), before = words.textContent;
      words.textContent = button.dataset.done;
      setTimeout(() => { words.textContent = before; }, 2000);
    });
  }

  const live = document.querySelector("[data-live]");
  let last = "";

  async function look() {
    // Not while somebody's finger is on a button in it.
    if (!document.hidden && !live.contains(document.activeElement)) {
      const answer = await fetch(live.dataset.live).catch(() => null);
      const text = answer?.ok && !answer.redirected ? await answer.text() : last;
      if (text !== last) live.innerHTML = last = text;
    }
    setTimeout(look, 2000);
  }

  if (live) {
    document.querySelector(".only-live").hidden = false;
    setTimeout(look, 2000);
  }
})();
