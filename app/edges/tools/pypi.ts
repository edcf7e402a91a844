/** Installs a PyPI package and all that it requires: wheels alone, each with a locked hash, checked before anything of them runs. */
import { readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { AssayError } from '../../core/errors.ts';
import { command } from './command.ts';
import type { Tool } from './lock.ts';
import { mismatch } from './mismatch.ts';

/** pip refuses whatever is not in the list or has none of its hashes; the installation itself is offline, from what was checked. */
export async function fromPypi(tool: Tool, folder: string, target: string): Promise<void> {
  await checkMachine(tool);
  const requirements = join(folder, 'requirements.txt');
  const files = join(folder, 'files');
  writeFileSync(requirements, [tool, ...(tool.requires ?? [])].map(lineOf).join(''));
  const strict = ['--disable-pip-version-check', '--require-hashes', '--only-binary', ':all:', '-r', requirements];
  await command(['python3', '-m', 'pip', 'download', '--quiet', '-d', files, ...strict]).catch((thrown: unknown) => {
    throw thrown instanceof AssayError && /DO NOT MATCH THE HASHES/.test(thrown.message) ? mismatch(tool, 'another file') : thrown;
  });
  await command(['python3', '-m', 'venv', '--without-pip', folder]);
  await command(['python3', '-m', 'pip', '--python', join(folder, 'bin', 'python'), 'install', '--quiet', '--no-index', '--find-links', files, ...strict]);
  rmSync(files, { recursive: true });
  for (const entry of readdirSync(join(folder, 'bin'), { withFileTypes: true })) {
    if (entry.isFile()) moveShebang(join(folder, 'bin', entry.name), folder, target);
  }
}

/** The lock has the hashes of Linux and of these Pythons alone; elsewhere pip would take another file and speak of tampering. */
async function checkMachine(tool: Tool): Promise<void> {
  const version = (await command(['python3', '-c', 'import platform; print(platform.python_version())'])).trim();
  const [major = 0, minor = 0] = version.split('.').map(Number);
  if (process.platform === 'linux' && major === 3 && minor >= 11) return;
  throw new AssayError('TOOL_PLATFORM', `${tool.name} is locked for Linux with Python 3.11 or newer; this is ${process.platform} with Python ${version}.`, { remedy: 'Put a newer python3 first on the PATH, or run this on Linux.' });
}

function lineOf(each: { package: string; version: string; marker?: string | undefined; digests: string[] }): string {
  return `${each.package}==${each.version}${each.marker ? ` ; ${each.marker}` : ''} ${each.digests.map((digest) => `--hash=${digest}`).join(' ')}\n`;
}

/** Scripts of a virtual environment name their interpreter by absolute path: the one it will have after the move. */
function moveShebang(file: string, from: string, to: string): void {
  const bytes = readFileSync(file);
  if (!bytes.subarray(0, 2).equals(Buffer.from('#!'))) return;
  writeFileSync(file, bytes.toString('utf8').replaceAll(from, to));
}
