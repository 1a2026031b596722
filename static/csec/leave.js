/*
The quick exit, a[data-leave]: empties the page at once and puts a harmless one in its place in the history.
And the way back: a page that the browser has kept for going back is asked for again, so that nothing of it is
seen after a sign-out. Without this script the link works all the same.
*/
"use strict";

(() => {
  for (const link of document.querySelectorAll("a[data-leave]")) {
    link.addEventListener("click", (event) => {
      event.preventDefault();
      document.title = "…";
      document.body.replaceChildren();
      location.replace(link.href);
    });
  }
  addEventListener("pageshow", (event) => {
    if (!event.persisted) return;
    document.body.replaceChildren();
    location.reload();
  });
})();
