// Says in words why a passkey was not used; shows what works with scripts only.
"use strict";

document.documentElement.classList.add("scripted");
document.addEventListener("allauth.error", (event) => {
  event.preventDefault();
  let told = document.getElementById("passkey-trouble");
  if (!told) {
    told = document.createElement("p");
    told.id = "passkey-trouble";
    told.className = "message error";
    told.setAttribute("role", "alert");
    document.querySelector("main h1").after(told);
  }
  const gaveUp = event.detail.exception.name === "NotAllowedError";
  told.textContent = gaveUp
    ? "No passkey was chosen, or this device has none for this site."
    : "This browser could not use a passkey here. Passkeys need https, or http://localhost.";
});
