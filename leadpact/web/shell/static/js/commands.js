// Ctrl K or Cmd K: find persons, companies, deals, campaigns, pages and actions, and go there.
// Without this file the search at the top does the same on a page of its own.
"use strict";

(() => {
  const dialog = document.getElementById("commands"), opener = document.querySelector("[data-commands]");
  if (!dialog || !opener || !dialog.showModal) return;
  const input = dialog.querySelector("input"), list = dialog.querySelector("[role=listbox]");
  const status = dialog.querySelector("[role=status]"), words = dialog.dataset;
  const isMac = /Mac|iPhone|iPad/.test(navigator.platform);
  const options = () => [...list.querySelectorAll("[role=option]")];
  let at = -1, asked = 0, timer = 0, before = null, running = null;

  opener.hidden = false;
  if (isMac) opener.querySelector("kbd").textContent = "⌘ K";

  function open() {
    if (dialog.open) return;
    before = document.activeElement;
    dialog.showModal();
    input.value = "";
    ask();
    input.focus();
  }

  function element(name, className, text) {
    const made = document.createElement(name);
    if (className) made.className = className;
    if (text) made.textContent = text;
    return made;
  }

  function icon(name) {
    const space = "http://www.w3.org/2000/svg", svg = document.createElementNS(space, "svg");
    svg.setAttribute("class", "icon");
    svg.setAttribute("aria-hidden", "true");
    svg.appendChild(document.createElementNS(space, "use")).setAttribute("href", `${words.icons}#${name}`);
    return svg;
  }

  function option(hit, number) {
    const made = element("div", "option");
    made.id = `command-${number}`;
    made.setAttribute("role", "option");
    made.setAttribute("aria-selected", "false");
    made.dataset.url = hit.url;
    const text = element("span", "hit");
    text.append(element("b", "", hit.label));
    if (hit.detail) text.append(element("small", "", hit.detail));
    made.append(icon(hit.icon), text);
    return made;
  }

  function show(groups) {
    const text = input.value.trim();
    let number = 0;
    const parts = groups.map((group) => {
      const part = element("div", "option-group");
      part.setAttribute("role", "group");
      part.setAttribute("aria-label", group.title);
      const title = element("div", "option-title", group.title);
      title.setAttribute("aria-hidden", "true");
      part.append(title, ...group.hits.map((hit) => option(hit, number++)));
      return part;
    });
    const found = number;
    if (text) {
      const url = `${words.searchUrl}?q=${encodeURIComponent(text)}`;
      parts.push(option({ label: words.all.replace("{text}", text), detail: "", url, icon: "search" }, number++));
    }
    list.replaceChildren(...parts);
    status.textContent = found ? words[found === 1 ? "one" : "many"].replace("{n}", found) : words.none;
    choose(number ? 0 : -1);
  }

  function choose(place) {
    const all = options();
    all[at]?.setAttribute("aria-selected", "false");
    at = all.length ? (place + all.length) % all.length : -1;
    input.removeAttribute("aria-activedescendant");
    if (at < 0) return;
    all[at].setAttribute("aria-selected", "true");
    all[at].scrollIntoView({ block: "nearest" });
    input.setAttribute("aria-activedescendant", all[at].id);
  }

  async function ask() {
    const mine = ++asked;
    running?.abort();
    running = new AbortController();
    try {
      const url = `${opener.dataset.commands}?q=${encodeURIComponent(input.value.trim())}`;
      const answer = await fetch(url, { headers: { Accept: "application/json" }, signal: running.signal });
      if (answer.redirected || !answer.ok) { if (mine === asked) show([]); return; }
      const { groups } = await answer.json();
      if (mine === asked && dialog.open) show(groups);
    } catch (error) {
      if (error.name !== "AbortError" && mine === asked) show([]);
    }
  }

  function go(chosen, isAside) {
    if (!chosen) return;
    if (isAside) { window.open(chosen.dataset.url, "_blank", "noopener"); return; }
    location.assign(chosen.dataset.url);
    dialog.close();
  }

  const moves = { ArrowDown: 1, ArrowUp: -1 };
  input.addEventListener("keydown", (event) => {
    if (event.isComposing) return;
    if (event.key in moves) { event.preventDefault(); choose(at + moves[event.key]); }
    else if (event.key === "Enter") {
      event.preventDefault();
      // Whoever is quicker than the answer searches for what stands in the field, not for what stood there.
      if (timer) location.assign(`${words.searchUrl}?q=${encodeURIComponent(input.value.trim())}`);
      else go(options()[at], event.ctrlKey || event.metaKey);
    } else if ((event.key === "Home" || event.key === "End") && event.ctrlKey) {
      event.preventDefault();
      choose(event.key === "Home" ? 0 : -1);
    }
  });
  input.addEventListener("input", () => {
    clearTimeout(timer);
    timer = setTimeout(() => { timer = 0; ask(); }, 120);
  });
  list.addEventListener("mousedown", (event) => event.preventDefault());
  list.addEventListener("mousemove", (event) => {
    const over = options().indexOf(event.target.closest("[role=option]"));
    if (over >= 0 && over !== at) choose(over);
  });
  list.addEventListener("click", (event) => go(event.target.closest("[role=option]"), event.ctrlKey || event.metaKey));
  dialog.querySelector("[data-close]").addEventListener("click", () => dialog.close());
  dialog.addEventListener("click", (event) => { if (event.target === dialog) dialog.close(); });
  dialog.addEventListener("close", () => { running?.abort(); before?.focus?.(); });
  opener.addEventListener("click", open);
  document.addEventListener("keydown", (event) => {
    if (event.key.toLowerCase() !== "k" || event.altKey || event.shiftKey || !(event.ctrlKey || event.metaKey)) return;
    event.preventDefault();
    open();
  });
})();
