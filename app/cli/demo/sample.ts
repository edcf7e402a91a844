/** The sample repository of the demo: a small TypeScript pricing library with tests, and what the three builders make of the intent. */
import type { Family } from '../../core/family.ts';
import { families } from '../../core/family.ts';
import type { CriterionTest, Spec } from '../../core/spec.ts';
import { expectedTotal, type Variant } from './variant.ts';

export const repositoryFiles: Record<string, string> = {
  'README.md': '# Pricing\n\nPrices in whole cents. `lineTotal` multiplies, `withTax` adds tax.\n\nRun the tests with `node --test`.\n',
  'package.json': `${JSON.stringify({ name: 'pricing', version: '1.0.0', private: true, type: 'module', engines: { node: '>=24' }, scripts: { test: 'node --test' } }, null, 2)}\n`,
  'src/pricing.ts': `/** Price of a line in cents. */
export function lineTotal(unitCents: number, quantity: number): number {
  return unitCents * quantity;
}

/** Adds tax, rounded to whole cents. */
export function withTax(cents: number, percent: number): number {
  return Math.round((cents * (100 + percent)) / 100);
}
`,
  'test/pricing.test.ts': `import assert from 'node:assert/strict';
import { test } from 'node:test';
import { lineTotal, withTax } from '../src/pricing.ts';

test('a line is price times quantity', () => {
  assert.equal(lineTotal(250, 4), 1000);
});

test('tax is rounded to whole cents', () => {
  assert.equal(withTax(999, 19), 1189);
});
`,
};

export function intentBody({ thresholds: [a, b, c], rates: [x, y, z] }: Variant): string {
  const fields: Record<string, string> = {
    Goal: `Give volume discounts: from ${a} pieces on ${x} %, from ${b} on ${y} %, from ${c} on ${z} %, on the whole line.`,
    Constraints: 'Whole cents, rounded half up. No new dependency. Existing functions stay as they are.',
    Stakeholders: 'Founder; wholesale customers.',
    'Success metrics': 'Every order is priced as the table says, at the boundaries too.',
    Budget: '10 USD',
  };
  return Object.entries(fields).map(([name, text]) => `### ${name}\n\n${text}`).join('\n\n');
}

export function specOf(variant: Variant): Omit<Spec, 'version' | 'id'> {
  const { thresholds: [a, b, c], rates: [x, y, z] } = variant;
  const at = (unit: number, quantity: number): CriterionTest => ({ args: [unit, quantity], expect: expectedTotal(variant, unit, quantity) });
  return {
    title: 'Volume discounts on a line',
    text: `volumeTotal(unitCents, quantity) is the price of a line in whole cents, rounded half up. From ${a} pieces on ${x} percent are taken off the whole line, from ${b} on ${y} percent, from ${c} on ${z} percent. Both arguments are whole numbers, zero or more.`,
    language: 'typescript', difficulty: 'easy',
    surface: { kind: 'function', module: 'src/volume.ts', export: 'volumeTotal' },
    criteria: [
      { id: 'AC1', text: `below ${a} pieces nothing is taken off`, tests: [at(100, 1), at(250, a - 2)] },
      { id: 'AC2', text: `from ${a} pieces on ${x} percent are taken off the whole line`, tests: [at(100, a + 2), at(999, a + 1)] },
      { id: 'AC3', text: `from ${b} pieces on ${y} percent are taken off the whole line`, tests: [at(100, b + 3)] },
      { id: 'AC4', text: `from ${c} pieces on ${z} percent are taken off the whole line`, tests: [at(100, c + 7), at(1, c + 1)] },
    ],
  };
}

/** Three ways to write it. The wrong family compares with `>` where the spec says "from … on". */
export function solution(variant: Variant, family: Family): string {
  const wrong = family === variant.wrongFamily ? variant.wrongAt : null;
  const ways: Record<Family, () => string> = { anthropic: () => ladder(variant, wrong), openai: () => tableOf(variant, wrong), google: () => folded(variant, wrong) };
  return ways[family]();
}

