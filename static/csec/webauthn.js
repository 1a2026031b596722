/*
Fills a form from a security key: form[data-webauthn=create|get] with a hidden field `credential`, and the options
of the browser's question in #webauthn-options. Needs webauthn-json.js before it.
*/
"use strict";

(() => {
  const form = document.querySelector("form[data-webauthn]");
  const options = JSON.parse(document.getElementById("webauthn-options").textContent);
  const trouble = form.querySelector("[data-webauthn-trouble]");

  form.addEventListener("submit", async (event) => {
    event.preventDefault();
    trouble.hidden = true;
    try {
      const credential =
        form.dataset.webauthn === "create"
          ? await webauthnJSON.create(options.creation_options)
          : await webauthnJSON.get(options.request_options);
      form.elements.credential.value = JSON.stringify(credential);
    } catch {
      trouble.hidden = false;
      return;
    }
    form.submit();
  });
  form.querySelector("button[type=submit]").hidden = false;
})();
