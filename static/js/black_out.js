"use strict";
// Any words of a comment become a place to black out: marked by selection or by keys.
// Without this file sentences can be chosen all the same.
(() => {
  const shown = document.getElementById("marking-text");
  if (!shown) return;
  const form = shown.closest("form");
  const told = document.getElementById("marking-told");
  const seen = JSON.parse(document.getElementById("seen-text").textContent);
  const NOTE = /^ \[(?:goes|mail) to [^\]<]*\]/;
  const LONGEST = 80;
  let mark = null;
  // The words between which keys mark, by their numbers: the one that moves last.
  let from = -1;
  let to = -1;

  // Here a link is words; nobody leaves the page by marking them.
  for (const link of shown.querySelectorAll("a")) link.removeAttribute("href");
  // Should the browser read the markup otherwise than the server, no place would fit.
  if (shown.textContent !== seen) {
    shown.textContent = seen;
    shown.classList.add("unset");
  }

  // The server counts whole characters, a script counts halves of some of them.
  const units = [];
  const points = new Uint32Array(seen.length + 1);
  let length = 0;
  for (const char of seen) {
    points.fill(units.length, length, length + char.length);
    units.push(length);
    length += char.length;
  }
  points[length] = units.push(length) - 1;

  const nodes = [];
  const walker = document.createTreeWalker(shown, NodeFilter.SHOW_TEXT);
  for (let start = 0; walker.nextNode(); ) {
    const node = walker.currentNode;
    nodes.push({node, start, end: start + node.length});
    start += node.length;
  }

  const placeOf = (node, offset) => {
    const range = document.createRange();
    range.selectNodeContents(shown);
    const side = range.comparePoint(node, offset);
    if (side) return side < 0 ? 0 : seen.length;
    range.setEnd(node, offset);
    return range.toString().length;
  };
  const links = [...shown.querySelectorAll("a")].map((link) => {
    const end = placeOf(link, link.childNodes.length);
    const note = NOTE.exec(seen.slice(end));
    return {start: placeOf(link, 0), end: end + (note ? note[0].length : 0)};
  });

  const trimmed = ({start, end}) => {
    const words = seen.slice(start, end);
    if (!words.trim()) return null;
    return {start: end - words.trimStart().length, end: start + words.trimEnd().length};
  };
  // A link goes whole, as its address holds words too.
  const widened = (span) => {
    const found = trimmed(span);
    for (let isDone = !found; !isDone; ) {
      isDone = true;
      for (const {start, end} of links) {
        if (start >= found.end || found.start >= end) continue;
        if (start >= found.start && end <= found.end) continue;
        found.start = Math.min(start, found.start);
        found.end = Math.max(end, found.end);
        isDone = false;
      }
    }
    return found;
  };
  const rangeOf = ({start, end}) => {
    const range = document.createRange();
    const first = nodes.find((each) => start < each.end);
    const last = nodes.find((each) => end <= each.end);
    range.setStart(first.node, start - first.start);
    range.setEnd(last.node, end - last.start);
    return range;
  };

  const boxes = () => [...form.querySelectorAll("input[name=place]")];
  const spanOf = (box) => {
    const [start, end] = box.value.split("-").map(Number);
    return trimmed({start: units[start], end: units[end]});
  };
  const quoted = ({start, end}) => {
    const words = seen.slice(start, end).replace(/\s+/g, " ");
    const chars = [...words];
    const half = LONGEST / 2;
    if (chars.length <= LONGEST) return `“${words}”`;
    return `“${chars.slice(0, half).join("")} … ${chars.slice(-half).join("")}”`;
  };
  const say = (words) => { told.textContent = words; };

  const paint = (name, spans) => {
    if (CSS.highlights) CSS.highlights.set(name, new Highlight(...spans.map(rangeOf)));
  };
  const paintChosen = () => {
    const chosen = boxes().filter((each) => each.checked).map(spanOf);
    paint("chosen", chosen.filter(Boolean));
  };
  const take = (span) => {
    mark = span;
    paint("marked", mark ? [mark] : []);
    say(mark ? `Marked: ${quoted(mark)}` : "Nothing is marked.");
  };

  // Word by word, and no word goes beyond its sentence: a paragraph may end in one.
  const sentences = [...form.querySelectorAll(".sentences input[name=place]")].map((box) => {
    const [start, end] = box.value.split("-").map(Number);
    return {start: units[start], end: units[end]};
  });
  const segmenter = new Intl.Segmenter(undefined, {granularity: "word"});
  const words = sentences.flatMap(({start, end}) =>
    [...segmenter.segment(seen.slice(start, end))]
      .filter((each) => each.segment.trim())
      .map((each) => trimmed({
        start: start + each.index,
        end: start + each.index + each.segment.length,
      })));

  const stepped = (key) => {
    const isLeft = getComputedStyle(shown).direction === "rtl" ? "ArrowRight" : "ArrowLeft";
    if (key === "Home") return 0;
    if (key === "End") return words.length - 1;
    if (key === "ArrowLeft" || key === "ArrowRight") return to + (key === isLeft ? -1 : 1);
    const starts = sentences.map(({start}) => words.findIndex((each) => each.start >= start));
    if (key === "ArrowDown") return starts.find((each) => each > to) ?? words.length - 1;
    return starts.findLast((each) => each < to) ?? 0;
  };
  const move = (key, isLonger) => {
    to = Math.min(Math.max(stepped(key), 0), words.length - 1);
    if (!isLonger || from < 0) from = to;
    getSelection().removeAllRanges();
    const [first, last] = [words[Math.min(from, to)], words[Math.max(from, to)]];
    take(widened({start: first.start, end: last.end}));
    rangeOf(words[to]).startContainer.parentElement.scrollIntoView({block: "nearest"});
  };

  const show = (button) => {
    button.hidden = false;
    button.addEventListener("click", () => {
      const row = button.closest(".choice");
      say(`No longer chosen: ${row.querySelector("label").textContent.trim()}`);
      row.remove();
      paintChosen();
      shown.parentElement.focus();
    });
  };
  const made = (place, span) => {
    const template = document.getElementById("part-row");
    const row = template.content.cloneNode(true).firstElementChild;
    const [box, label, rule] = ["input", "label", "select"].map((each) => row.querySelector(each));
    box.value = place;
    box.id = `place-${place}`;
    label.htmlFor = box.id;
    label.querySelector("bdi").textContent = seen.slice(span.start, span.end);
    rule.name = `rule-${place}`;
    rule.setAttribute("aria-label", `Rule for ${quoted(span)}`);
    show(row.querySelector("button"));
    const parts = document.getElementById("parts");
    parts.hidden = false;
    parts.append(row);
    return box;
  };
  const add = () => {
    if (!mark) return say("Mark some words first.");
    const span = mark;
    const place = `${points[span.start]}-${points[span.end]}`;
    const isSame = (each) => each && each.start === span.start && each.end === span.end;
    const box = boxes().find((each) => isSame(spanOf(each))) || made(place, span);
    box.checked = true;
    getSelection().removeAllRanges();
    take(null);
    paintChosen();
    say(`Chosen: ${quoted(span)}. Say under which rule.`);
    box.closest(".choice").querySelector("select").focus();
  };

  // A tap on the button may end the selection: what was marked last counts.
  document.addEventListener("selectionchange", () => {
    const selection = getSelection();
    if (!selection.rangeCount || selection.isCollapsed) return;
    const range = selection.getRangeAt(0);
    if (!range.intersectsNode(shown)) return;
    const span = widened({
      start: placeOf(range.startContainer, range.startOffset),
      end: placeOf(range.endContainer, range.endOffset),
    });
    if (!span) return;
    from = words.findIndex((each) => each.end > span.start);
    to = words.findLastIndex((each) => each.start < span.end);
    take(span);
  });
  // A click among the words, as everywhere, unmarks them.
  shown.parentElement.addEventListener("click", () => {
    if (mark && getSelection().isCollapsed) take(null);
  });
  const KEYS = new Set(["ArrowLeft", "ArrowRight", "ArrowUp", "ArrowDown", "Home", "End"]);
  shown.parentElement.addEventListener("keydown", (event) => {
    if (event.ctrlKey || event.metaKey || event.altKey) return;
    if (KEYS.has(event.key) && words.length) move(event.key, event.shiftKey);
    else if (event.key === "Enter") add();
    else if (event.key === "Escape") take(null);
    else return;
    event.preventDefault();
  });
  document.getElementById("marking-add").addEventListener("click", add);
  form.addEventListener("change", paintChosen);
  for (const button of form.querySelectorAll("#parts button")) show(button);
  document.getElementById("marking").hidden = false;
  paintChosen();
})();
