// One figure: a chart, its legend with the values of the moment, and the same as a table.

// What the time axis spans: a minute for a service that has just started, then three.
const SPANS = [
  { seconds: 60, marks: [[60, "1 min ago"], [40, "40 s"], [20, "20 s"], [0, "now"]] },
  { seconds: 180, marks: [[180, "3 min ago"], [120, "2 min"], [60, "1 min"], [0, "now"]] },
];
const HEIGHT_PX = { wide: 220, plain: 180 };
const ROWS = 12;

const element = (name, attributes = {}, ...children) => {
  const made = document.createElement(name);
  for (const [key, value] of Object.entries(attributes)) made.setAttribute(key, value);
  made.append(...children);
  return made;
};

const colour = (name) => getComputedStyle(document.documentElement).getPropertyValue(name).trim();

const compact = new Intl.NumberFormat("en", { notation: "compact", maximumFractionDigits: 1 });

// The next 1, 2 or 5 times a power of ten: an axis that does not jump each second.
function roundUp(value) {
  const power = 10 ** Math.floor(Math.log10(value));
  return power * [1, 2, 5, 10].find((step) => step * power >= value);
}

const spanOf = (plot) => {
  const times = plot.data[0];
  return SPANS.find(({ seconds }) => times.at(-1) - times[0] <= seconds) ?? SPANS.at(-1);
};

const powersOfTen = (_, splits) => splits.map((value) => (Math.log10(value) % 1 === 0 ? value : null));

function axes(relative, labels, scale) {
  const common = {
    stroke: colour("--quiet"),
    grid: { stroke: colour("--grid"), width: 1 },
    ticks: { show: false },
    font: `12px ${colour("--font")}`,
  };
  const below = relative
    ? {
        splits: (plot, _, __, max) => spanOf(plot).marks.map(([ago]) => max - ago),
        values: (plot) => spanOf(plot).marks.map(([, label]) => label),
        grid: { show: false },
        size: 30,
      }
    : {
        splits: () => labels().map((_, index) => index),
        values: (_, splits) => splits.map((index) => labels()[index] ?? ""),
        grid: { show: false },
        size: 30,
      };
  const beside = {
    size: 52,
    ...(scale === "log" && { grid: { ...common.grid, filter: powersOfTen } }),
    values: (_, splits) => splits.map((value) => (value === null ? "" : compact.format(value))),
  };
  return [{ ...common, ...below }, { ...common, ...beside }];
}

const Y_SCALES = {
  linear: { range: (_, __, max) => [0, roundUp(Math.max(max ?? 0, 1))] },
  log: {
    distr: 3,
    range: (_, min, max) => [
      10 ** Math.floor(Math.log10(min || 0.1)),
      10 ** Math.max(Math.ceil(Math.log10(max || 10)), Math.floor(Math.log10(min || 0.1)) + 1),
    ],
  },
};

// `lines`: [{ label, colour, fill?, dash?, value(sample) }]. `bars` and `rows`: instead of time, the
// labels below the bars and in the table.
export class Figure {
  constructor(id, { lines, scale = "linear", format, bars, rows }) {
    Object.assign(this, { lines, scale, format, bars, rows, data: null, plot: null });
    this.root = document.getElementById(id);
    const title = this.root.querySelector("h2");
    title.id = `${id}-title`;
    this.root.setAttribute("aria-labelledby", title.id);

    this.values = lines.map(() => element("b", {}, "–"));
    const entries = lines.map((line, index) =>
      element("li", {}, element("span", { class: `swatch ${line.colour}`, "aria-hidden": "true" }), `${line.label} `, this.values[index]));
    this.legend = element("ul", { class: "legend" }, ...entries);
    this.canvas = element("div", { class: "plot", "aria-hidden": "true" });

    const first = bars ? "Items" : "Seconds ago";
    const heads = [first, ...lines.map((line) => line.label)].map((text) => element("th", { scope: "col" }, text));
    this.body = element("tbody");
    const caption = element("caption", { class: "unseen" }, title.textContent);
    const table = element("table", {}, caption, element("thead", {}, element("tr", {}, ...heads)), this.body);
    this.details = element("details", {}, element("summary", {}, "As a table", element("span", { class: "unseen" }, `: ${title.textContent}`)), table);
    this.details.addEventListener("toggle", () => this.fillTable());
    this.root.append(this.legend, this.canvas, this.details);

    new ResizeObserver(() => this.plot?.setSize(this.size())).observe(this.canvas);
  }

  size() {
    const wide = this.root.classList.contains("wide");
    return { width: this.canvas.clientWidth, height: wide ? HEIGHT_PX.wide : HEIGHT_PX.plain };
  }

  // Colours are the style sheet's; a canvas has to be told when they change.
  draw() {
    this.plot?.destroy();
    const paths = this.bars && uPlot.paths.bars({ size: [0.72, 48], radius: 0.12 });
    const series = this.lines.map((line) => ({
      stroke: colour(`--${line.colour}`),
      fill: this.bars ? colour(`--${line.colour}`) : line.fill && colour(`--${line.colour}-soft`),
      width: this.bars ? 0 : 1.75,
      dash: line.dash,
      points: { show: false },
      ...(paths && { paths }),
    }));
    const x = this.bars
      ? { time: false, range: () => [-0.6, this.bars().length - 0.4] }
      : { time: false, range: (plot, _, max) => [max - spanOf(plot).seconds, max] };
    const options = {
      ...this.size(),
      scales: { x, y: Y_SCALES[this.scale] },
      series: [{}, ...series],
      axes: axes(!this.bars, this.bars, this.scale),
      legend: { show: false },
      padding: [10, 30, 0, 0],
      cursor: { drag: { x: false, y: false }, y: false, points: { size: 7 } },
      hooks: { setCursor: [() => this.fillLegend()] },
    };
    this.plot = new uPlot(options, this.data ?? [[], ...this.lines.map(() => [])], this.canvas);
  }

  show(xs, columns) {
    this.data = [xs, ...columns];
    this.plot?.setData(this.data);
    this.fillLegend();
    this.fillTable();
  }

  // The values under the pointer, else the last ones; of bars, the sum.
  fillLegend() {
    if (!this.data) return;
    const pointed = this.plot?.cursor.idx;
    this.lines.forEach((_, index) => {
      const column = this.data[index + 1];
      const plain = this.bars ? column.reduce((sum, count) => sum + count, 0) : column.at(-1);
      this.values[index].textContent = this.format((pointed == null ? plain : column[pointed]) ?? null);
    });
  }

  fillTable() {
    if (!this.data || !this.details.open) return;
    const [xs, ...columns] = this.data;
    const rows = this.bars ? xs.map((x) => x) : xs.map((_, index) => index).slice(-ROWS).reverse();
    const head = (index) => (this.bars ? this.rows()[index] : String(xs.at(-1) - xs[index]));
    this.body.replaceChildren(...rows.map((index) =>
      element("tr", {}, element("th", { scope: "row" }, head(index)),
        ...columns.map((column) => element("td", {}, this.format(column[index] ?? null))))));
  }
}
