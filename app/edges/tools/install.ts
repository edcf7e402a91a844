/** Installs a locked tool once, outside the clone: made in a temporary folder, verified, then renamed into place. A second run changes nothing. */
import { chmodSync, existsSync, mkdirSync, mkdtempSync, renameSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { AssayError } from '../../core/errors.ts';
import { fromGo } from './go.ts';
import { folderOf, pathOf, sealFile, sealOf, type Tool } from './lock.ts';
import { fromPypi } from './pypi.ts';
import { fromRelease, releaseFor } from './release.ts';
import { fromDebian, fromNpm, type Source } from './sources.ts';

const sources: Record<Tool['source'], Source> = { go: fromGo, pypi: fromPypi, npm: fromNpm, debian: fromDebian };

export async function installTool(tool: Tool, home: string): Promise<'installed' | 'unchanged'> {
  if (pathOf(tool, home)) return 'unchanged';
  mkdirSync(home, { recursive: true });
  const temporary = mkdtempSync(join(home, `.${tool.name}-`));
  try {
    const target = folderOf(tool, home);
    await fill(tool, temporary, target);
    if (tool.source !== 'debian') {
      writeFileSync(sealFile(temporary), sealOf(tool));
      // Workers and sandboxes that start it have another uid.
      chmodSync(temporary, 0o755);
      moveInto(temporary, target);
    }
  } finally {
    rmSync(temporary, { recursive: true, force: true });
  }
  if (pathOf(tool, home)) return 'installed';
  throw new AssayError('TOOL_INSTALL_FAILED', `${tool.name} was installed and has no program ${tool.programs.join(', ')}.`, { remedy: 'Correct the programs in deps/tools.lock.' });
}

/** A release file where there is one for this machine; where it cannot be had, the registry. Wrong bytes are no reason to try elsewhere. */
async function fill(tool: Tool, folder: string, target: string): Promise<void> {
  const release = releaseFor(tool);
  const done = release !== null && await fromRelease(tool, folder, release).then(() => true, (thrown: unknown) => {
    if (thrown instanceof AssayError && thrown.code === 'RELEASE_UNREACHABLE') return false;
    throw thrown;
  });
  for (const rest of ['release', 'unpacked']) rmSync(join(folder, rest), { recursive: true, force: true });
  if (!done) await sources[tool.source](tool, folder, target);
}

/** A folder that is there was made from another entry of the lock, or is the rest of something older: it makes way. */
function moveInto(temporary: string, target: string): void {
  if (existsSync(target)) rmSync(target, { recursive: true });
  renameSync(temporary, target);
}
