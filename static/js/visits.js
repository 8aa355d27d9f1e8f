// Offers what is new since the last visit. What was seen is kept in this browser alone.
"use strict";

const discussion = document.querySelector("ol.thread");
if (discussion) {
  const key = `seen ${location.pathname}`;
  // While this tab is open, pages of one discussion are one visit.
  const before = sessionStorage.getItem(key) ?? localStorage.getItem(key) ?? "";
  sessionStorage.setItem(key, before);

  if (before) {
    const link = document.createElement("a");
    link.href = `?since=${encodeURIComponent(before)}`;
    link.textContent = "New since your last visit";
    // Beside what thread.js puts there.
    document.querySelector(".tools").append(link);
  }

  // One after the other: as arguments of one call, those of a long thread are too many.
  let newest = Date.parse(localStorage.getItem(key) ?? "") || 0;
  for (const each of discussion.querySelectorAll("time[datetime]")) {
    const moment = Date.parse(each.dateTime);
    if (moment > newest) newest = moment;
  }
  if (newest) localStorage.setItem(key, new Date(newest).toISOString());
}
