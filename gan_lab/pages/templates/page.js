"use strict";

const all = (selector, root = document) => [...root.querySelectorAll(selector)];

// A slider shows one of the pictures that stand above it.
for (const slider of all("[data-slides]")) {
  const slides = all(".slides img", slider);
  const input = slider.querySelector("input");
  const output = slider.querySelector("output");
  const show = () => {
    slides.forEach((slide, index) => (slide.hidden = index !== Number(input.value)));
    output.textContent = slides[input.value].alt;
    input.setAttribute("aria-valuetext", output.textContent);
  };
  input.addEventListener("input", () => {
    sessionStorage.setItem("slide", input.value);
    show();
  });
  // After a reload of a run that goes on; the newest picture if it has not been moved.
  const earlier = document.body.dataset.live && sessionStorage.getItem("slide");
  if (earlier !== null && earlier !== undefined && Number(earlier) < slides.length) {
    input.value = earlier;
  }
  show();
}

// A button plays notes, given as start and length in sixteenths and MIDI's number, at 120 beats a minute.
for (const button of all("[data-notes]")) {
  let playing = null;
  const stop = () => {
    playing?.close();
    playing = null;
    button.textContent = button.dataset.play;
  };
  button.addEventListener("click", () => {
    if (playing) return stop();
    playing = new AudioContext();
    button.textContent = button.dataset.stop;
    const volume = new GainNode(playing, { gain: 0.1 });
    volume.connect(playing.destination);
    let last = null;
    for (const [start, length, pitch] of JSON.parse(button.dataset.notes)) {
      const from = playing.currentTime + 0.1 + start / 8;
      const end = from + length / 8;
      const tone = new OscillatorNode(playing, { type: "triangle", frequency: 440 * 2 ** ((pitch - 69) / 12) });
      const loudness = new GainNode(playing, { gain: 0 });
      loudness.gain.setTargetAtTime(1, from, 0.01);
      loudness.gain.setTargetAtTime(0, end - 0.04, 0.02);
      tone.connect(loudness).connect(volume);
      tone.start(from);
      tone.stop(end + 0.1);
      if (!last || end > last.end) last = { end, tone };
    }
    if (last) last.tone.onended = stop;
  });
}

// A button in the head of a column sorts by it; the other way round when it is pressed again.
const compare = (one, other) =>
  one === "" || other === ""
    ? (one === "") - (other === "")
    : isNaN(one) || isNaN(other)
      ? one.localeCompare(other)
      : one - other;

for (const button of all("th button")) {
  button.addEventListener("click", () => {
    const head = button.closest("th");
    const table = head.closest("table");
    const body = table.tBodies[0];
    const column = head.cellIndex;
    const falls = head.getAttribute("aria-sort") === "ascending";
    for (const other of all("th[aria-sort]", table)) other.setAttribute("aria-sort", "none");
    head.setAttribute("aria-sort", falls ? "descending" : "ascending");
    const value = (row) => row.cells[column].dataset.value ?? row.cells[column].textContent.trim();
    const rows = [...body.rows].sort((one, other) => {
      // What is missing comes last either way.
      const missing = value(one) === "" || value(other) === "";
      return compare(value(one), value(other)) * (falls && !missing ? -1 : 1);
    });
    body.append(...rows);
  });
}

// A search field leaves the rows that have all its words, and what else belongs to them.
for (const input of all("[data-filter]")) {
  const table = document.getElementById(input.dataset.filter);
  const count = document.getElementById(input.getAttribute("aria-describedby"));
  const rows = [...table.tBodies[0].rows];
  const filter = () => {
    const words = input.value.toLowerCase().split(/\s+/);
    let left = 0;
    for (const row of rows) {
      // A title holds what is shown in part.
      const text = [...row.cells].map((cell) => cell.title || cell.textContent.trim()).join(" ").toLowerCase();
      const stays = words.every((word) => text.includes(word));
      left += stays;
      row.classList.toggle("away", !stays);
      if (row.dataset.row === undefined) continue;
      for (const one of all(`[data-group="${row.dataset.row}"]`)) one.classList.toggle("away", !stays);
    }
    count.textContent = `${left} of ${rows.length}`;
  };
  input.addEventListener("input", filter);
  filter();
}

// Of a list of runs those that are ticked are compared; one box ticks all that the filter left.
for (const place of all("[data-compare]")) {
  const [link, hint] = place.children;
  const boxes = all("[data-run]");
  const whole = document.querySelector("[data-all]");
  const seen = (box) => !box.closest("tr").classList.contains("away");
  const show = () => {
    const ticked = boxes.filter((box) => box.checked);
    link.hidden = ticked.length < 2;
    hint.hidden = !link.hidden;
    link.textContent = `Compare ${ticked.length} runs`;
    link.href = `${place.dataset.compare}?${ticked.map((box) => `run=${box.dataset.run}`).join("&")}`;
    whole.checked = ticked.length > 0 && boxes.filter(seen).every((box) => box.checked);
  };
  whole.addEventListener("change", () => {
    for (const box of boxes) if (seen(box)) box.checked = whole.checked;
    show();
  });
  for (const box of boxes) box.addEventListener("change", show);
  show();
}

