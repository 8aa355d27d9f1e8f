// The desk by keys, and with the card alone replaced; without it every form works alike.
"use strict";

const UNDO_FOR = 10000;
const told = document.getElementById("told");
const keys = document.getElementById("keys");
const areOn = document.getElementById("keys-on");
areOn.checked = localStorage.getItem("desk-keys") !== "off";
areOn.addEventListener("change", () => {
  localStorage.setItem("desk-keys", areOn.checked ? "on" : "off");
});

const show = () => {
  const just = document.querySelector("#card .just");
  for (const button of document.querySelectorAll("#card [data-keys]")) {
    button.hidden = false;
    button.addEventListener("click", () => keys.showModal());
  }
  if (just) setTimeout(() => just.remove(), UNDO_FOR);
};
show();

document.addEventListener("htmx:after:swap", () => {
  show();
  const card = document.getElementById("card");
  if (!card) return;
  const result = card.querySelector("[data-told], [role=alert]");
  told.textContent = result ? result.textContent.trim() : "";
  card.querySelector("h1").focus();
  card.scrollIntoView();
});

document.addEventListener("keydown", (event) => {
  const isTyping = event.target.closest("textarea, select, input:not([type=radio], [type=hidden])");
  if (isTyping || event.ctrlKey || event.metaKey || event.altKey || keys.open) return;
  if (!areOn.checked && event.key !== "?") return;
  const key = CSS.escape(event.key);
  const found = [...document.querySelectorAll(`[aria-keyshortcuts="${key}"]`)];
  const target = found.find((each) => each.checkVisibility());
  if (!target) return;
  event.preventDefault();
  target.click();
  if (target.matches("summary")) target.focus();
});
