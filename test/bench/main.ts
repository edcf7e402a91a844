/**
 * `npm run bench [-- name …]`: runs every bench beside this file and prints one table. A bench fails when its figure is under its floor; a ratio
 * is taken within one run, so that a slow machine is no excuse and no help. Exits 1 where one failed.
 */
import { readdirSync } from 'node:fs';
import { fileURLToPath } from 'node:url';

export interface BenchResult {
  name: string;
  figures: Record<string, number | string>;
  /** What the figure must reach, and what it should. */
  floor?: number;
  aim?: number;
  ok: boolean;
}

interface BenchModule {
  bench(): Promise<BenchResult>;
}

function benches(folder: URL, wanted: string[]): string[] {
  const names = readdirSync(fileURLToPath(folder)).filter((file) => file.endsWith('.ts') && file !== 'main.ts').map((file) => file.slice(0, -3)).sort();
  return wanted.length === 0 ? names : names.filter((name) => wanted.includes(name));
}

async function run(folder: URL, name: string): Promise<BenchResult> {
  try {
    const module = (await import(new URL(`${name}.ts`, folder).href)) as BenchModule;
    return await module.bench();
  } catch (thrown) {
    return { name, figures: { error: thrown instanceof Error ? thrown.message : String(thrown) }, ok: false };
  }
}

function row({ name, figures, floor, aim, ok }: BenchResult): string {
  const bounds = [floor === undefined ? '' : `floor ${floor}`, aim === undefined ? '' : `aim ${aim}`].filter(Boolean).join(', ');
  const lines = Object.entries(figures).map(([figure, value]) => `    ${figure.padEnd(34)} ${typeof value === 'number' ? value.toLocaleString('en', { maximumFractionDigits: 2 }) : value}`);
  return [`${ok ? 'ok  ' : 'FAIL'} ${name}${bounds && ` (${bounds})`}`, ...lines].join('\n');
}

/** Every bench in the folder, or those wanted, one after the other. */
export async function runBenches(folder: URL, wanted: string[]): Promise<number> {
  const names = benches(folder, wanted);
  if (names.length === 0) {
    process.stderr.write(`no such bench; there are: ${benches(folder, []).join(', ')}\n`);
    return 2;
  }
  const results: BenchResult[] = [];
  for (const name of names) {
    results.push(await run(folder, name));
    process.stdout.write(`${row(results.at(-1)!)}\n`);
  }
  return results.every((result) => result.ok) ? 0 : 1;
}

if (import.meta.main) process.exitCode = await runBenches(new URL('.', import.meta.url), process.argv.slice(2));
