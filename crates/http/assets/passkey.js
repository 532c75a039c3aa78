"use strict";
// Asks the device for a passkey and puts its answer into the form. This is the only script of a node, and it stands on the
// pages where officers, registrars and supervisors sign in: browsers make no passkey without one.
(() => {
  const bytes = (text) =>
    Uint8Array.from(atob(text.replaceAll("-", "+").replaceAll("_", "/")), (sign) => sign.charCodeAt(0));
  const text = (buffer) =>
    btoa(String.fromCharCode(...new Uint8Array(buffer))).replaceAll("+", "-").replaceAll("/", "_").replace(/=+$/, "");

  const ask = async (verb, options) => {
    const asked = options.publicKey;
    asked.challenge = bytes(asked.challenge);
    for (const known of [...(asked.excludeCredentials ?? []), ...(asked.allowCredentials ?? [])]) {
      known.id = bytes(known.id);
    }
    if (asked.user) {
      asked.user.id = bytes(asked.user.id);
    }
    const shown = await navigator.credentials[verb]({ publicKey: asked });
    const response = { clientDataJSON: text(shown.response.clientDataJSON) };
    for (const name of ["attestationObject", "authenticatorData", "signature", "userHandle"]) {
      if (shown.response[name]) {
        response[name] = text(shown.response[name]);
      }
    }
    return JSON.stringify({ id: shown.id, rawId: text(shown.rawId), type: shown.type, response, extensions: {} });
  };

  for (const form of document.querySelectorAll("form[data-passkey]")) {
    const [answer, status] = [form.elements.namedItem("answer"), form.querySelector("[role=status]")];
    form.addEventListener("submit", async (event) => {
      if (answer.value) {
        return;
      }
      event.preventDefault();
      status.textContent = form.dataset.waiting;
      try {
        if (!navigator.credentials || !window.PublicKeyCredential) {
          throw new Error("no passkeys");
        }
        answer.value = await ask(form.dataset.passkey, JSON.parse(form.dataset.options));
        form.submit();
      } catch {
        status.textContent = form.dataset.failed;
      }
    });
  }
})();
