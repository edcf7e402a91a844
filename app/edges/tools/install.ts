/** Installs a locked tool once, outside the clone: built in a temporary folder, verified, then renamed into place. A second run changes nothing. */
import { existsSync, mkdirSync, mkdtempSync, renameSync, rmSync } from 'node:fs';
import { join } from 'node:path';
import { AssayError } from '../../core/errors.ts';
import { fromGo } from './go.ts';
import { folderOf, pathOf, type Tool } from './lock.ts';
import { fromPypi } from './pypi.ts';
import { fromDebian, fromNpm, type Source } from './sources.ts';

const sources: Record<Tool['source'], Source> = { go: fromGo, pypi: fromPypi, npm: fromNpm, debian: fromDebian };

export async function installTool(tool: Tool, home: string): Promise<'installed' | 'unchanged'> {
  if (pathOf(tool, home)) return 'unchanged';
  mkdirSync(home, { recursive: true });
  const temporary = mkdtempSync(join(home, `.${tool.name}-`));
  try {
    const target = folderOf(tool, home);
    await sources[tool.source](tool, temporary, target);
    if (tool.source !== 'debian') moveInto(temporary, target);
  } finally {
    rmSync(temporary, { recursive: true, force: true });
  }
  if (pathOf(tool, home)) return 'installed';
  throw new AssayError('TOOL_INSTALL_FAILED', `${tool.name} was installed and has no program ${tool.programs.join(', ')}.`, { remedy: 'Correct the programs in deps/tools.lock.' });
}

/** A folder without its programs is the rest of something older and makes way; a finished one that another process just put there stays. */
function moveInto(temporary: string, target: string): void {
  if (existsSync(target)) rmSync(target, { recursive: true });
  renameSync(temporary, target);
}
