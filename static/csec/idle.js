/*
A page that is left alone: asks whether somebody is still there, with the page covered, then signs out.

  <dialog data-idle data-warn data-end (seconds) data-stay data-out (addresses)> with button[data-idle-stay]

The server ends an idle session by itself; this only says so before, and puts away what stands on the screen. Time
runs from the last word with the server: as long as somebody types or reads, it is told so once a minute. The windows
of one browser tell one another that somebody is there, or has left by a[data-leave] or form[data-sign-out].
*/
"use strict";

(() => {
  const dialog = document.querySelector("dialog[data-idle]");
  const warnAfter = Number(dialog.dataset.warn) * 1000;
  const endAfter = Number(dialog.dataset.end) * 1000;
  const TELL_AGAIN = 60000; // ms between two words to the server
  const LOOK = 1000; // ms between two looks at the clock
  const windows = "BroadcastChannel" in window ? new BroadcastChannel("lantern-idle") : null;
  let heard = Date.now();
  let active = false;
  let asking = false;

  function stillThere() {
    heard = Date.now();
    active = false;
    if (dialog.open) dialog.close();
  }

  async function tell() {
    if (asking) return;
    asking = true;
    try {
      const answer = await fetch(dialog.dataset.stay, { credentials: "same-origin", cache: "no-store" });
      if (answer.ok) {
        stillThere();
        if (windows) windows.postMessage("still there");
      } else {
        out();
      }
    } catch {
      // No connection: the time runs on, and the page is covered when it is over.
    } finally {
      asking = false;
    }
  }

  function out() {
    cover();
    if (navigator.onLine) location.replace(`${dialog.dataset.out}?next=${encodeURIComponent(location.pathname)}`);
  }

  function cover() {
    if (!dialog.open) dialog.showModal();
  }

  function look() {
    const alone = Date.now() - heard;
    if (alone >= endAfter) out();
    else if (alone >= warnAfter) cover();
    else if (active && alone >= TELL_AGAIN) tell();
  }

  for (const sign of ["keydown", "pointerdown", "input", "scroll"]) {
    addEventListener(sign, () => (active = true), { capture: true, passive: true });
  }
  dialog.querySelector("[data-idle-stay]").addEventListener("click", tell);
  dialog.addEventListener("cancel", (event) => {
    event.preventDefault(); // Escape says "I am here" as well
    tell();
  });
  if (windows) {
    windows.addEventListener("message", (event) => (event.data === "gone" ? out() : stillThere()));
    for (const way of ["click", "submit"]) {
      addEventListener(way, (event) => {
        const leaving = way === "click" ? "a[data-leave]" : "form[data-sign-out]";
        if (event.target.closest(leaving)) windows.postMessage("gone");
      }, { capture: true });
    }
  }
  document.addEventListener("visibilitychange", look);
  setInterval(look, LOOK);
})();
