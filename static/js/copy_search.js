// Searches a copy that is read from disk: loads the parts of the index it needs.
"use strict";

const SHARDS = 64, A_PAGE = 256, MOST = 50;
const loaded = { words: new Map(), found: new Map() };
// Each part of the index is a script that calls one of these.
const copySearch = {
  words: (place, value) => loaded.words.set(place, value),
  found: (place, value) => loaded.found.set(place, value),
};
window.copySearch = copySearch;

const wordsOf = (text) =>
  (text.normalize("NFKD").toLowerCase().replaceAll("ß", "ss").normalize("NFKD")
    .replace(/\p{M}/gu, "").match(/[\p{L}\p{N}]+/gu) || []);

const shardOf = (word) =>
  [...word].reduce((number, letter) => (number * 31 + letter.codePointAt(0)) % 65521, 0) % SHARDS;

const load = (kind, place) =>
  new Promise((done, failed) => {
    if (loaded[kind].has(place)) return done(loaded[kind].get(place));
    const script = document.createElement("script");
    script.src = `${kind}/${place}.js`;
    script.onload = () => done(loaded[kind].get(place));
    script.onerror = () => failed(new Error("a part of the index is missing"));
    document.head.append(script);
  });

const holders = async (word) => {
  const shard = await load("words", shardOf(word));
  let last = 0;
  return (Object.hasOwn(shard, word) ? shard[word] : []).map((step) => (last += step));
};

const search = async (query) => {
  const words = [...new Set(wordsOf(query))];
  if (!words.length) return [];
  const lists = await Promise.all(words.map(holders));
  return lists.reduce((both, list) => {
    const held = new Set(list);
    return both.filter((number) => held.has(number));
  });
};

const item = ([href, title, name, date, excerpt]) => {
  const made = document.createElement("li");
  const link = document.createElement("a");
  link.href = `../${href}`;
  link.textContent = title;
  const about = document.createElement("p");
  about.className = "meta";
  about.textContent = [name, date].filter(Boolean).join(", ");
  const text = document.createElement("p");
  text.dir = "auto";
  text.textContent = excerpt;
  made.append(link, about, text);
  return made;
};

const form = document.getElementById("copy-search");
const status = document.getElementById("copy-found");
const list = document.getElementById("copy-hits");
const query = new URLSearchParams(location.search).get("q") || "";
form.hidden = false;
form.elements.q.value = query;

const show = async () => {
  if (!query.trim()) return;
  const numbers = await search(query);
  const some = numbers.slice(0, MOST);
  const places = [...new Set(some.map((number) => Math.floor(number / A_PAGE)))];
  await Promise.all(places.map((place) => load("found", place)));
  list.replaceChildren(...some.map((number) =>
    item(loaded.found.get(Math.floor(number / A_PAGE))[number % A_PAGE])));
  const rest = numbers.length > MOST ? `; the first ${MOST} are shown` : "";
  status.textContent = `${numbers.length} found${rest}.`;
};
show().catch((error) => { status.textContent = `The search failed: ${error.message}.`; });
