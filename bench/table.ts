import { type BenchLine, isMet, type Measured, rounded } from './figures.ts';

/** The lines as text for a terminal. */
export function tableOf(lines: readonly BenchLine[]): string {
  return lines.map(textOf).join('\n\n');
}

function textOf(line: BenchLine): string {
  const { name, what, unit, floor, product, rivals, ratio, target, remarks } = line;
  const wanted = `${target.kind === 'at-most' ? 'at most' : 'at least'} ${target.ratio.toString()}`;
  return [
    `${name}: ${what}`,
    row('floor', floor, unit),
    row('Ringback', product, unit),
    ...rivals.map((rival) => row('rival', rival, unit)),
    `  ratio     ${rounded(ratio).toString()} (target: ${wanted}): ${isMet(line) ? 'met' : 'MISSED'}`,
    ...remarks.map((remark) => `            ${remark}`),
  ].join('\n');
}

function row(role: string, { who, value, details }: Measured, unit: string): string {
  const more = Object.entries(details).map(([key, figure]) => `${key} ${figure.toString()}`);
  const figure = `${rounded(value).toLocaleString('en-US', { maximumSignificantDigits: 3 })} ${unit}`;
  return `  ${role.padEnd(9)} ${figure.padEnd(16)} ${who}${more.length > 0 ? ` (${more.join(', ')})` : ''}`;
}
