/** `assay tools list | install [--all] [name…]`: the tools of deps/tools.lock, where they are and how to get them. */
import { AssayError } from '../core/errors.ts';
import { installTool } from '../edges/tools/install.ts';
import { installCommand, pathOf, readLock, toolNamed, toolsHome, type Tool } from '../edges/tools/lock.ts';
import type { Verb } from './main.ts';

export const verb: Verb = {
  summary: 'list the tools that npm does not bring, or install them: tools list | install [--all] [name…]',
  async run([action, ...rest]) {
    if (action === 'list' && rest.length === 0) return list(readLock());
    if (action === 'install') return install(chosen(rest, readLock()));
    throw new AssayError('USAGE', 'assay tools list | install [--all] [name…]', { remedy: 'Use one of the two.' });
  },
};

function list(tools: Tool[]): number {
  const home = toolsHome();
  const rows = tools.map((tool) => {
    const path = pathOf(tool, home);
    return [tool.name, tool.version, tool.source, path ? 'yes' : 'no', path ?? '-', installCommand(tool)];
  });
  process.stdout.write(table([['tool', 'version', 'source', 'installed', 'path', 'install with'], ...rows]));
  return 0;
}

/** Without names: what the required suites need; `--all`: everything in the lock. */
function chosen(args: string[], tools: Tool[]): Tool[] {
  const flag = args.find((each) => each.startsWith('-') && each !== '--all');
  if (flag) throw new AssayError('USAGE', `There is no option ${flag}.`, { remedy: 'assay tools install [--all] [name…]' });
  if (args.includes('--all')) return tools;
  return args.length > 0 ? args.map((name) => toolNamed(name, tools)) : tools.filter((tool) => tool.required);
}

/** One after the other; each result is told as it comes, the first failure ends it. */
async function install(tools: Tool[]): Promise<number> {
  for (const tool of tools) {
    const started = performance.now();
    const result = await installTool(tool, toolsHome());
    process.stdout.write(`${tool.name} ${tool.version}: ${result}${result === 'installed' ? ` in ${((performance.now() - started) / 1000).toFixed(1)} s` : ''}\n`);
  }
  return 0;
}

function table(rows: string[][]): string {
  const widths = (rows[0] ?? []).map((_, column) => Math.max(...rows.map((row) => row[column]?.length ?? 0)));
  return rows.map((row) => row.map((cell, column) => cell.padEnd(widths[column] ?? 0)).join('  ').trimEnd()).join('\n').concat('\n');
}
