"use strict";

const at = (id) => document.getElementById(id);
const about = JSON.parse(at("about").textContent);
const [channels, height, width] = about.shape;
const [black, white] = about.range;
const STEPS = 9;

function bytesOf(text) {
  const characters = atob(text);
  const bytes = new Uint8Array(characters.length);
  for (let i = 0; i < bytes.length; i++) bytes[i] = characters.charCodeAt(i);
  return bytes;
}

const numbersOf = (text) => new Float32Array(bytesOf(text).buffer);

async function unpacked(id) {
  const packed = new Blob([bytesOf(at(id).textContent)]).stream();
  at(id).remove();
  return new Uint8Array(await new Response(packed.pipeThrough(new DecompressionStream("gzip"))).arrayBuffer());
}

// ---- The network.

async function opened() {
  const script = new Blob([await unpacked("runtime-script")], { type: "text/javascript" });
  const ort = await import(URL.createObjectURL(script));
  ort.env.wasm.numThreads = 1; // several need memory that pages from a disk may not share
  ort.env.wasm.wasmBinary = (await unpacked("runtime-wasm")).buffer;
  const session = await ort.InferenceSession.create(await unpacked("network"), { executionProviders: ["wasm"] });
  let before = Promise.resolve();
  // One after the other: a session takes no second call while it is busy.
  return (latents, conditions) => {
    const n = latents.length;
    const inputs = { latents: new ort.Tensor("float32", flat(latents), [n, about.latents.dim]) };
    if (about.condition) {
      const shape = [n, ...about.condition.shape];
      inputs[about.condition.name] = new ort.Tensor("int64", BigInt64Array.from(conditions.flat(), BigInt), shape);
    }
    const result = before.then(() => session.run(inputs)).then((outputs) => cut(outputs.images.data, n));
    before = result.catch(() => {});
    return result;
  };
}

function flat(rows) {
  const numbers = new Float32Array(rows.length * rows[0].length);
  rows.forEach((row, i) => numbers.set(row, i * row.length));
  return numbers;
}

function cut(numbers, n) {
  const size = numbers.length / n;
  return Array.from({ length: n }, (_, i) => numbers.slice(i * size, (i + 1) * size));
}

function draw(canvas, numbers) {
  canvas.width = width;
  canvas.height = height;
  const context = canvas.getContext("2d");
  const picture = context.createImageData(width, height);
  const size = width * height;
  for (let i = 0; i < size; i++) {
    for (let c = 0; c < 4; c++) {
      // Grey images have one channel for three colours; images without opacity are opaque.
      const channel = channels === 1 && c < 3 ? 0 : c;
      const number = channel < channels ? ((numbers[channel * size + i] - black) / (white - black)) * 255 : 255;
      picture.data[4 * i + c] = Math.round(number); // which the array clips to 0 ... 255
    }
  }
  context.putImageData(picture, 0, 0);
}

// ---- Latents: the same seed gives the same ones, in every browser.

function random(seed) {
  let state = seed >>> 0;
  const uniform = () => {
    state = (state + 0x6d2b79f5) >>> 0;
    let t = Math.imul(state ^ (state >>> 15), state | 1);
    t ^= t + Math.imul(t ^ (t >>> 7), t | 61);
    return (((t ^ (t >>> 14)) >>> 0) + 0.5) / 2 ** 32;
  };
  const gaussian = () => Math.sqrt(-2 * Math.log(uniform())) * Math.cos(2 * Math.PI * uniform());
  return { uniform, gaussian };
}

// Abramowitz and Stegun, 1964, 7.1.26: off by 1.5e-7 at most.
function erf(x) {
  const t = 1 / (1 + 0.3275911 * Math.abs(x));
  const sum = t * (0.254829592 + t * (-0.284496736 + t * (1.421413741 + t * (-1.453152027 + t * 1.061405429))));
  return Math.sign(x) * (1 - sum * Math.exp(-x * x));
}

