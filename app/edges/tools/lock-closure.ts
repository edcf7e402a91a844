/**
 * For maintainers: `node app/edges/tools/lock-closure.ts NAME [VERSION]` writes into deps/tools.lock what a PyPI tool needs on Linux, x64
 * and arm64, with every Python from 3.11 on. uv (itself in the lock) resolves; names, versions, markers and hashes are kept, addresses are not.
 */
import { readFileSync, writeFileSync, mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { parse } from 'smol-toml';
import { z } from 'zod';
import { AssayError } from '../../core/errors.ts';
import { command } from './command.ts';
import { installCommand, lockFile, readLock, toolNamed, Tool, toolPath } from './lock.ts';

const Wheel = z.looseObject({ url: z.string(), hashes: z.looseObject({ sha256: z.string() }) });
const Locked = z.looseObject({ packages: z.array(z.looseObject({ name: z.string(), version: z.string(), marker: z.string().optional(), wheels: z.array(Wheel).default([]) })) });
type Package = z.infer<typeof Locked>['packages'][number];

/** What this tool and its closure are, from the registry that the client is configured for. */
export async function closureOf(tool: Tool): Promise<Pick<Tool, 'digests' | 'requires'>> {
  const packages = Locked.parse(parse(await resolve(tool))).packages;
  const own = packages.find((each) => normal(each.name) === normal(tool.package));
  if (!own) throw new AssayError('TOOL_CLOSURE_EMPTY', `The resolution of ${tool.package} does not have it.`, { remedy: 'Check the package name.' });
  const rest = packages.filter((each) => each !== own).map((each) => ({ package: each.name, version: each.version, ...markerOf(each), digests: digestsOf(each) }));
  return { digests: digestsOf(own), ...(rest.length > 0 ? { requires: rest } : {}) };
}

async function resolve(tool: Tool): Promise<string> {
  const folder = mkdtempSync(join(tmpdir(), 'assay-closure-'));
  try {
    const [input, output] = [join(folder, 'pyproject.toml'), join(folder, 'pylock.toml')];
    writeFileSync(input, `[project]\nname = "closure"\nversion = "0"\nrequires-python = ">=3.11"\ndependencies = ["${tool.package}==${tool.version}"]\n[tool.uv]\nconstraint-dependencies = ${JSON.stringify(tool.constraints ?? [])}\nenvironments = ["sys_platform == 'linux' and implementation_name == 'cpython'"]\n`);
    await command([uv(), 'pip', 'compile', input, '--universal', '--only-binary', ':all:', '--generate-hashes', '--format', 'pylock.toml', '--quiet', '-o', output], { cwd: folder });
    return readFileSync(output, 'utf8');
  } finally {
    rmSync(folder, { recursive: true });
  }
}

function uv(): string {
  const path = toolPath('uv');
  if (path) return path;
  throw new AssayError('TOOL_CLIENT_MISSING', 'uv resolves closures and is not here.', { remedy: installCommand(toolNamed('uv', readLock())) });
}

/** Only what tells one Python from another: that it is CPython from 3.11 on and Linux holds for all. */
function markerOf({ marker = '' }: Package): { marker?: string } {
  const everywhere = ["python_full_version >= '3.11'", "implementation_name == 'cpython'", "sys_platform == 'linux'", "platform_python_implementation != 'PyPy'"];
  if (/\bor\b|\(/.test(marker)) return { marker };
  const rest = marker.split(' and ').filter((part) => part !== '' && !everywhere.includes(part));
  return rest.length > 0 ? { marker: rest.join(' and ') } : {};
}

/** Of all wheels those that a Linux CPython from 3.11 on may take. */
function digestsOf(each: Package): string[] {
  const fitting = each.wheels.filter(({ url }) => fits(url));
  if (fitting.length > 0) return fitting.map((wheel) => `sha256:${wheel.hashes.sha256}`).sort();
  throw new AssayError('TOOL_CLOSURE_NO_WHEEL', `${each.name} ${each.version} has no wheel for Linux.`, { remedy: 'Leave the tool out, or pin an older version that has one.' });
}

function fits(url: string): boolean {
  const [platforms = '', abis = '', pythons = ''] = (url.split('/').at(-1) ?? '').replace(/\.whl$/, '').split('-').reverse();
  const platform = platforms === 'any' || /manylinux.*_(x86_64|aarch64)$/.test(platforms);
  const python = pythons.split('.').some((tag) => /^py3?|^py2\.py3/.test(tag) || /^cp31[1-9]$/.test(tag) || (abis === 'abi3' && /^cp3/.test(tag)));
  return platform && python && !/^cp31\dt$/.test(abis);
}

function normal(name: string): string {
  return name.toLowerCase().replaceAll(/[-_.]+/g, '-');
}

/** One line per digest would be thousands; short lists and objects stay on one line as a person would write them. */
export function lockText(tools: Tool[]): string {
  const entries = tools.map((tool) => `    {\n${Object.entries(tool).map(([key, value]) => `      ${JSON.stringify(key)}: ${valueText(value)}`).join(',\n')}\n    }`);
  return `{\n  "version": 1,\n  "tools": [\n${entries.join(',\n')}\n  ]\n}\n`;
}

function valueText(value: unknown): string {
  if (!Array.isArray(value) || value.length < 2) return JSON.stringify(value);
  return `[\n${value.map((each) => `        ${JSON.stringify(each)}`).join(',\n')}\n      ]`;
}

async function main([name = '', version]: string[]): Promise<void> {
  const tools = readLock();
  const found = toolNamed(name, tools);
  if (found.source !== 'pypi') throw new AssayError('USAGE', `${name} does not come from PyPI.`, { remedy: 'Only those have a closure.' });
  const { requires: _before, ...rest } = found;
  const wanted = { ...rest, version: version ?? found.version };
  const closure = await closureOf(wanted);
  const written = Tool.parse({ ...wanted, ...closure });
  writeFileSync(lockFile, lockText(tools.map((tool) => (tool === found ? written : tool))));
  process.stdout.write(`${name} ${written.version}: ${closure.requires?.length ?? 0} packages besides itself\n`);
}

if (import.meta.main) await main(process.argv.slice(2));
