// The dashboard: takes one reading a second from /events and shows it.

import { Figure } from "./charts.js";

const SAMPLES_MAX = 180;
const MINUTE = 60;
const RETRY_MS = 3000;
const SILENCE_MS = 4000;

const at = (id) => document.getElementById(id);
const put = (id, text) => {
  const place = at(id);
  if (place.textContent !== text) place.textContent = text;
};

const whole = new Intl.NumberFormat("en", { maximumFractionDigits: 0 });
const tenth = new Intl.NumberFormat("en", { maximumFractionDigits: 1 });
const large = new Intl.NumberFormat("en", { notation: "compact", maximumFractionDigits: 2 });

const count = (value) => (value === null ? "–" : value < 1e6 ? whole.format(value) : large.format(value));
const rate = (value) => (value === null ? "–" : value < 10 ? tenth.format(value) : count(value));

// 0.31 ms, 12.4 ms, 1.25 s: three figures, in two parts.
function duration(ms) {
  if (ms === null) return ["–", "ms"];
  return ms < 1000 ? [String(Number(ms.toPrecision(3))), "ms"] : [(ms / 1000).toFixed(2), "s"];
}

function span(seconds) {
  const units = [["d", 86400], ["h", 3600], ["min", 60], ["s", 1]];
  const first = units.findIndex(([, size]) => seconds >= size);
  if (first < 0) return "0 s";
  return units.slice(first, first + 2)
    .map(([name, size], index) => [Math.floor((index ? seconds % units[first][1] : seconds) / size), name])
    .map(([number, name]) => `${number} ${name}`).join(" ");
}

const short = (bound) => (bound < 1000 ? `${bound}` : `${Math.floor(bound / 1000)}k`);

let about = { batch_bounds: [] };
let samples = [];

const upTo = () => [...about.batch_bounds.map(short), "more"];

function sizes() {
  const bounds = about.batch_bounds;
  const ranges = bounds.map((bound, index) => {
    const from = index ? bounds[index - 1] + 1 : 1;
    return from === bound ? `${bound}` : `${from}–${bound}`;
  });
  return bounds.length ? [...ranges, `> ${bounds.at(-1)}`] : [];
}

const perLine = (lines) => lines.map((line) => samples.map(line.value));

const milliseconds = (value) => duration(value).join(" ");
const overTime = {
  throughput: {
    format: rate,
    lines: [
      { label: "verified", colour: "teal", fill: true, value: (s) => s.valid_per_second + s.invalid_per_second },
      { label: "signed", colour: "violet", value: (s) => s.signed_per_second },
    ],
  },
  latency: {
    format: milliseconds,
    scale: "log",
    lines: [
      { label: "p50", colour: "blue-1", value: (s) => s.latency_ms?.p50 ?? null },
      { label: "p95", colour: "blue-2", dash: [6, 3], value: (s) => s.latency_ms?.p95 ?? null },
      { label: "p99", colour: "blue-3", value: (s) => s.latency_ms?.p99 ?? null },
    ],
  },
  depth: { format: count, lines: [{ label: "items", colour: "slate", fill: true, value: (s) => s.queue }] },
  trouble: {
    format: rate,
    lines: [
      { label: "bad items", colour: "red", fill: true, value: (s) => s.invalid_per_second },
      { label: "refused duties", colour: "amber", dash: [6, 3], value: (s) => s.refused_per_second },
    ],
  },
};
const figures = Object.entries(overTime).map(([id, options]) => [new Figure(id, options), options.lines]);
const batches = new Figure("batches", {
  format: count,
  bars: upTo,
  rows: sizes,
  lines: [{ label: "batches", colour: "teal" }],
});

function showFigures() {
  const times = samples.map((sample) => sample.time);
  for (const [figure, lines] of figures) figure.show(times, perLine(lines));
  const sums = sizes().map((_, bucket) =>
    samples.slice(-MINUTE).reduce((sum, sample) => sum + sample.batches[bucket], 0));
  batches.show(sums.map((_, bucket) => bucket), [sums]);
}

function drawFigures() {
  for (const [figure] of figures) figure.draw();
  batches.draw();
}

