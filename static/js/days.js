// The days of a discussion as a slider; without it the date is typed.
"use strict";

const slider = document.getElementById("slider");
if (slider) {
  const days = [...document.querySelectorAll("#days option")].map((each) => each.label);
  const at = document.getElementById("at");
  const range = slider.querySelector("input");
  const shown = slider.querySelector("output");
  const show = () => {
    at.value = shown.value = days[range.valueAsNumber];
    range.setAttribute("aria-valuetext", at.value);
  };
  // The last of its days that is not later than the one that is shown.
  range.valueAsNumber = Math.max(0, days.findLastIndex((each) => each <= at.value));
  shown.value = days[range.valueAsNumber];
  range.setAttribute("aria-valuetext", shown.value);
  range.addEventListener("input", show);
  slider.hidden = false;
}