// What a button saves becomes a file in the reader's folder of downloads.
const save = (content, name) => {
  const link = document.createElement("a");
  link.href = URL.createObjectURL(content);
  link.download = name.replace(/[^\p{L}\p{N}_.-]+/gu, "-").replace(/^-+|-+(?=\.|$)/g, "");
  link.click();
  setTimeout(() => URL.revokeObjectURL(link.href), 10000);
};

// A table of results: of which checkpoints, which metrics, and as a file, all from what was written beside it.
for (const results of all("[data-results]")) {
  const tables = all("[data-checkpoint]", results);
  const chosen = () => new Set(all("[name=metric]:checked", results).map((box) => box.value));
  const show = () => {
    const which = results.querySelector("[name=checkpoint]:checked")?.value ?? "last";
    const metrics = chosen();
    for (const table of tables) {
      table.hidden = table.dataset.checkpoint !== which;
      for (const cell of all("[data-metric]", table)) cell.hidden = !metrics.has(cell.dataset.metric);
    }
  };
  results.addEventListener("change", show);
  show();
  for (const button of all("[data-format]", results)) {
    button.addEventListener("click", () => {
      const table = tables.find((one) => !one.hidden);
      const written = JSON.parse(table.dataset.written)[button.dataset.format];
      const metrics = chosen();
      const kept = (cells) => cells.filter((_, place) => !written.of[place] || metrics.has(written.of[place]));
      const lines = written.lines.map((line) =>
        typeof line === "string"
          ? line.replace("COLUMNS", () => kept(written.alignment).join(""))
          : written.start + kept(line).join(written.separator) + written.end
      );
      const type = "text/plain;charset=utf-8";
      save(new Blob([lines.join("\n") + "\n"], { type }), `${results.dataset.results}-results${button.dataset.ending}`);
    });
  }
}

// A chart as a file: in the light colours, with what the filter left, and the key of a page that has one for all.
const light = [...document.styleSheets[0].cssRules].find((rule) => rule.selectorText === ":root").style;
const coloured = (text) => text.replace(/var\((--[\w-]+)\)/g, (_, name) => light.getPropertyValue(name).trim());

const alone = (svg) => {
  const copy = svg.cloneNode(true);
  for (const away of all(".away", copy)) away.remove();
  const { width, height } = svg.viewBox.baseVal;
  const entries = svg.closest("section").querySelector(".key") ? all(".key > span", svg.closest("section")) : [];
  const line = 16;
  entries.forEach((entry, place) => {
    const middle = height + line * (place + 0.5);
    const series = entry.querySelector(".swatch").className.match(/series-\d+/)[0];
    const make = (name, attributes) => {
      const element = document.createElementNS(copy.namespaceURI, name);
      for (const [key, value] of Object.entries(attributes)) element.setAttribute(key, value);
      copy.append(element);
      return element;
    };
    make("rect", { x: 14, y: middle - 5, width: 10, height: 10, rx: 2, fill: `var(--${series})` });
    make("text", { x: 30, y: middle + 4, "font-size": 11, fill: "var(--ink)" }).textContent = entry.textContent.trim();
  });
  const whole = height + line * entries.length;
  for (const [key, value] of Object.entries({
    xmlns: copy.namespaceURI, viewBox: `0 0 ${width} ${whole}`, width, height: whole, "font-family": "sans-serif",
  })) copy.setAttribute(key, value);
  return { text: coloured(new XMLSerializer().serializeToString(copy)), width, height: whole };
};

for (const button of all("[data-save]")) {
  button.addEventListener("click", async () => {
    const figure = button.closest("figure");
    const { text, width, height } = alone(figure.querySelector("svg"));
    const name = `${figure.querySelector("h3").textContent}.${button.dataset.save}`;
    if (button.dataset.save === "svg") return save(new Blob([text], { type: "image/svg+xml" }), name);
    const picture = new Image();
    picture.src = `data:image/svg+xml;charset=utf-8,${encodeURIComponent(text)}`;
    await picture.decode();
    const canvas = document.createElement("canvas");
    canvas.width = 3 * width;
    canvas.height = 3 * height;
    const context = canvas.getContext("2d");
    context.fillStyle = "#ffffff";
    context.fillRect(0, 0, canvas.width, canvas.height);
    context.drawImage(picture, 0, 0, canvas.width, canvas.height);
    canvas.toBlob((content) => save(content, name), "image/png");
  });
}

// The page of a run that goes on follows it: at once from task=serve, else every half minute.
if (document.body.dataset.live) {
  if (location.protocol === "file:") {
    setTimeout(() => location.reload(), 30000);
  } else {
    let known = null;
    setInterval(async () => {
      const answer = await fetch(location.href, { method: "HEAD", cache: "no-store" }).catch(() => null);
      if (!answer?.ok) return;
      const now = answer.headers.get("ETag");
      if (known !== null && now !== known) location.reload();
      known = now;
    }, 1000);
  }
}
