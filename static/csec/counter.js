/*
Says how much of a long field is typed, once it is nearly full: textarea[data-limit][data-counted="{length} of {limit}"].
Without this script the server says that it is too long, and keeps it.
*/
"use strict";

(() => {
  const FROM = 0.8; // of the limit

  for (const area of document.querySelectorAll("textarea[data-limit]")) {
    const limit = Number(area.dataset.limit);
    let said = null;

    const count = () => {
      const length = [...area.value].length;
      if (!said && length < limit * FROM) return;
      if (!said) {
        said = document.createElement("p");
        said.className = "counted";
        said.setAttribute("aria-live", "polite");
        area.after(said);
      }
      const numbers = new Intl.NumberFormat(document.documentElement.lang);
      said.textContent = area.dataset.counted
        .replace("{length}", numbers.format(length))
        .replace("{limit}", numbers.format(limit));
      said.toggleAttribute("data-trouble", length > limit);
      said.hidden = length < limit * FROM;
    };

    area.addEventListener("input", count);
    count();
  }
})();
