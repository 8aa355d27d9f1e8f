"use strict";
// A long text goes as a file would: the server takes only a little as a field.
(() => {
  const LONG = 2_000_000;
  const {text, file} = document.getElementById("paste").elements;

  text.form.addEventListener("submit", () => {
    const typed = new Blob([text.value]);
    if (file.files.length || typed.size < LONG) return;
    const made = new DataTransfer();
    made.items.add(new File([typed], "pasted.txt", {type: "text/plain"}));
    file.files = made.files;
    text.disabled = true;
  });

  // Somebody came back to the page as it was left.
  window.addEventListener("pageshow", () => {
    if (!text.disabled) return;
    text.disabled = false;
    file.value = "";
  });
})();