const TOKENS = { off: ["off, no keys configured", "quiet"], healthy: ["healthy", "good"], lost: ["does not answer", "bad"] };

function pairs(place, entries) {
  place.replaceChildren(...entries.flatMap(([name, value]) => {
    const [dt, dd] = [document.createElement("dt"), document.createElement("dd")];
    [dt.textContent, dd.textContent] = [name, value];
    return [dt, dd];
  }));
}

function showNumbers(sample) {
  const total = sample.total;
  put("verified", rate(sample.valid_per_second + sample.invalid_per_second));
  put("verified-total", count(total.valid + total.invalid));
  put("signed", rate(sample.signed_per_second));
  put("signed-total", count(total.signed));
  const [p99, unit] = duration(sample.latency_ms?.p99 ?? null);
  put("p99", p99);
  put("p99-unit", unit);
  put("p50", milliseconds(sample.latency_ms?.p50 ?? null));
  put("queue", count(sample.queue));
  put("busy", count(total.busy));
  put("invalid", rate(sample.invalid_per_second));
  put("invalid-total", count(total.invalid));
  put("refused", rate(sample.refused_per_second));
  put("refused-total", count(total.refused));
  put("uptime", span(sample.uptime_seconds));
  const [token, mood] = TOKENS[sample.token] ?? [sample.token, "bad"];
  put("token", token);
  at("token").dataset.mood = mood;
  put("keys", count(sample.keys_unlocked));
  put("syncs", count(total.guard_syncs));
  const reasons = Object.entries(sample.refused_by_reason).map(([name, number]) => [name.replaceAll("_", " "), count(number)]);
  pairs(at("reasons"), reasons.length ? reasons : [["none", "0"]]);
}

function showAbout() {
  put("version", about.version);
  put("queue-max", count(about.queue_max));
  put("model", about.model);
  put("backend", `${about.backend}: ${about.reason}`);
  put("threads", count(about.threads));
  at("features").replaceChildren(...about.features.map(({ name, present }) => {
    const chip = document.createElement("li");
    chip.dataset.present = present;
    chip.textContent = present ? name : `no ${name}`;
    return chip;
  }));
}

const STATES = {
  live: "Live",
  starting: "Live, not ready",
  lost: "Disconnected, retrying",
};

function show(state) {
  document.body.dataset.state = state;
  put("state", STATES[state]);
  document.title = state === "lost" ? "pairlane, disconnected" : "pairlane";
}

let heardAt = performance.now();

function heard(sample) {
  heardAt = performance.now();
  if (!sample) return;
  show(sample.ready ? "live" : "starting");
  showNumbers(sample);
  showFigures();
}

function connect() {
  const source = new EventSource("/events");
  source.addEventListener("about", (event) => {
    about = JSON.parse(event.data);
    showAbout();
    drawFigures();
  });
  source.addEventListener("history", (event) => {
    samples = JSON.parse(event.data);
    heard(samples.at(-1));
  });
  source.addEventListener("second", (event) => {
    samples = [...samples, JSON.parse(event.data)].slice(-SAMPLES_MAX);
    heard(samples.at(-1));
  });
  source.addEventListener("error", () => {
    show("lost");
    // A browser retries by itself after a broken stream, but not after a refusal.
    if (source.readyState === EventSource.CLOSED) setTimeout(connect, RETRY_MS);
  });
}

// A stream can fall silent without an error: a machine that sleeps, a cable that is out.
setInterval(() => {
  if (performance.now() - heardAt > SILENCE_MS) show("lost");
}, 1000);

function useTheme(name) {
  if (name === "auto") delete document.documentElement.dataset.theme;
  else document.documentElement.dataset.theme = name;
  drawFigures();
}

const kept = localStorage.getItem("theme") ?? "auto";
for (const radio of document.querySelectorAll('input[name="theme"]')) {
  radio.checked = radio.value === kept;
  radio.addEventListener("change", () => {
    localStorage.setItem("theme", radio.value);
    useTheme(radio.value);
  });
}
matchMedia("(prefers-color-scheme: dark)").addEventListener("change", drawFigures);
useTheme(kept);
connect();
