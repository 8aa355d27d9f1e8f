// A thread's page with a script: folds that last, and keys. Without it all is readable.
"use strict";

const thread = document.querySelector("ol.thread");
if (thread) {
  const place = `folded ${location.pathname}${location.search}`;
  // Not those under which a page begins: what they answer stands on an earlier one.
  const branches = () => [...thread.querySelectorAll("li:not(.above) > details.replies")];
  const itemOf = (node) => node.closest("li[id]");

  const fold = (item) => {
    const branch = item?.querySelector(":scope > details.replies");
    if (branch) branch.open = !branch.open;
  };

  // Folds survive Back and a reload, in this tab.
  const remember = () => {
    const folded = branches().filter((each) => !each.open).map((each) => itemOf(each)?.id);
    sessionStorage.setItem(place, JSON.stringify(folded.filter(Boolean)));
  };
  for (const id of JSON.parse(sessionStorage.getItem(place) || "[]")) {
    fold(document.getElementById(id));
  }
  thread.addEventListener("toggle", remember, true);

  // The line at the left of a comment and its replies is the item's own margin.
  thread.classList.add("folds-by-line");
  thread.addEventListener("click", (event) => {
    if (event.target.matches("li:not(.above)")) fold(event.target);
  });

  // What an address names is never left folded away.
  const unfold = (item) => {
    for (let at = item?.parentElement; at && at !== thread; at = at.parentElement) {
      if (at.tagName === "DETAILS") at.open = true;
    }
  };
  const named = () => (location.hash ? document.getElementById(location.hash.slice(1)) : null);
  const goTo = () => {
    unfold(named());
    named()?.scrollIntoView();
  };
  addEventListener("hashchange", goTo);
  if (named()) goTo();

  // Keys move between comments that can be seen.
  const items = () => [...thread.querySelectorAll("li[id]")].filter((each) => each.offsetParent);
  const roots = () => items().filter((each) => each.parentElement === thread);
  let current = named();
  const show = (item) => {
    if (!item) return;
    current = item;
    const part = item.querySelector(":scope > article, :scope > details");
    part.tabIndex = -1;
    part.focus({ preventScroll: true });
    item.scrollIntoView({ block: "nearest" });
    if (part.getBoundingClientRect().top < 0 || part.getBoundingClientRect().bottom > innerHeight) {
      part.scrollIntoView({ block: "start" });
    }
  };
  const near = (list, step) => {
    const here = current && (list.includes(current) ? current : list.findLast((each) => each.contains(current)));
    if (!here) return step > 0 ? list[0] : undefined;
    const backToRoot = step < 0 && here !== current;
    return backToRoot ? here : list[list.indexOf(here) + step];
  };
  const foldAll = () => {
    const isAnyOpen = branches().some((each) => each.open);
    for (const each of branches()) each.open = !isAnyOpen;
  };
  const KEYS = {
    j: ["next comment", () => show(near(items(), 1))],
    k: ["previous comment", () => show(near(items(), -1))],
    n: ["next thread", () => show(near(roots(), 1))],
    p: ["previous thread", () => show(near(roots(), -1))],
    u: ["the comment it answers", () => show(itemOf(current?.parentElement || thread))],
    x: ["fold or unfold the replies", () => fold(current)],
    "?": ["this help", () => help.showModal()],
  };

  const make = (tag, words, set = {}) => Object.assign(document.createElement(tag), { textContent: words }, set);
  const help = make("dialog", "");
  const list = make("dl", "");
  for (const [key, [words]] of Object.entries(KEYS)) {
    const term = document.createElement("dt");
    term.append(make("kbd", key));
    list.append(term, make("dd", words));
  }
  const areOn = () => localStorage.getItem("keys") !== "off";
  const use = make("input", "", { type: "checkbox", checked: areOn(), id: "use-keys" });
  use.addEventListener("change", () => localStorage.setItem("keys", use.checked ? "on" : "off"));
  const choice = make("p", "");
  choice.append(use, " ", make("label", "Use these keys on every discussion", { htmlFor: "use-keys" }));
  const close = make("button", "Close", { type: "button" });
  close.addEventListener("click", () => help.close());
  const title = make("h2", "Keys", { id: "keys-title" });
  help.setAttribute("aria-labelledby", "keys-title");
  help.append(title, list, choice, close);
  document.body.append(help);

  const bar = make("p", "", { className: "tools" });
  const addTool = (words, act, className) => {
    const button = make("button", words, { type: "button", className });
    button.addEventListener("click", act);
    bar.append(button);
    return button;
  };
  // A list by time has nothing to fold.
  if (branches().length) {
    const all = addTool("", foldAll, "quiet");
    const name = () => { all.textContent = branches().some((each) => each.open) ? "Fold all" : "Unfold all"; };
    thread.addEventListener("toggle", name, true);
    name();
  }
  addTool("Keys", () => help.showModal(), "quiet for-keyboards");
  thread.before(bar);

  document.addEventListener("keydown", (event) => {
    const isTyping = event.target.closest("input, textarea, select, dialog");
    if (isTyping || event.ctrlKey || event.metaKey || event.altKey || !areOn()) return;
    const found = Object.hasOwn(KEYS, event.key) && KEYS[event.key];
    if (!found) return;
    event.preventDefault();
    found[1]();
  });
}
