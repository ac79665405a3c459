// Charts over time, by uPlot. The canvas is an image to those who cannot see it; the numbers stand beside it as text.

import uPlot from '../lib/uPlot.esm.js';
import { el } from './dom.js';
import { bytes } from './format.js';

/** A chart that has just begun does not stretch its first moments over its whole width. */
const LEAST_SPAN_S = 120;

const dark = matchMedia('(prefers-color-scheme: dark)');

export function color(name) {
  return getComputedStyle(document.documentElement).getPropertyValue(`--${name}`).trim();
}

/** Sizes are written in powers of 1024, so their axis goes by powers of 2. */
const BYTE_STEPS = Array.from({ length: 40 }, (_, i) => 2 ** (i + 10));

function span(plot) {
  const times = plot.data[0];
  const last = times[times.length - 1];
  return [Math.min(times[0], last - LEAST_SPAN_S), last];
}

/** Eight colours that people who see few colours can tell apart. */
export const SERIES = 8;

export function seriesColor(index) {
  return color(`series-${index % SERIES}`);
}

/**
 * A chart that follows the width of its place and the colours of the system.
 * @param {string} label for those who cannot see it
 * @param {function(number): string} format of the values
 */
export class Chart {
  constructor(label, format, height = 180) {
    this.steps = format === bytes ? BYTE_STEPS : null;
    this.label = label;
    this.format = format;
    this.height = height;
    /** What is over has a beginning and an end, in seconds; what goes on is shown to its last moment. */
    this.between = null;
    this.element = el('div', { class: 'chart', role: 'img', 'aria-label': label });
    // Its place is kept while it is drawn anew.
    this.element.style.minHeight = `${height}px`;
    this.resized = new ResizeObserver(() => this.plot?.setSize({ width: this.width(), height: this.height }));
    this.resized.observe(this.element);
    this.recolor = () => this.redraw();
    dark.addEventListener('change', this.recolor);
  }

  width() {
    return Math.max(200, this.element.clientWidth);
  }

  /**
   * @param {Array<Array<number>>} data times in seconds, then the values of each series
   * @param {Array<Object>} series uPlot's series, without the first
   * @param {number} [top] the least upper end of the axis
   */
  draw(data, series, top = 0, marks = []) {
    this.last = [data, series, top, marks];
    const shape = JSON.stringify(series.map(one => [one.label, one.stroke, one.fill, one.dash])) + (top > 0);
    this.top = top;
    this.marks = marks;
    if (!this.plot || shape !== this.shape) {
      this.forget();
      this.shape = shape;
      this.plot = new uPlot(this.options(series), data, this.element);
    } else {
      this.plot.setData(data);
    }
  }

  /** With the colours as they are now. */
  redraw() {
    this.forget();
    if (this.last) {
      const [data, series, top, marks] = this.last;
      this.draw(data, series, top, marks);
    }
  }

  options(series) {
    const ink = color('soft');
    const grid = { stroke: color('line'), width: 1 };
    const axis = { stroke: ink, grid, ticks: { ...grid, size: 4 }, font: '11px system-ui, sans-serif' };
    return {
      width: this.width(),
      height: this.height,
      legend: { show: false },
      cursor: { show: false },
      padding: [8, 26, 0, 0],
      scales: { x: { time: true, range: plot => this.between ?? span(plot) }, y: { range: (plot, least, most) => [0, Math.max(this.top, (most ?? 0) * 1.05, 1e-3)] } },
      axes: [
        { ...axis, size: 28, values: '{HH}:{mm}:{ss}', space: 70 },
        { ...axis, size: 72, values: (plot, splits) => splits.map(this.format), space: 34, ...this.steps && { incrs: this.steps } },
      ],
      series: [{}, ...series.map(one => ({ width: 1.5, points: { show: false }, ...one }))],
      hooks: { draw: [plot => this.drawMarks(plot)] },
    };
  }

  /** Vertical lines with a letter: where something was done. */
  drawMarks(plot) {
    const { ctx, bbox } = plot;
    ctx.save();
    ctx.strokeStyle = color('warn');
    ctx.fillStyle = color('warn');
    ctx.font = `${11 * devicePixelRatio}px system-ui, sans-serif`;
    // As the axes and the last series left them.
    ctx.textAlign = 'left';
    ctx.setLineDash([]);
    for (const mark of this.marks ?? []) {
      const x = plot.valToPos(mark.time, 'x', true);
      if (x >= bbox.left && x <= bbox.left + bbox.width) {
        ctx.beginPath();
        ctx.moveTo(x, bbox.top);
        ctx.lineTo(x, bbox.top + bbox.height);
        ctx.stroke();
        ctx.fillText(mark.text, x + 3, bbox.top + 11 * devicePixelRatio);
      }
    }
    ctx.restore();
  }

  describe(text) {
    this.element.setAttribute('aria-label', `${this.label}: ${text}`);
  }

  forget() {
    this.plot?.destroy();
    this.plot = null;
  }

  destroy() {
    this.forget();
    this.resized.disconnect();
    dark.removeEventListener('change', this.recolor);
  }
}

/**
 * What uPlot needs for areas that stand on each other. Painted from the top one down, each over the whole height below it.
 * @param {Array<number>} times
 * @param {Array<{name: string, values: Array<number>, color: string}>} parts the lowest first
 */
export function stacked(times, parts) {
  const sums = [];
  let below = times.map(() => 0);
  for (const part of parts) {
    below = below.map((sum, i) => sum + (part.values[i] ?? 0));
    sums.push(below);
  }
  const order = parts.map((part, i) => i).reverse();
  return {
    data: [times, ...order.map(i => sums[i])],
    series: order.map(i => ({ label: parts[i].name, stroke: parts[i].color, fill: parts[i].color, width: 1 })),
  };
}
