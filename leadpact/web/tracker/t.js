// The tracker: what a customer's site loads as /t.js.  Served without its comments and indentation, nothing else
// is done to it.  Until the visitor agrees it stores nothing on the device and says nothing that tells one visitor
// from another: the path and the campaign of a page, which the server counts by the hour.
((win, doc, nav, place) => {
  "use strict";
  var honoursSignal = true;
  var script = doc.currentScript, said = script.dataset;
  // ask: until leadpact("consent", true).  given: the site loads this only once the visitor agreed.  never: count only.
  var mode = honoursSignal && nav.globalPrivacyControl ? "never" : said.consent || "ask";
  var collector = new URL("/v1/batch", script.src), ID = "ajs_anonymous_id", QUEUE = "leadpact", MOST = 50;
  var agreed, id, sending, timer, shown, here, from = doc.referrer, queue = [], wait = 1;

  function unique() {
    return Array.from(crypto.getRandomValues(new Uint8Array(16)), (byte) => (byte + 256).toString(16).slice(1)).join("");
  }

  // What has not been sent yet; that it is there at all says that the visitor agreed.
  function kept(text) {
    try {
      if (text) localStorage[QUEUE] = text;
      else if (text == "") delete localStorage[QUEUE];
      return localStorage[QUEUE];
    } catch (blocked) {}
  }

  function keep() {
    if (agreed) kept(JSON.stringify((sending || []).concat(queue)));
  }

  function cookie() {
    return (doc.cookie.match(/\bajs_anonymous_id=(?:%22)?([\w-]+)/) || [])[1];
  }

  // On the widest domain that takes it, so that www. and forms. of one company see one visitor; "" forgets it on all.
  function setCookie(value) {
    var parts = place.hostname.split(".");
    for (var at = parts.length; at-- && !(value && cookie() == value); )
      doc.cookie = ID + "=" + value + ";path=/;samesite=lax;domain=" + parts.slice(at).join(".")
        + ";max-age=" + (value ? 34e6 : 0) // 13 months
        + (place.protocol == "https:" ? ";secure" : "");
  }

  // What the visitor said is kept with the wording the site showed (data-consent-version), the time and this visitor.
  function say(given) {
    add("track", { event: "leadpact consent", properties: { given, version: said.consentVersion } });
  }

  function agree(told) {
    told = told || !cookie(); // a site that asks by itself tells it once, by loading this for a new visitor
    agreed = 1;
    id = cookie() || unique();
    setCookie(id);
    try { queue = JSON.parse(kept()).concat(queue); } catch (none) {}
    keep();
    if (told) say(true);
  }

  function forget() {
    if (agreed || kept() != null) setCookie(""); // not a cookie that another script of the site has set
    agreed = id = 0;
    queue = [];
    kept("");
  }

  function add(type, event) {
    if (agreed) {
      event.anonymousId = id;
      event.messageId = unique();
      event.timestamp = now();
    } else if (type == "page") {
      event = {
        properties: { path: place.pathname, campaign: new URLSearchParams(place.search).get("utm_campaign") },
        context: { consent: { web_tracking: false } }
      };
    } else return;
    event.type = type;
    queue.push(event);
    queue = queue.slice(-MOST);
    keep();
    soon(100);
  }

  function now() {
    return new Date().toISOString();
  }

  function body(events) {
    return JSON.stringify({ writeKey: said.key, sentAt: now(), batch: events });
  }

  function soon(milliseconds) {
    timer = timer || setTimeout(send, milliseconds);
  }

  function send() {
    clearTimeout(timer);
    timer = 0;
    if (sending || !queue.length) return;
    sending = queue;
    queue = [];
    var text = body(sending);
    // A text needs no preflight; a page that is left lets a small one go on.
    fetch(collector, { method: "POST", body: text, keepalive: text.length < 6e4, credentials: "omit" })
      .then((answer) => {
        if (answer.status > 499 || answer.status == 429 || answer.status == 408) return again();
        sending = 0;
        wait = 1;
        keep();
        if (queue.length) soon(0);
      }, again);
  }

  // The server knows a message by its id: sent twice it is there once.
  function again() {
    queue = sending.concat(queue).slice(-MOST);
    sending = 0;
    keep();
    soon(wait * 1000);
    wait = Math.min(wait * 2, 60);
  }

  function leave() {
    if (doc.visibilityState == "hidden" && nav.onLine && queue.length && nav.sendBeacon(collector, body(queue))) {
      queue = [];
      keep();
    }
  }

  function page(anyway) {
    var path = place.pathname, address = path + place.search;
    if (address == shown && anyway != 1) return;
    if (shown && address != shown) from = here;
    shown = address;
    here = place.href;
    add("page", { properties: { path, url: here, title: doc.title, referrer: from } });
  }

  function moved() {
    setTimeout(page, 50); // the new page's title comes after its address
  }

  var verbs = {
    id: () => id,
    page: () => page(1),
    track: (event, properties) => add("track", { event, properties }),
    identify: (who, traits) => add("identify", who?.trim ? { userId: who, traits } : { traits: who }),
    consent(given) {
      if (!given) {
        if (agreed) {
          say(false);
          nav.sendBeacon(collector, body(queue));
        }
        forget();
      }
      else if (mode != "never" && !agreed) {
        agree(1);
        page(1); // the page the visitor agreed on, with where they came from
      }
    }
  };

  // <form data-leadpact>: whoever sends it says who they are.
  function submitted(event) {
    var form = event.target, traits = {};
    if (!form.matches("[data-leadpact]")) return;
    for (var field of form.elements) {
      var name = field.type == "email" ? "email" : field.name;
      if (/^(email|name|company|title|phone)$/.test(name)) traits[name] = field.value;
    }
    if (traits.email) verbs.identify(traits);
  }

  // Before the page's own listeners, and before it can be stopped.
  function on(name, listener) {
    addEventListener(name, listener, true);
  }

  function begin() {
    var before = win.leadpact?.q || [];
    win.leadpact = (verb, ...more) => verbs[verb]?.(...more);
    if (mode == "never") forget();
    else if (mode == "given" || kept() != null) agree();
    for (let name of ["pushState", "replaceState"]) {
      let was = history[name];
      history[name] = (...more) => {
        was.apply(history, more);
        moved();
      };
    }
    on("popstate", moved);
    on("pageshow", (event) => event.persisted && page(1));
    on("online", send);
    on("visibilitychange", leave);
    on("submit", submitted);
    for (var call of before) win.leadpact(...call);
    page();
  }

  if (doc.prerendering) on("prerenderingchange", begin);
  else begin();
})(window, document, navigator, location);
