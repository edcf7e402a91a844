/**
 * `assay tools list | install [--all] [name…] | osv DIR|ZIP | osv --fetch …`: the tools of deps/tools.lock, whether they are here and how to get them; and the OSV records,
 * from files that a person fetched, or fetched here because a person said so.
 */
import { AssayError, problemOf } from '../core/errors.ts';
import type { Ecosystem } from '../core/guardrail.ts';
import { osvEcosystem } from '../core/osv/record.ts';
import { type Index, osvHome } from '../edges/osv/database.ts';
import { type Download, downloadOsv } from '../edges/osv/download.ts';
import { importOsv } from '../edges/osv/import.ts';
import { installTool } from '../edges/tools/install.ts';
import { pathOf, readLock, toolNamed, toolsHome, type Tool } from '../edges/tools/lock.ts';
import type { Verb } from './main.ts';

const usage = 'assay tools list | install [--all] [name…] | osv DIR|ZIP | osv --fetch npm,pypi,go [--url ADDRESS]';

export const verb: Verb = {
  summary: 'list the tools that npm does not bring, install them, or take OSV records in: tools list | install [--all] [name…] | osv DIR|ZIP | osv --fetch npm,pypi,go [--url ADDRESS]',
  async run([action, ...rest]) {
    if (action === 'list' && rest.length === 0) return list(readLock());
    if (action === 'install') return install(chosen(rest, readLock()));
    if (action === 'osv' && rest[0] === '--fetch') return told(await downloadOsv({ ...wanted(rest), now: Date.now() }));
    if (action === 'osv' && rest.length === 1) return told(await importOsv(rest[0]!));
    throw new AssayError('USAGE', usage, { remedy: 'Use one of these.' });
  },
};

function list(tools: Tool[]): number {
  const home = toolsHome();
  const rows = tools.map((tool) => [tool.name, tool.version, tool.source, tool.licence, tool.required ? 'yes' : 'no', pathOf(tool, home) ? 'yes' : 'no', tool.neededBy]);
  process.stdout.write(table([['tool', 'version', 'source', 'licence', 'required', 'installed', 'needed by'], ...rows]));
  process.stdout.write(`\nThey live in ${home}. Install the required ones: assay tools install; all: assay tools install --all\n`);
  return 0;
}

/** Without names: what the required suites need; `--all`: everything in the lock. */
function chosen(args: string[], tools: Tool[]): Tool[] {
  const flag = args.find((each) => each.startsWith('-') && each !== '--all');
  if (flag) throw new AssayError('USAGE', `There is no option ${flag}.`, { remedy: usage });
  if (args.includes('--all')) return tools;
  return args.length > 0 ? args.map((name) => toolNamed(name, tools)) : tools.filter((tool) => tool.required);
}

/** One after the other, for builds use every core by themselves; what fails is told and the rest still comes. */
async function install(tools: Tool[]): Promise<number> {
  const failed: string[] = [];
  for (const [index, tool] of tools.entries()) {
    process.stdout.write(`[${index + 1}/${tools.length}] ${tool.name} ${tool.version} (${tool.source}) … `);
    const started = performance.now();
    try {
      const result = await installTool(tool, toolsHome());
      process.stdout.write(`${result}${result === 'installed' ? ` in ${((performance.now() - started) / 1000).toFixed(1)} s` : ''}\n`);
    } catch (thrown) {
      const { code, message, remedy } = problemOf(thrown);
      process.stdout.write(`failed\n${code}: ${message}\n  remedy: ${remedy}\n`);
      failed.push(tool.name);
    }
  }
  if (failed.length > 0) process.stdout.write(`Not installed: ${failed.join(', ')}\n`);
  return failed.length > 0 ? 3 : 0;
}

function wanted(args: string[]): Pick<Download, 'ecosystems' | 'address'> {
  const [, names = '', flag, address] = args;
  const ecosystems = names.split(',').filter((name) => name in osvEcosystem) as Ecosystem[];
  const isUrl = flag === '--url' && address !== undefined && args.length === 4;
  if (ecosystems.length > 0 && ecosystems.length === names.split(',').length && (flag === undefined || isUrl)) return { ecosystems, ...(isUrl ? { address } : {}) };
  throw new AssayError('USAGE', usage, { remedy: 'Name one or more of npm, pypi, go, with commas between them.' });
}

function told({ ecosystems }: Index): number {
  for (const [ecosystem, { records, newest }] of Object.entries(ecosystems)) process.stdout.write(`${ecosystem}: ${records} records, the newest of ${newest}\n`);
  process.stdout.write(`They live in ${osvHome()} and count for seven days after the newest record.\n`);
  return 0;
}

function table(rows: string[][]): string {
  const widths = (rows[0] ?? []).map((_, column) => Math.max(...rows.map((row) => row[column]?.length ?? 0)));
  return rows.map((row) => row.map((cell, column) => cell.padEnd(widths[column] ?? 0)).join('  ').trimEnd()).join('\n').concat('\n');
}
