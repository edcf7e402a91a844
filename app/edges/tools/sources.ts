/** One installer for each kind of registry. Each fills a folder with `bin/`, and only from bytes whose digest the lock names. */
import { createHash } from 'node:crypto';
import { mkdirSync, readdirSync, readFileSync, symlinkSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { z } from 'zod';
import { AssayError } from '../../core/errors.ts';
import { command } from './command.ts';
import type { Tool } from './lock.ts';

export type Source = (tool: Tool, folder: string, target: string) => Promise<void>;

const GoModule = z.looseObject({ Sum: z.string() });
const NpmPacked = z.array(z.looseObject({ filename: z.string() })).min(1);
const NpmManifest = z.looseObject({ name: z.string(), bin: z.union([z.string(), z.record(z.string(), z.string())]).optional(), dependencies: z.record(z.string(), z.string()).optional() });

/** Go checks the dependencies itself, against the module's own go.sum and its checksum database. */
export async function fromGo(tool: Tool, folder: string): Promise<void> {
  const module = GoModule.parse(JSON.parse(await command(['go', 'mod', 'download', '-json', `${tool.package}@${tool.version}`], { cwd: folder })));
  if (!tool.digests.includes(module.Sum)) throw mismatch(tool, module.Sum);
  await command(['go', 'install', `${tool.package}@${tool.version}`], { cwd: folder, env: { GOBIN: join(folder, 'bin'), CGO_ENABLED: '0' } });
}

/** pip refuses whatever has none of the hashes; the installation itself is offline, from what was checked. */
export async function fromPypi(tool: Tool, folder: string, target: string): Promise<void> {
  const requirements = join(folder, 'requirements.txt');
  const files = join(folder, 'files');
  writeFileSync(requirements, `${tool.package}==${tool.version} ${tool.digests.map((digest) => `--hash=${digest}`).join(' ')}\n`);
  const strict = ['--disable-pip-version-check', '--require-hashes', '--no-deps', '--only-binary', ':all:', '-r', requirements];
  await command(['python3', '-m', 'pip', 'download', '--quiet', '-d', files, ...strict]).catch((thrown: unknown) => {
    throw thrown instanceof AssayError && /DO NOT MATCH THE HASHES/.test(thrown.message) ? mismatch(tool, 'another file') : thrown;
  });
  await command(['python3', '-m', 'venv', '--without-pip', folder]);
  await command(['python3', '-m', 'pip', '--python', join(folder, 'bin', 'python'), 'install', '--quiet', '--no-index', '--find-links', files, ...strict]);
  for (const name of readdirSync(join(folder, 'bin'))) moveShebang(join(folder, 'bin', name), folder, target);
}

/** Only packages that need no other: their one file is their whole content. Install scripts never run. */
export async function fromNpm(tool: Tool, folder: string): Promise<void> {
  const [packed] = NpmPacked.parse(JSON.parse(await command(['npm', 'pack', '--json', '--ignore-scripts', '--pack-destination', folder, `${tool.package}@${tool.version}`], { cwd: folder })));
  const file = join(folder, packed?.filename ?? '');
  const integrity = `sha512-${createHash('sha512').update(readFileSync(file)).digest('base64')}`;
  if (!tool.digests.includes(integrity)) throw mismatch(tool, integrity);
  await command(['tar', '-xzf', file, '-C', folder]);
  const { name, bin, dependencies } = NpmManifest.parse(JSON.parse(readFileSync(join(folder, 'package', 'package.json'), 'utf8')));
  if (Object.keys(dependencies ?? {}).length > 0) throw new AssayError('TOOL_NOT_SELF_CONTAINED', `${tool.package} needs other packages, which this lock does not pin.`, { remedy: 'Make it a dependency in package.json instead.' });
  mkdirSync(join(folder, 'bin'));
  const programs = typeof bin === 'string' ? { [name.split('/').at(-1) ?? name]: bin } : (bin ?? {});
  for (const [program, path] of Object.entries(programs)) symlinkSync(join('..', 'package', path), join(folder, 'bin', program));
  await command(['chmod', '-R', 'a+rX,u+x', join(folder, 'package')]);
}

/** Debian's index is signed; which version it brings is the distribution's word. Needs root. */
export async function fromDebian(tool: Tool): Promise<void> {
  if (process.getuid?.() !== 0) throw new AssayError('TOOL_NEEDS_ROOT', `${tool.name} comes from the distribution, and this is not root.`, { remedy: `sudo apt-get install -y ${tool.package}` });
  const env = { DEBIAN_FRONTEND: 'noninteractive' };
  const install = () => command(['apt-get', 'install', '-y', '--no-install-recommends', tool.package], { env });
  // A fresh image has no index yet; only then is one fetched.
  await install().catch(async () => {
    await command(['apt-get', 'update'], { env });
    await install();
  });
}

/** Scripts of a virtual environment name their interpreter by absolute path: the one it will have after the move. */
function moveShebang(file: string, from: string, to: string): void {
  const bytes = readFileSync(file);
  if (!bytes.subarray(0, 2).equals(Buffer.from('#!'))) return;
  writeFileSync(file, bytes.toString('utf8').replaceAll(from, to));
}

function mismatch(tool: Tool, got: string): AssayError {
  return new AssayError('TOOL_DIGEST_MISMATCH', `${tool.package} ${tool.version} is not what deps/tools.lock names (got ${got}). Nothing was installed.`, { remedy: 'Do not use it. Compare with the project\'s own announcement before changing the lock.' });
}
