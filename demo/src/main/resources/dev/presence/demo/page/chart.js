// How many were online in each of the last three minutes' seconds.

const SECONDS = 180;
const LEFT = 34;
const BOTTOM = 20;
const SVG = 'http://www.w3.org/2000/svg';

function add(parent, name, attributes, text = '') {
  const element = document.createElementNS(SVG, name);
  Object.entries(attributes).forEach(([key, value]) => element.setAttribute(key, value));
  element.textContent = text;
  parent.append(element);
}

/** Round figures around all values, about four steps apart. */
function scale(values) {
  const low = Math.min(...values);
  const high = Math.max(...values, low + 3);
  const rough = (high - low) / 3;
  const power = 10 ** Math.floor(Math.log10(rough));
  const step = Math.max(1, [1, 2, 5, 10].map((n) => n * power).find((n) => n >= rough));
  const from = Math.max(0, Math.floor(low / step - 0.2) * step);
  return {from, to: Math.max(from + step, Math.ceil(high / step) * step), step};
}

export class Chart {
  #svg;
  #values = [];
  known = 0; // how many there were in all

  constructor(svg) {
    this.#svg = svg;
    new ResizeObserver(() => this.#draw()).observe(svg);
  }

  get last() {
    return this.#values.at(-1);
  }

  /** Adds values, of which the first is the one with that number. */
  add(from, values) {
    if (from !== this.known) {
      this.#values = []; // of another server
    }
    this.known = from + values.length;
    this.#values = [...this.#values, ...values].slice(-SECONDS);
    this.#draw();
  }

  #draw() {
    const {width, height} = this.#svg.getBoundingClientRect();
    const values = this.#values;
    if (values.length === 0 || width === 0) {
      return;
    }
    const {from, to, step} = scale(values);
    const x = (i) => LEFT + ((i + SECONDS - values.length) / (SECONDS - 1)) * (width - LEFT - 4);
    const y = (value) => 8 + (1 - (value - from) / (to - from)) * (height - 8 - BOTTOM);
    this.#svg.replaceChildren();
    this.#svg.setAttribute('viewBox', `0 0 ${width} ${height}`);
    for (let line = from; line <= to; line += step) {
      add(this.#svg, 'line', {class: 'grid', x1: LEFT, x2: width, y1: y(line), y2: y(line)});
      add(this.#svg, 'text', {x: LEFT - 9, y: y(line) + 4, 'text-anchor': 'end'}, String(line));
    }
    const points = values.map((value, i) => `${x(i).toFixed(1)},${y(value).toFixed(1)}`).join(' L');
    const end = x(values.length - 1).toFixed(1);
    add(this.#svg, 'path', {class: 'area', d: `M${x(0).toFixed(1)},${y(from)} L${points} L${end},${y(from)} Z`});
    add(this.#svg, 'path', {class: 'line', d: `M${points}`});
    add(this.#svg, 'circle', {class: 'end', cx: end, cy: y(this.last).toFixed(1), r: 4.5});
    add(this.#svg, 'text', {x: LEFT, y: height - 2}, '3 min ago');
    add(this.#svg, 'text', {x: width - 2, y: height - 2, 'text-anchor': 'end'}, 'now');
    const [low, high] = [Math.min(...values), Math.max(...values)];
    this.#svg.setAttribute(
      'aria-label',
      `Users online over the last three minutes: ${this.last} now, between ${low} and ${high} before`,
    );
  }
}