// Winitzki's approximation, and two of Newton's steps.
function erfinv(y) {
  const log = Math.log(1 - y * y);
  const a = 2 / (Math.PI * 0.147) + log / 2;
  let x = Math.sign(y) * Math.sqrt(Math.sqrt(a * a - log / 0.147) - a);
  for (let step = 0; step < 2; step++) x -= ((erf(x) - y) * Math.sqrt(Math.PI) * Math.exp(x * x)) / 2;
  return x;
}

// Every number is moved inwards to the same quantile of what is left within the threshold.
function moved(number, threshold) {
  const most = Math.min(Math.abs(number), threshold);
  const inside = erf(threshold / Math.SQRT2) * erf(number / Math.SQRT2);
  return Math.max(-most, Math.min(most, Math.SQRT2 * erfinv(inside)));
}

const bank = about.latents.drawn ? cut(numbersOf(about.latents.drawn), about.latents.n_drawn) : null;

function latent({ uniform, gaussian }, threshold) {
  if (bank) return bank[Math.floor(uniform() * bank.length)];
  const numbers = about.latents.parts.flatMap(({ kind, size, low, high }) => {
    if (kind === "categorical") {
      const chosen = Math.floor(uniform() * size);
      return Array.from({ length: size }, (_, i) => Number(i === chosen));
    }
    const one = kind === "gaussian" ? gaussian : () => low + (high - low) * uniform();
    return Array.from({ length: size }, one);
  });
  if (about.latents.on_sphere) {
    const length = Math.hypot(...numbers);
    return numbers.map((number) => (Math.sqrt(numbers.length) * number) / length);
  }
  return threshold === null ? numbers : numbers.map((number) => moved(number, threshold));
}

function condition({ uniform }, chosen) {
  if (!about.condition) return [];
  const { choices } = about.condition;
  let left = uniform();
  if (chosen !== "") return choices[Number(chosen)].value;
  return (choices.find(({ share }) => (left -= share) < 0) ?? choices[choices.length - 1]).value;
}

function between(one, other, share) {
  const straight = one.map((number, i) => number + share * (other[i] - number));
  if (about.latents.path === "straight") return straight;
  const [first, last] = [Math.hypot(...one), Math.hypot(...other)];
  const cosine = one.reduce((sum, number, i) => sum + number * other[i], 0) / (first * last);
  const angle = Math.acos(Math.max(-1, Math.min(1, cosine)));
  if (!(Math.sin(angle) > 1e-3)) return straight;
  const length = first + share * (last - first);
  const [before, after] = [Math.sin((1 - share) * angle), Math.sin(share * angle)].map((part) => part / Math.sin(angle));
  return one.map((number, i) => length * ((before * number) / first + (after * other[i]) / last));
}

// ---- What a person sees.

let make = null; // of latents and conditions, images
let samples = [];
let ends = [0, 1];
let next = 0; // which end the next choice is for
let asked = 0; // so that what is no longer asked for is not drawn
let playing = null;

const threshold = () => (at("truncation") && at("truncation").value < 3 ? Number(at("truncation").value) : null);

async function refresh() {
  const mine = ++asked;
  const numbers = random(Number(at("seed").value));
  const chosen = at("condition") ? at("condition").value : "";
  const limit = threshold();
  samples.forEach((sample) => {
    sample.latent = latent(numbers, limit);
    sample.condition = condition(numbers, chosen);
  });
  for (let i = 0; i < samples.length; i += 8) {
    const some = samples.slice(i, i + 8);
    const images = await make(some.map((sample) => sample.latent), some.map((sample) => sample.condition));
    if (mine !== asked) return;
    some.forEach((sample, j) => draw(sample.canvas, images[j]));
    await new Promise((resume) => setTimeout(resume)); // the page stays alive
  }
  await walk();
}

