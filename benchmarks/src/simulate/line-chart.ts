import { scaleLinear, scaleLog, type ScaleContinuousNumeric } from 'd3-scale';
import { line } from 'd3-shape';

export interface ChartLine {
  readonly name: string;
  readonly points: readonly (readonly [x: number, y: number])[];
}

export interface ChartPanel {
  readonly title: string;
  readonly lines: readonly ChartLine[];
}

export interface ChartOptions {
  readonly title: string;
  readonly xLabel: string;
  readonly yLabel: string;
  readonly yScale: 'linear' | 'log';
  /** Lowest and highest y; values beyond are cut off. */
  readonly yRange: readonly [number, number];
  readonly columns: number;
}

const PANEL = { width: 300, height: 190 } as const;
const MARGIN = { left: 46, right: 14, top: 26, bottom: 34 } as const;
const HEADER_HEIGHT = 84;
const LEGEND_COLUMNS = 3;
const LEGEND_LINE_HEIGHT = 18;
/** Okabe and Ito (2008): told apart by everybody. */
const COLOURS = ['#000000', '#D55E00', '#0072B2', '#009E73', '#CC79A7', '#56B4E9', '#E69F00'];

type Scale = ScaleContinuousNumeric<number, number>;

/** Small multiples as one SVG document; every panel has the same lines in the same order. */
export function lineChart(panels: readonly ChartPanel[], options: ChartOptions): string {
  const rows = Math.ceil(panels.length / options.columns);
  const width = options.columns * PANEL.width;
  const height = HEADER_HEIGHT + rows * PANEL.height;
  const body = panels.map((panel, index) => {
    const [column, row] = [index % options.columns, Math.floor(index / options.columns)];
    return `<g transform="translate(${column * PANEL.width},${HEADER_HEIGHT + row * PANEL.height})">${renderPanel(panel, options)}</g>`;
  });
  return `<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 ${width} ${height}" font-family="sans-serif" font-size="11">
<rect width="${width}" height="${height}" fill="#fff"/>
<text x="12" y="22" font-size="15" font-weight="bold">${escaped(options.title)}</text>
${legend(panels[0]?.lines ?? [], width)}
${body.join('\n')}
</svg>
`;
}

function legend(lines: readonly ChartLine[], width: number): string {
  const step = (width - 24) / LEGEND_COLUMNS;
  const place = (index: number): string => `${12 + (index % LEGEND_COLUMNS) * step},${44 + Math.floor(index / LEGEND_COLUMNS) * LEGEND_LINE_HEIGHT}`;
  return lines.map(({ name }, index) => `<g transform="translate(${place(index)})"><path d="M0,-4h18" stroke="${COLOURS[index]}" stroke-width="2"/><text x="23">${escaped(name)}</text></g>`).join('\n');
}

function renderPanel({ title, lines }: ChartPanel, { xLabel, yLabel, yScale, yRange }: ChartOptions): string {
  const xs = lines.flatMap(({ points }) => points.map(([x]) => x));
  const x = scaleLinear([Math.min(...xs), Math.max(...xs)], [MARGIN.left, PANEL.width - MARGIN.right]);
  const y: Scale = (yScale === 'log' ? scaleLog : scaleLinear)([...yRange], [PANEL.height - MARGIN.bottom, MARGIN.top]).clamp(true);
  const draw = line<readonly [number, number]>((point) => x(point[0]), (point) => y(point[1])).defined((point) => Number.isFinite(point[1]));
  const paths = lines.map(({ points }, index) => `<path d="${rounded(draw(points) ?? '')}" fill="none" stroke="${COLOURS[index]}" stroke-width="${index === 0 ? 2.5 : 1.5}"/>`);
  return `<text x="${MARGIN.left}" y="16" font-weight="bold">${escaped(title)}</text>
${axes(x, y, yScale)}${paths.join('')}
<text x="${(MARGIN.left + PANEL.width - MARGIN.right) / 2}" y="${PANEL.height - 4}" text-anchor="middle">${escaped(xLabel)}</text>
<text transform="translate(11,${PANEL.height / 2}) rotate(-90)" text-anchor="middle">${escaped(yLabel)}</text>`;
}

function axes(x: Scale, y: Scale, yScale: 'linear' | 'log'): string {
  const left = MARGIN.left;
  const bottom = PANEL.height - MARGIN.bottom;
  const yTicks = yScale === 'log' ? y.ticks().filter((tick) => Number.isInteger(Math.round(Math.log10(tick) * 1e6) / 1e6)) : y.ticks(5);
  const across = yTicks.map((tick) => `<path d="M${left},${round(y(tick))}H${PANEL.width - MARGIN.right}" stroke="#ddd"/><text x="${left - 5}" y="${round(y(tick)) + 4}" text-anchor="end">${tick}</text>`);
  const along = x.ticks(6).map((tick) => `<text x="${round(x(tick))}" y="${bottom + 14}" text-anchor="middle">${tick}</text>`);
  return `${across.join('')}${along.join('')}<path d="M${left},${MARGIN.top}V${bottom}H${PANEL.width - MARGIN.right}" fill="none" stroke="#888"/>`;
}

function rounded(path: string): string {
  return path.replace(/\d+\.\d+/g, (number) => String(round(Number(number))));
}

function round(value: number): number {
  return Math.round(value * 10) / 10;
}

function escaped(text: string): string {
  return text.replace(/&/g, '&amp;').replace(/</g, '&lt;');
}