function operator(wrong: number | null, index: number): string {
  return wrong === index ? '>' : '>=';
}

function ladder({ thresholds: t, rates: r }: Variant, wrong: number | null): string {
  return `/** Price of a line in cents after the volume discount. */
export function volumeTotal(unitCents: number, quantity: number): number {
  let percent = 0;
  if (quantity ${operator(wrong, 0)} ${t[0]}) percent = ${r[0]};
  if (quantity ${operator(wrong, 1)} ${t[1]}) percent = ${r[1]};
  if (quantity ${operator(wrong, 2)} ${t[2]}) percent = ${r[2]};
  return Math.round((unitCents * quantity * (100 - percent)) / 100);
}
`;
}

function tableOf({ thresholds: t, rates: r }: Variant, wrong: number | null): string {
  const rows = [2, 1, 0].map((index) => `  { applies: (pieces: number) => pieces ${operator(wrong, index)} ${t[index]}, keeps: ${100 - r[index]!} },`).join('\n');
  return `// Highest discount first: the first row that applies is the one that counts.
const table = [
${rows}
];

/** What a line costs, discounted by its size. */
export function volumeTotal(unitCents: number, quantity: number): number {
  const row = table.find((candidate) => candidate.applies(quantity));
  const gross = unitCents * quantity;
  return Math.round((gross * (row?.keeps ?? 100)) / 100);
}
`;
}

function folded({ thresholds: t, rates: r }: Variant, wrong: number | null): string {
  const steps = t.map((from, index) => `[${wrong === index ? from + 1 : from}, ${r[index]}]`).join(', ');
  return `const steps: readonly (readonly [from: number, off: number])[] = [${steps}];

function discountFor(pieces: number): number {
  return steps.reduce((best, [from, off]) => (pieces < from ? best : Math.max(best, off)), 0);
}

/** Line price in whole cents; the discount follows the number of pieces. */
export function volumeTotal(unitCents: number, quantity: number): number {
  const off = discountFor(quantity);
  const hundredths = unitCents * quantity * (100 - off);
  return Math.round(hundredths / 100);
}
`;
}

/** The builder's own tests, as data: the wrong family does not look where it is wrong. */
export function ownTests(variant: Variant, family: Family): CriterionTest[] {
  const blind = family === variant.wrongFamily ? variant.wrongAt : null;
  const quantities = variant.thresholds.flatMap((from, index) => (index === blind ? [from + 4] : [from - 1, from, from + 1]));
  return [1, 0, ...quantities].map((quantity) => ({ args: [199, quantity], expect: expectedTotal(variant, 199, quantity) }));
}

/** The same tests as a file of the repository. */
export function testFile(variant: Variant, family: Family): string {
  const cases = ownTests(variant, family).map((test) => ('args' in test ? `  [${test.args.join(', ')}, ${JSON.stringify(test.expect)}],` : ''));
  return `import assert from 'node:assert/strict';
import { test } from 'node:test';
import { volumeTotal } from '../src/volume.ts';

const cases: [number, number, number][] = [
${cases.join('\n')}
];

for (const [unit, quantity, total] of cases) {
  test(\`\${quantity} pieces at \${unit} cents\`, () => {
    assert.equal(volumeTotal(unit, quantity), total);
  });
}
`;
}

/** What each family, blind to any diff, expects of the approved spec. */
export function acceptanceTests(variant: Variant, family: Family): CriterionTest[] {
  const unit = 100 + families.indexOf(family);
  const shared = variant.thresholds.flatMap((from) => [from - 1, from, from + 5]).map((quantity) => ({ args: [200, quantity], expect: expectedTotal(variant, 200, quantity) }));
  return [...shared, { args: [unit, 3], expect: expectedTotal(variant, unit, 3) }];
}
