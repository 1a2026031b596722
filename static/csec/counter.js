/*
Says how much of a long field is typed, once it is nearly full: textarea[data-limit][data-counted="{length} of {limit}"].
Without this script the server says that it is too long, and keeps it.
*/
"use strict";

(() => {
  const FROM = 0.8; // of the limit

  for (const area of document.querySelectorAll("textarea[data-limit]")) {
    const limit = Number(area.dataset.limit);
    const seen = document.createElement("p");
    const spoken = document.createElement("p");
    let level = 0; // spoken when it changes, and not with each letter

    seen.className = "counted";
    seen.setAttribute("aria-hidden", "true");
    spoken.className = "visually-hidden";
    spoken.setAttribute("aria-live", "polite");

    const count = () => {
      const length = [...area.value].length;
      const now = length > limit ? 2 : length >= limit * FROM ? 1 : 0;
      if (now && !seen.isConnected) area.after(seen, spoken);
      if (!seen.isConnected) return;
      const numbers = new Intl.NumberFormat(`${document.documentElement.lang}-US`);
      seen.textContent = area.dataset.counted
        .replace("{length}", numbers.format(length))
        .replace("{limit}", numbers.format(limit));
      seen.toggleAttribute("data-trouble", now === 2);
      seen.hidden = !now;
      if (now !== level) spoken.textContent = now ? seen.textContent : "";
      level = now;
    };

    area.addEventListener("input", count);
    count();
  }
})();
