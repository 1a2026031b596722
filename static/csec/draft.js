/*
Keeps what is typed into a form on the server, so that signing out, a dead battery or a closed tab loses nothing.

  <form data-draft-url="..."> with an element [data-draft-status] that holds the texts
  (data-saved, data-signed-out, data-failed). Nothing is ever kept in the browser.
*/
"use strict";

(() => {
  const PAUSE = 2000; // ms of quiet before the form is sent
  const AGAIN = 10000; // ms before another try
  const KEEPALIVE_LIMIT = 60000; // browsers refuse more than 64 KiB from a page that is closing

  function watch(form) {
    const status = form.querySelector("[data-draft-status]");
    let timer = 0;
    let running = null;
    let underway = ""; // what is being sent just now: closing a tab rings twice
    let kept = fields();
    let sent = false;

    function fields() {
      const body = new URLSearchParams();
      for (const [name, value] of new FormData(form)) {
        const control = form.elements.namedItem(name);
        if (typeof value === "string" && !(control && control.type === "password")) body.append(name, value);
      }
      return body.toString();
    }

    function say(text, trouble) {
      if (!status) return;
      if (status.textContent !== text) status.textContent = text;
      status.toggleAttribute("data-trouble", trouble);
    }

    function later(pause) {
      clearTimeout(timer);
      timer = setTimeout(() => save(false), pause);
    }

    async function save(closing) {
      clearTimeout(timer);
      const body = fields();
      if (sent || body === kept || body === underway || (running && !closing)) return;
      running = new AbortController();
      underway = body;
      try {
        const answer = await fetch(form.dataset.draftUrl, {
          method: "POST",
          credentials: "same-origin",
          redirect: "manual", // a redirect is the way to the sign-in page
          headers: { "Content-Type": "application/x-www-form-urlencoded" },
          keepalive: closing && body.length < KEEPALIVE_LIMIT,
          signal: running.signal,
          body,
        });
        if (answer.ok) {
          kept = body;
          say(status.dataset.saved, false);
        } else if (answer.type === "opaqueredirect" || answer.status === 401 || answer.status === 403) {
          say(status.dataset.signedOut, true);
          later(AGAIN);
        } else {
          say(status.dataset.failed, true);
          later(AGAIN);
        }
      } catch (error) {
        if (error.name !== "AbortError") {
          say(status.dataset.failed, true);
          later(AGAIN);
        }
      } finally {
        running = null;
        underway = "";
      }
      if (!sent && kept === body && fields() !== kept) later(PAUSE);
    }

    form.addEventListener("input", () => later(PAUSE));
    form.addEventListener("change", () => later(PAUSE));
    form.addEventListener("submit", () => {
      sent = true;
      clearTimeout(timer);
      if (running) running.abort();
    });
    document.addEventListener("visibilitychange", () => {
      if (document.visibilityState === "hidden") save(true);
    });
    addEventListener("pagehide", () => save(true));
    addEventListener("pageshow", () => {
      sent = false;
    });
  }

  for (const form of document.querySelectorAll("form[data-draft-url]")) watch(form);
})();