function place(share) {
  const [one, other] = ends.map((end) => samples[end]);
  return [between(one.latent, other.latent, share), share < 0.5 ? one.condition : other.condition];
}

async function walk() {
  samples.forEach(({ button }, i) => {
    const end = ends.indexOf(i);
    if (end < 0) delete button.dataset.end;
    else button.dataset.end = "AB"[end];
    button.setAttribute("aria-pressed", String(end >= 0));
  });
  const places = Array.from({ length: STEPS }, (_, i) => place(i / (STEPS - 1)));
  const images = await make(places.map(([numbers]) => numbers), places.map(([, label]) => label));
  images.forEach((image, i) => draw(at("strip").children[i], image));
  await show();
}

async function show() {
  const share = at("place").value / 1000;
  at("place-said").textContent = `${Math.round(100 * share)}%`;
  const [numbers, label] = place(share);
  const [image] = await make([numbers], [label]);
  draw(at("walk"), image);
}

function choose(i) {
  if (i === ends[1 - next]) return;
  ends[next] = i;
  next = 1 - next;
  walk();
}

function play() {
  if (playing) {
    playing = null;
    at("play").textContent = "Play";
    return;
  }
  const mine = (playing = {});
  at("play").textContent = "Stop";
  const from = performance.now() - (at("place").value / 1000) * 4000;
  const step = async (now) => {
    if (playing !== mine) return;
    const way = Math.max(0, now - from) / 4000; // there in four seconds, and back
    at("place").value = 1000 * (1 - Math.abs(1 - (way % 2)));
    await show();
    requestAnimationFrame(step);
  };
  requestAnimationFrame(step);
}

function lay() {
  at("samples").classList.toggle("large", about.samples < 64);
  for (let i = 0; i < about.samples; i++) {
    const button = document.createElement("button");
    const canvas = document.createElement("canvas");
    button.type = "button";
    button.setAttribute("aria-label", `Sample ${i + 1}`);
    button.append(canvas);
    button.addEventListener("click", () => choose(i));
    at("samples").append(button);
    samples.push({ button, canvas });
  }
  for (let i = 0; i < STEPS; i++) at("strip").append(document.createElement("canvas"));
  const spherical = about.latents.path === "spherical";
  at("way").textContent =
    `Nine images at even distances, along ${spherical ? "an arc, which keeps the length of latents" : "a straight line"}` +
    (about.condition ? `; the ${about.condition.heading.toLowerCase()} changes half-way.` : ".");
}

function listen() {
  const limited = (event) => {
    const seed = Math.floor(Number(event.target.value));
    event.target.value = seed >= 0 && seed < 2 ** 32 ? seed : 0;
    refresh();
  };
  at("seed").addEventListener("change", limited);
  at("another").addEventListener("click", () => {
    at("seed").value = Math.floor(Math.random() * 1e6);
    refresh();
  });
  at("condition")?.addEventListener("change", refresh);
  at("truncation")?.addEventListener("input", () => {
    at("truncation-said").textContent = threshold() === null ? "none" : `±${threshold().toFixed(1)}`;
    refresh();
  });
  at("place").addEventListener("input", show);
  at("play").addEventListener("click", play);
}

// By how much this browser's images differ from the checkpoint's, at inputs that came along.
async function difference() {
  const { n, latents, conditions, images } = about.check;
  const expected = numbersOf(images);
  const found = flat(await make(cut(numbersOf(latents), n), conditions));
  return found.reduce((most, number, i) => Math.max(most, Math.abs(number - expected[i])), 0);
}

async function start() {
  make = await opened();
  const most = await difference();
  lay();
  listen();
  await refresh();
  at("status").textContent =
    `Drawn here, by the network inside this page. Largest difference to the checkpoint, of ${about.check.n} images: ${most.toExponential(1)}.`;
  document.body.dataset.ready = most;
}

start().catch((error) => {
  at("status").textContent = `This browser cannot run the network (${error.message}). A newer one can.`;
  throw error;
});
