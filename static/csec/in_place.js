/*
Leaves a part where it stood in the window when its short form was sent: form[data-in-place] tells the server how far down
that was, and the page that comes back says it again at the part ([data-top]). Nothing is kept in the browser. Without this
script the page comes back to the part by its address.
*/
"use strict";

(() => {
  for (const form of document.querySelectorAll("form[data-in-place]")) {
    form.addEventListener("submit", () => {
      const top = Math.round(form.closest(".part").getBoundingClientRect().top);
      // What began above the window is found again at its top.
      form.elements.namedItem("in_place").value = top < 0 || top > innerHeight ? "" : top;
    });
  }

  const part = document.querySelector(".part[data-top]");
  if (!part) return;
  const off = () => part.getBoundingClientRect().top - Number(part.dataset.top);
  const back = () => {
    scrollBy(0, off());
    // The form is folded now: what stands last on the page needs the room that the form took.
    if (off() > 1) document.body.style.paddingBottom = `${Math.ceil(off())}px`;
    scrollBy(0, off());
  };
  back();
  // Once more when the browser has gone to the part by itself.
  addEventListener("load", () => requestAnimationFrame(back));
})();
