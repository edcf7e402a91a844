/** The installers for npm and for the distribution. An installer fills a folder with `bin/`, and only from bytes whose digest the lock names. */
import { createHash } from 'node:crypto';
import { mkdirSync, readFileSync, symlinkSync } from 'node:fs';
import { join } from 'node:path';
import { z } from 'zod';
import { AssayError } from '../../core/errors.ts';
import { command } from './command.ts';
import type { Tool } from './lock.ts';
import { mismatch } from './mismatch.ts';

export type Source = (tool: Tool, folder: string, target: string) => Promise<void>;

const NpmPacked = z.array(z.looseObject({ filename: z.string() })).min(1);
const NpmManifest = z.looseObject({ name: z.string(), bin: z.union([z.string(), z.record(z.string(), z.string())]).optional(), dependencies: z.record(z.string(), z.string()).optional() });

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
  const programs = tool.files ?? (typeof bin === 'string' ? { [name.split('/').at(-1) ?? name]: bin } : (bin ?? {}));
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
