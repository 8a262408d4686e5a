// For pages written for Mautic's snippet: mt("send", "pageview", {fields}) goes to /mtc/event in Mautic's words.
// Unlike Mautic's own it keeps what could not be sent and sends it later, once, by a message id.
((win, doc, nav, place) => {
  "use strict";
  var honoursSignal = true;
  var source = new URL(doc.currentScript.src), key = source.searchParams.get("key");
  var collector = new URL("/mtc/event", source), QUEUE = "leadpact_mtc", DEVICE = "mautic_device_id", MOST = 500;
  var name = win.MauticTrackingObject || "mt", before = win[name]?.q || [];
  var isPrivate = nav.doNotTrack == 1 || honoursSignal && nav.globalPrivacyControl;
  var queue = [], heard = {}, counter = 0, wait = 1, sending, timer;

  function unique() {
    return Array.from(crypto.getRandomValues(new Uint8Array(16)), (byte) => (byte + 256).toString(16).slice(1)).join("");
  }

  function kept(what, text) {
    try {
      if (text != null && !isPrivate) localStorage[what] = text;
      return localStorage[what];
    } catch (blocked) {}
  }

  function cookie() {
    return (doc.cookie.match(/\bmautic_device_id=([\w-]+)/) || [])[1];
  }

  // Mautic's names in Mautic's places, so that a visitor it knew stays the same one.
  function device() {
    if (isPrivate) return "";
    var id = kept(DEVICE) || cookie() || unique();
    for (var each of [DEVICE, "mtc_id"]) {
      kept(each, id);
      doc.cookie = each + "=" + id + ";path=/;samesite=lax;max-age=" + 34e6 + (place.protocol == "https:" ? ";secure" : "");
    }
    return id;
  }

  function pageview(fields, told) {
    var id = device(), event = {
      page_title: doc.title,
      page_language: nav.language,
      preferred_locale: nav.language.replace("-", "_"),
      page_referrer: doc.referrer,
      page_url: place.href,
      counter: counter++,
      timezone_offset: new Date().getTimezoneOffset(),
      timezone: Intl.DateTimeFormat().resolvedOptions().timeZone,
      resolution: screen.width + "x" + screen.height,
      platform: nav.platform,
      do_not_track: !!isPrivate
    };
    if (!isPrivate) Object.assign(event, { mautic_device_id: id, message_id: unique(), happened_at: now() });
    Object.assign(event, fields);
    heard[event.message_id] = told;
    queue.push(event);
    queue = queue.slice(-MOST);
    keep();
    soon(0);
  }

  function now() {
    return new Date().toISOString();
  }

  function keep() {
    kept(QUEUE, JSON.stringify(queue));
  }

  function soon(milliseconds) {
    timer = timer || setTimeout(send, milliseconds);
  }

  function send() {
    timer = 0;
    if (sending || !queue.length) return;
    sending = queue[0];
    var body = new URLSearchParams(Object.assign({}, sending, { sent_at: now() }));
    if (key) body.set("key", key);
    fetch(collector, { method: "POST", body, keepalive: true, credentials: "omit" })
      .then((answer) => {
        if (answer.status > 499 || answer.status == 429 || answer.status == 408) return again();
        return answer.json().then((response) => done(answer.ok, response));
      })
      .catch(again);
  }

  // Only what was sent is taken out: by now there may be more.
  function done(isTaken, response) {
    var event = sending, told = heard[event.message_id] || {};
    queue = queue.filter((each) => each != event);
    sending = 0;
    wait = 1;
    keep();
    soon(0);
    (isTaken ? told.onload : told.onerror)?.();
    if (isTaken) doc.dispatchEvent(new CustomEvent("mauticPageEventDelivered", { detail: { params: event, response } }));
  }

  function again() {
    if (!sending) return;
    sending = 0;
    soon(wait * 1000);
    wait = Math.min(wait * 2, 60);
  }

  // A form that was made for Mautic says whose page it was on; pressed twice it is one.
  function submitted(event) {
    var form = event.target;
    if (isPrivate || !/\/form\/submit\b/.test(form.action)) return;
    hide(form, DEVICE, device());
    if (!form.elements.message_id) hide(form, "message_id", unique());
  }

  function hide(form, field, value) {
    var input = form.elements[field] || form.appendChild(doc.createElement("input"));
    input.type = "hidden";
    input.name = field;
    input.value = value;
  }

  try { queue = JSON.parse(kept(QUEUE)); } catch (none) {}
  win[name] = (verb, what, fields, told) => verb == "send" && what == "pageview" && pageview(fields, told);
  addEventListener("submit", submitted, true);
  addEventListener("online", () => soon(0));
  for (var call of before) win[name](...call);
  soon(0);
})(window, document, navigator, location);
