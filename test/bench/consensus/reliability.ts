/** How far stated confidence and what happened agree: Brier score, expected calibration error, a table of ten bins, and a plot of it. */
export interface Forecast {
  stated: number;
  right: boolean;
}

export interface Bin {
  from: number;
  to: number;
  count: number;
  /** Means over the bin; NaN where it is empty. */
  stated: number;
  right: number;
}

export function brierOf(forecasts: Forecast[]): number {
  return mean(forecasts.map(({ stated, right }) => (stated - Number(right)) ** 2));
}

/** Ten bins of equal count: forecasts of accepted changes crowd near 1, where bins of equal width would hold them all. */
export function binsOf(forecasts: Forecast[], count = 10): Bin[] {
  const sorted = [...forecasts].sort((a, b) => a.stated - b.stated);
  return Array.from({ length: count }, (_, at) => sorted.slice(Math.floor((at * sorted.length) / count), Math.floor(((at + 1) * sorted.length) / count))).filter((bin) => bin.length > 0)
    .map((bin) => ({ from: bin[0]?.stated ?? 0, to: bin.at(-1)?.stated ?? 1, count: bin.length, stated: mean(bin.map(({ stated }) => stated)), right: mean(bin.map(({ right }) => Number(right))) }));
}

export function calibrationErrorOf(bins: Bin[]): number {
  const all = bins.reduce((sum, { count }) => sum + count, 0);
  return bins.reduce((sum, { count, stated, right }) => sum + (count / all) * Math.abs(stated - right), 0);
}

export function tableOf(bins: Bin[]): string {
  const rows = bins.map(({ from, to, count, stated, right }) => `  ${from.toFixed(3)}–${to.toFixed(3)}  ${String(count).padStart(5)}   ${(stated * 100).toFixed(1).padStart(5)}    ${(right * 100).toFixed(1).padStart(5)}`);
  return ['  confidence   tasks  stated %  right %', ...rows].join('\n');
}

const size = 420;
const edge = 50;
const low = 0.4;

/** A plot of the bins, from 0.4 to 1 on both axes; the area of a point is its count. Needs no script and no font but the reader's own. */
export function plotOf(bins: Bin[], named: string): string {
  const title = named.replaceAll('&', '&amp;').replaceAll('<', '&lt;');
  const x = (value: number) => edge + ((Math.max(value, low) - low) / (1 - low)) * (size - 2 * edge);
  const y = (value: number) => size - x(value);
  const ticks = [0.4, 0.5, 0.6, 0.7, 0.8, 0.9, 1].flatMap((at) => [
    `<text x="${x(at).toFixed(1)}" y="${size - edge + 18}" text-anchor="middle">${at}</text>`, `<text x="${edge - 8}" y="${(y(at) + 4).toFixed(1)}" text-anchor="end">${at}</text>`,
    `<line x1="${edge}" x2="${size - edge}" y1="${y(at).toFixed(1)}" y2="${y(at).toFixed(1)}" stroke="#ddd"/>`,
  ]);
  const points = bins.map(({ stated, right, count }) => `<circle cx="${x(stated).toFixed(1)}" cy="${y(right).toFixed(1)}" r="${Math.sqrt(count).toFixed(1)}" fill="#1f6feb" fill-opacity="0.6"><title>${count} tasks: stated ${stated.toFixed(3)}, right ${right.toFixed(3)}</title></circle>`);
  return [
    `<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 ${size} ${size}" font-family="sans-serif" font-size="12" role="img">`, `<title>${title}</title>`, `<rect width="${size}" height="${size}" fill="white"/>`,
    ...ticks, `<line x1="${x(low)}" y1="${y(low)}" x2="${x(1)}" y2="${y(1)}" stroke="#888" stroke-dasharray="4 4"/>`, ...points,
    `<text x="${size / 2}" y="24" text-anchor="middle">${title}</text>`, `<text x="${size / 2}" y="${size - 12}" text-anchor="middle">stated confidence</text>`,
    `<text x="16" y="${size / 2}" text-anchor="middle" transform="rotate(-90 16 ${size / 2})">share that is right</text>`, '</svg>', '',
  ].join('\n');
}

function mean(values: number[]): number {
  return values.reduce((sum, value) => sum + value, 0) / values.length;
}
