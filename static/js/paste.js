"use strict";
// Keys for the page of a draft. Without this file everything works by its form.
(() => {
  const ROLES = {a: "article", s: "start", g: "more", q: "quotation", n: "signature", x: "no_part"};
  const KEYS = new Set([...Object.keys(ROLES), ..."rydpmu", "ArrowDown", "ArrowUp"]);
  const ROWS = ".paragraphs > li";
  // They hold elements alone, and are themselves the same in each answer.
  const OPENED = "#main, .draft, #draft, ol.paragraphs";
  const waiting = [];
  let isBusy = false;
  let place = "";

  const form = () => document.getElementById("draft");
  const rows = () => [...document.querySelectorAll(ROWS)];
  const row = () => rows().find((each) => each.dataset.place === place);
  const field = (name) => form().elements.namedItem(`${name}-${place}`);

  const focus = (wanted) => {
    const found = rows().find((each) => each.dataset.place === wanted);
    if (!found) return;
    place = wanted;
    found.focus();
    found.scrollIntoView({block: "nearest"});
    follow();
  };

  // Show in the preview the comment that the paragraph is part of.
  const follow = () => {
    const preview = document.querySelector(".preview");
    if (!preview || preview.scrollHeight <= preview.clientHeight) return;
    const above = rows().slice(0, rows().indexOf(row()) + 1).map((each) => each.dataset.place);
    const shown = [...preview.querySelectorAll("li[data-place]")];
    const own = shown.findLast((each) => above.includes(each.dataset.place));
    preview.scrollTop = own ? own.offsetTop - preview.clientHeight / 3 : 0;
  };

  const take = async (answer) => {
    const page = new DOMParser().parseFromString(await answer.text(), "text/html");
    const main = page.getElementById("main");
    if (!main) return window.location.reload();
    // What was typed came with the answer, or was refused by it.
    form().reset();
    ready(main);
    exchange(document.getElementById("main"), document.adoptNode(main));
    if (answer.redirected) window.history.replaceState(null, "", answer.url);
    return answer.ok;
  };

  // Leave what is as it was, which is most rows: they are neither laid out nor painted anew.
  const exchange = (old, fresh) => {
    if (old.isEqualNode(fresh)) return;
    const [before, after] = [[...old.children], [...fresh.children]];
    const isOpened = old.matches(OPENED) && fresh.matches(OPENED);
    if (!isOpened || before.length !== after.length) return old.replaceWith(fresh);
    before.forEach((each, number) => exchange(each, after[number]));
  };

  // Save the form as it stands, with a button; what was typed goes with it.
  const send = async (name, value) => {
    const body = new URLSearchParams(new FormData(form()));
    if (name) body.set(name, value);
    return take(await fetch(form().action, {method: "POST", body}));
  };

  const move = async (by) => {
    const all = rows();
    const next = all[all.indexOf(row()) + by];
    if (next) return focus(next.dataset.place);
    const link = by > 0 && document.querySelector(".pages a[rel=next]");
    if (!link) return focus(place);
    const answer = await fetch(link.href);
    if (await take(answer)) {
      window.history.replaceState(null, "", link.href);
      focus(rows()[0].dataset.place);
    }
  };

  const answerBefore = async () => {
    if (!field("answers")) {
      field("role").value = "start";
      if (!await send()) return;
    }
    const choice = field("answers");
    const offered = [...choice.options].map((each) => each.value);
    // Nearest first; the article and "not known" stand before them.
    const first = offered.findIndex((each) => /^[\d.]+$/.test(each));
    if (first < 0) return focus(place);
    const next = choice.selectedIndex < first ? first : choice.selectedIndex + 1;
    choice.selectedIndex = next < offered.length ? next : 0;
    await send();
    focus(place);
  };

  const split = async () => {
    const chosen = window.getSelection();
    const text = row().querySelector(".text");
    const words = field("split");
    if (!chosen.isCollapsed && text.contains(chosen.anchorNode) && text.contains(chosen.focusNode)) {
      words.value = chosen.toString();
      await send();
      return focus(place);
    }
    words.closest("details").open = true;
    words.focus();
  };

  const press = async (key) => {
    if (!row()) return;
    if (key in ROLES) {
      field("role").value = ROLES[key];
      return await send() ? move(1) : focus(place);
    }
    if (key === "ArrowDown" || key === "ArrowUp") return move(key === "ArrowDown" ? 1 : -1);
    if (key === "r") return answerBefore();
    if (key === "p") return split();
    if (key === "u") await send("undo", "1");
    if (key === "m") {
      const at = rows().indexOf(row());
      const before = at > 0 ? rows()[at - 1].dataset.place : place;
      if (await send("merge", place)) return focus(before);
    }
    if (key === "y" || key === "d") {
      const button = row().querySelector(`button[name=${key === "y" ? "accept" : "refuse"}]`);
      if (button) await send(button.name, button.value);
    }
    focus(row() ? place : (rows()[0] || {dataset: {}}).dataset.place);
  };

  const work = async () => {
    if (isBusy) return;
    isBusy = true;
    try {
      while (waiting.length) await press(waiting.shift());
    } catch {
      // The server cannot be reached: what was pressed is not saved.
      waiting.length = 0;
      window.location.reload();
    } finally {
      isBusy = false;
    }
  };

  document.addEventListener("keydown", (event) => {
    const typed = event.target.closest("input, select, textarea");
    if (typed && typed.name && typed.name.startsWith("split-") && event.key === "Enter") {
      event.preventDefault();
      place = typed.closest("li").dataset.place;
      send().then(() => focus(place));
      return;
    }
    if (typed && event.key === "Escape" && typed.closest("li")) {
      focus(typed.closest("li").dataset.place);
      return;
    }
    const isOurs = isBusy || event.target.matches(ROWS);
    if (typed || !isOurs || event.ctrlKey || event.metaKey || event.altKey) return;
    if (!KEYS.has(event.key)) return;
    event.preventDefault();
    waiting.push(event.key);
    work();
  });

  document.addEventListener("focusin", (event) => {
    const found = event.target.closest(ROWS);
    if (found && !isBusy) place = found.dataset.place;
  });

  // Show what needs a script, in the page or in an answer.
  const ready = (main) => {
    const keys = main.querySelector(".keys");
    if (keys) keys.hidden = false;
    for (const each of main.querySelectorAll(ROWS)) each.tabIndex = 0;
  };

  ready(document.getElementById("main"));
  const wanted = decodeURIComponent(window.location.hash.slice(2));
  const first = document.querySelector(".paragraphs > .undecided");
  if (wanted) focus(wanted);
  else if (first) focus(first.dataset.place);
})();
