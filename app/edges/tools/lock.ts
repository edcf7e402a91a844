/** deps/tools.lock: the tools that npm's own lock does not bring, each at one version with the digests of what its registry must deliver. */
import { createHash } from 'node:crypto';
import { accessSync, constants, existsSync, readFileSync } from 'node:fs';
import { homedir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { z } from 'zod';
import { AssayError } from '../../core/errors.ts';

const digest = z.string().regex(/^(h1:|sha256:|sha512-)[A-Za-z0-9+/=]+$/);
const version = z.string().regex(/^[a-z0-9][a-z0-9.+_-]*$/i);
const packageName = z.string().regex(/^[@a-z0-9][@a-z0-9./_-]*$/i);

/** One package of a PyPI tool's closure. `marker` is PEP 508's: on which Pythons it is needed. */
const Required = z.strictObject({ package: packageName, version, marker: z.string().regex(/^[a-z0-9_ '.*<>=!()]+$/i).optional(), digests: z.array(digest).min(1) });

/** A release file by platform (`linux-x64`): taken in place of a build. `program` is its path in the archive, the file itself where there is no archive. */
const ReleaseFile = z.strictObject({ url: z.url({ protocol: /^https$/ }), sha256: z.string().regex(/^[0-9a-f]{64}$/), program: z.string().regex(/^(?!.*\.\.)[a-z0-9_][a-z0-9._/-]*$/i) });
export type ReleaseFile = z.infer<typeof ReleaseFile>;

/**
 * `package`: what is installed; a Go package below its module's root names the `module` too. `digests`: go, the module's `h1:` sum; pypi,
 * `sha256:` of each platform's file; npm, the `sha512-` integrity; debian none, its index is signed. `requires`: what a PyPI tool needs
 * besides itself, all of it, written by lock-closure.ts within the `constraints` (versions that do not work with it). `files`: where an npm
 * package that names no programs itself has them.
 */
export const Tool = z.strictObject({
  name: z.string().regex(/^[a-z0-9][a-z0-9._-]*$/),
  version,
  source: z.enum(['npm', 'pypi', 'go', 'debian']),
  package: packageName,
  module: packageName.optional(),
  programs: z.array(z.string().regex(/^[a-z0-9][a-z0-9._-]*$/)).min(1),
  files: z.record(z.string().regex(/^[a-z0-9][a-z0-9._-]*$/), z.string().regex(/^(?!.*\.\.)[a-z0-9_][a-z0-9._/-]*$/i)).optional(),
  digests: z.array(digest),
  requires: z.array(Required).optional(),
  constraints: z.array(z.string().regex(/^[a-z0-9][a-z0-9._-]*[<>=!~]+[a-z0-9.*]+$/i)).optional(),
  release: z.record(z.string().regex(/^[a-z0-9]+-[a-z0-9]+$/), ReleaseFile).optional(),
  licence: z.string(),
  neededBy: z.string(),
  required: z.boolean(),
}).refine((tool) => tool.source === 'debian' || tool.digests.length > 0, { error: 'a tool from this source needs a digest' })
  .refine((tool) => tool.source === 'npm' || tool.files === undefined, { error: 'only an npm package says where its programs are' })
  .refine((tool) => tool.source === 'go' || tool.module === undefined, { error: 'only a Go package has a module' })
  .refine((tool) => tool.source === 'pypi' || (tool.requires ?? tool.constraints) === undefined, { error: 'only a PyPI package lists what it requires' })
  .refine((tool) => tool.release === undefined || tool.programs.length === 1, { error: 'a release file brings one program' })
  .refine((tool) => Object.values(tool.release ?? {}).every((file) => file.url.includes(tool.version.replace(/^v/, ''))), { error: 'a release address names the version' });
export type Tool = z.infer<typeof Tool>;

const Lock = z.strictObject({ version: z.literal(1), tools: z.array(Tool) });
export const lockFile = fileURLToPath(new URL('../../../deps/tools.lock', import.meta.url));

export function readLock(file = lockFile): Tool[] {
  const lock = Lock.safeParse(JSON.parse(readFileSync(file, 'utf8')));
  if (lock.success) return lock.data.tools;
  throw new AssayError('CONFIG_TOOLS_LOCK', `${file} is not well-formed: ${z.prettifyError(lock.error)}`, { remedy: 'Restore deps/tools.lock from the repository.' });
}

/** Outside the clone, shared by all clones of this user. */
export function toolsHome(): string {
  return process.env.ASSAY_TOOLS ?? join(process.env.XDG_CACHE_HOME ?? join(homedir(), '.cache'), 'assay', 'tools');
}

export function folderOf(tool: Tool, home: string): string {
  return join(home, `${tool.name}-${tool.version}`);
}

/** The absolute path of the tool's first program, or null where it is not installed as this entry of the lock says. */
export function pathOf(tool: Tool, home: string): string | null {
  const ours = tool.source !== 'debian';
  if (ours && !isLocked(tool, home)) return null;
  const paths = tool.programs.map((program) => join(ours ? join(folderOf(tool, home), 'bin') : '/usr/bin', program));
  return paths.every(executable) ? (paths[0] ?? null) : null;
}

/** What a finished folder keeps: the digest of all that decided its content, so that a changed closure is not taken for the old one. */
export function sealOf({ source, package: name, module, version: at, digests, requires, release, files }: Tool): string {
  return createHash('sha256').update(JSON.stringify([source, name, module, at, digests, requires, release, ...(files ? [files] : [])])).digest('hex');
}

export function sealFile(folder: string): string {
  return join(folder, '.locked');
}

function isLocked(tool: Tool, home: string): boolean {
  const file = sealFile(folderOf(tool, home));
  return existsSync(file) && readFileSync(file, 'utf8') === sealOf(tool);
}

/** For those that need a tool: its path at the locked version, or null. Throws USAGE_TOOL_UNKNOWN for a name that the lock does not have. */
export function toolPath(name: string): string | null {
  return pathOf(toolNamed(name, readLock()), toolsHome());
}

export function toolNamed(name: string, tools: Tool[]): Tool {
  const tool = tools.find((each) => each.name === name);
  if (tool) return tool;
  throw new AssayError('USAGE_TOOL_UNKNOWN', `deps/tools.lock has no tool "${name}".`, { remedy: `It has: ${tools.map((each) => each.name).join(', ')}.` });
}

/** The command that a person runs to get it. */
export function installCommand(tool: Tool): string {
  return tool.source === 'debian' ? `sudo apt-get install -y ${tool.package}` : `npx assay tools install ${tool.name}`;
}

function executable(path: string): boolean {
  try {
    accessSync(path, constants.X_OK);
    return true;
  } catch {
    return false;
  }
}
