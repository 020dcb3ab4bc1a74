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
