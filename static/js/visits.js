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
    const line = document.createElement("p");
    line.className = "meta";
    line.append(link);
    discussion.before(line);
  }

  const moments = [...discussion.querySelectorAll("time[datetime]")].map((each) => new Date(each.dateTime));
  const newest = Math.max(0, ...moments, localStorage.getItem(key) ? Date.parse(localStorage.getItem(key)) : 0);
  if (newest) localStorage.setItem(key, new Date(newest).toISOString());
}
