// The board: cards are dragged with mouse, pen or finger, or lifted with m and moved with the arrows.
// Without this file each card's own menu does the same.
"use strict";

(() => {
  const says = document.querySelector("[data-says]");
  const board = document.querySelector("[data-board]");
  if (!board) return;
  const fill = (text, slots) => text.replace(/\{(\w+)\}/g, (whole, name) => slots[name] ?? whole);
  const lanes = () => [...board.querySelectorAll("[data-stage]")];
  const say = (text) => { says.textContent = text; };
  const laneOf = (card) => card.closest(".lane");

  function send(card, stage) {
    const form = card.querySelector("form[action]");
    const field = Object.assign(document.createElement("input"), { type: "hidden", name: "stage", value: stage });
    form.append(field);
    say(fill(board.dataset.moving, { deal: card.dataset.title, stage }));
    sessionStorage.setItem("board-card", card.id);
    sessionStorage.setItem("board-top", String(scrollY));
    form.requestSubmit();
  }

  // After a move the page is new: the card that was moved has the focus again, where the reader was.
  const moved = document.getElementById(sessionStorage.getItem("board-card") ?? "");
  if (moved) {
    scrollTo(0, Number(sessionStorage.getItem("board-top")));
    moved.querySelector("a").focus({ preventScroll: true });
  }
  sessionStorage.removeItem("board-card");
  sessionStorage.removeItem("board-top");

  // Won and lost ask for what they need in a dialog; their links lead to the deal's own page.
  function close(card, how) {
    const dialog = document.querySelector(`[data-dialog="${how}"]`);
    if (!dialog?.showModal) return false;
    dialog.querySelector("form").action = card.dataset[how];
    dialog.querySelector("[data-name]").textContent = card.dataset.title;
    const amount = dialog.querySelector("[name=amount]");
    if (amount) amount.value = card.dataset.amount;
    card.querySelector("[popover]:popover-open")?.hidePopover();
    dialog.addEventListener("close", () => card.querySelector("a").focus(), { once: true });
    dialog.showModal();
    return true;
  }
  document.addEventListener("click", (event) => {
    const link = event.target.closest("[data-closes]");
    if (link && close(link.closest("[data-deal]"), link.dataset.closes)) event.preventDefault();
    if (event.target.closest("[data-cancel]")) event.target.closest("dialog").close();
  });

  // Keys: arrows go from card to card; m lifts, left and right choose the stage, Enter puts down, Escape leaves it.
  let lifted = null;
  const focused = () => document.activeElement?.closest?.(".deal");
  const cardsOf = (lane) => [...lane.querySelectorAll(".deal")];

  function focusCard(card) { card?.querySelector("a").focus(); }

  function step(card, key) {
    const all = [...board.querySelectorAll(".lane")], lane = laneOf(card), place = cardsOf(lane).indexOf(card);
    if (key === "ArrowUp" || key === "ArrowDown") { focusCard(cardsOf(lane)[place + (key === "ArrowUp" ? -1 : 1)]); return; }
    const way = key === "ArrowLeft" ? -1 : 1;
    for (let to = all.indexOf(lane) + way; all[to]; to += way) {
      const there = cardsOf(all[to]);
      if (there.length) { focusCard(there[Math.min(place, there.length - 1)]); return; }
    }
  }

  function lift(card) {
    lifted = { card, home: laneOf(card), next: card.nextElementSibling };
    card.classList.add("lifted");
    say(fill(board.dataset.lifted, { deal: card.dataset.title }));
  }

  function carry(way) {
    const all = lanes(), to = all[all.indexOf(laneOf(lifted.card)) + way] ?? null;
    if (!to) return;
    to.querySelector("ol").prepend(lifted.card);
    focusCard(lifted.card);
    lifted.card.scrollIntoView({ block: "nearest" });
    say(fill(board.dataset.over, { stage: to.dataset.stage, place: all.indexOf(to) + 1, count: all.length }));
  }

  function putDown(isMeant) {
    const { card, home, next } = lifted, lane = laneOf(card);
    lifted = null;
    card.classList.remove("lifted");
    if (isMeant && lane !== home) { send(card, lane.dataset.stage); return; }
    home.querySelector("ol").insertBefore(card, next);
    focusCard(card);
    say(fill(board.dataset.left, { deal: card.dataset.title, stage: home.getAttribute("aria-label") }));
  }

  document.addEventListener("keydown", (event) => {
    if (event.ctrlKey || event.metaKey || event.altKey || event.target.closest("input, textarea, select, dialog, [popover]")) return;
    const card = focused(), isSide = event.key === "ArrowLeft" || event.key === "ArrowRight";
    if (lifted) {
      if (isSide) { event.preventDefault(); carry(event.key === "ArrowLeft" ? -1 : 1); }
      else if (["Enter", " ", "m"].includes(event.key)) { event.preventDefault(); putDown(true); }
      else if (event.key === "Escape" || event.key === "Tab") { if (event.key === "Escape") event.preventDefault(); putDown(false); }
      return;
    }
    if (!card) {
      if (event.key === "j" || event.key === "k") { event.preventDefault(); focusCard(board.querySelector(".deal")); }
      return;
    }
    if (isSide || event.key === "ArrowUp" || event.key === "ArrowDown") { event.preventDefault(); step(card, event.key); }
    else if (event.key === "j" || event.key === "k") { event.preventDefault(); step(card, event.key === "j" ? "ArrowDown" : "ArrowUp"); }
    else if (event.key === "o") { event.preventDefault(); card.querySelector("a").click(); }
    else if (event.key === "m" && card.dataset.deal) { event.preventDefault(); lift(card); }
  });

  // Dragging. A mouse drags after five pixels; a finger after a moment's rest, so that it can still scroll.
  const ends = document.querySelector("[data-ends]");
  let drag = null;

  function begin(x, y) {
    const box = drag.card.getBoundingClientRect(), ghost = drag.card.cloneNode(true);
    ghost.removeAttribute("id");
    ghost.querySelectorAll("[id]").forEach((each) => each.removeAttribute("id"));
    ghost.setAttribute("aria-hidden", "true");
    ghost.classList.add("ghost");
    ghost.style.inlineSize = `${box.width}px`;
    document.body.append(ghost);
    Object.assign(drag, { ghost, dx: x - box.left, dy: y - box.top });
    drag.card.classList.add("dragged");
    board.classList.add("dragging");
    if (ends) ends.hidden = false;
    follow(x, y);
  }

  function follow(x, y) {
    drag.ghost.style.transform = `translate(${x - drag.dx}px, ${y - drag.dy}px)`;
    const over = document.elementFromPoint(x, y)?.closest?.("[data-stage], [data-end]") ?? null;
    if (over === drag.over) return;
    drag.over?.classList.remove("over");
    over?.classList.add("over");
    drag.over = over;
  }

  function finish(isMeant) {
    const { card, ghost, over, timer, pointer } = drag;
    clearTimeout(timer);
    drag = null;
    if (card.hasPointerCapture?.(pointer)) card.releasePointerCapture(pointer);
    if (!ghost) return;
    ghost.remove();
    card.classList.remove("dragged");
    board.classList.remove("dragging");
    over?.classList.remove("over");
    if (ends) ends.hidden = true;
    // The click that ends a drag must not open the deal.
    const swallow = (event) => { event.preventDefault(); event.stopPropagation(); };
    addEventListener("click", swallow, { capture: true, once: true });
    setTimeout(() => removeEventListener("click", swallow, { capture: true }), 50);
    if (!isMeant || !over) return;
    if (over.dataset.end) close(card, over.dataset.end);
    else if (over !== laneOf(card)) send(card, over.dataset.stage);
  }

  board.addEventListener("pointerdown", (event) => {
    const card = event.target.closest("[data-deal]");
    if (!card || event.button !== 0 || event.target.closest("button, [popover]") || lifted) return;
    drag = { card, pointer: event.pointerId, x: event.clientX, y: event.clientY, isTouch: event.pointerType === "touch" };
    if (drag.isTouch) drag.timer = setTimeout(() => { if (drag) { begin(drag.x, drag.y); navigator.vibrate?.(10); } }, 350);
  });
  document.addEventListener("pointermove", (event) => {
    if (!drag || event.pointerId !== drag.pointer) return;
    const far = Math.hypot(event.clientX - drag.x, event.clientY - drag.y);
    if (drag.ghost) { event.preventDefault(); follow(event.clientX, event.clientY); }
    else if (drag.isTouch && far > 10) finish(false);
    else if (!drag.isTouch && far > 5) begin(event.clientX, event.clientY);
  });
  document.addEventListener("pointerup", (event) => { if (drag && event.pointerId === drag.pointer) finish(true); });
  document.addEventListener("pointercancel", () => { if (drag) finish(false); });
  document.addEventListener("keydown", (event) => { if (drag && event.key === "Escape") finish(false); });
  // While a card is carried by a finger, the page does not scroll under it; a link is not dragged as a link.
  document.addEventListener("touchmove", (event) => { if (drag?.ghost) event.preventDefault(); }, { passive: false });
  board.addEventListener("dragstart", (event) => event.preventDefault());
  board.addEventListener("contextmenu", (event) => { if (drag?.ghost) event.preventDefault(); });
})();
