// The days of a discussion as a slider; without it the date is typed.
"use strict";

const slider = document.getElementById("slider");
if (slider) {
  const options = [...document.querySelectorAll("#days option")];
  const days = options.map((each) => each.label);
  const at = document.getElementById("at");
  const range = slider.querySelector("input");
  const shown = slider.querySelector("output");
  const tell = () => {
    const day = days[range.valueAsNumber];
    const words = options[range.valueAsNumber].textContent;
    // On days between them nothing changed.
    shown.value = day === at.value ? words : day < at.value ? `unchanged since ${words}` : "";
    range.setAttribute("aria-valuetext", shown.value || words);
  };
  const show = () => {
    at.value = days[range.valueAsNumber];
    tell();
  };
  // The last of its days that is not later than the one that is shown.
  range.valueAsNumber = Math.max(0, days.findLastIndex((each) => each <= at.value));
  tell();
  range.addEventListener("input", show);
  slider.hidden = false;
}
