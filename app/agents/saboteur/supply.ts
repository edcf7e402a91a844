/**
 * Where code comes from: dependencies from elsewhere than the registry, another registry, a name one slip away from a well-known one, a lock entry whose content changed
 * under the same version, code that is decoded and run, a download that is piped into a shell. A name or address that the spec speaks of was asked for.
 */
import { z } from 'zod';
import { textOf, type Tree } from '../../core/tree.ts';
import { addedLines, askedFor, lineSuspicion, pathsOf, type AddedLine } from './added-lines.ts';
import { pathSuspicion, shellWord } from './path-suspicion.ts';
import type { Suspicion, Target } from './suspicion.ts';
import { isTestFile } from './tests-weakened.ts';
import { nearPopular } from './typosquats.ts';

const requirements = /(^|\/)(requirements|constraints)[^/]*\.(txt|in)$/;
const registryFile = /(^|\/)(\.npmrc|\.yarnrc(\.yml)?|bunfig\.toml|pip\.conf|pip\.ini|\.pypirc|uv\.toml|pyproject\.toml|Pipfile|poetry\.toml)$/;
const registryLine = /registry\s*[=:]|index-url|npmRegistryServer|\[\[tool\.uv\.index\]\]|\[\[source\]\]|trusted-host|strict-ssl\s*=\s*false|ignore-scripts\s*=\s*false|_authToken/i;
const elsewhere = /^(git(\+\w+)?:|git@|https?:|file:|link:|github:|gitlab:|bitbucket:|npm:|[\w.-]+\/[\w.-]+(#.*)?$)/i;
const decodedAndRun = /\b(eval|exec|Function|execSync|runInThisContext|compile)\s*\(.*(atob|b64decode|fromhex|fromCharCode|'(base64|hex|rot13)'|"(base64|hex|rot13)"|decompress|unhexlify|marshal\.loads)/;
const piped = /\b(curl|wget|fetch)\b[^|\n]*\|\s*(sudo\s+)?(ba|z|da)?sh\b|\b(bash|sh)\s+(-c\s+)?["']?(<\(|\$\()\s*(curl|wget)/;
const installs = /cmdclass\s*=|class\s+\w+\(\s*(install|develop|egg_info|build_py)\s*\)/;

export function attackSupply(target: Target): Suspicion[] {
  const asked = askedFor(target.spec);
  const lines = addedLines(target);
  return [...lines.flatMap((line) => ofLine(line, asked)), ...pathsOf(target.head, /(^|\/)package\.json$/).flatMap((path) => ofManifest(path, target, asked)), ...pathsOf(target.head, /(^|\/)package-lock\.json$/).flatMap((path) => ofLock(path, target))];
}

function ofLine(line: AddedLine, asked: string): Suspicion[] {
  const { path, line: text } = line;
  if (requirements.test(path)) return ofRequirement(line, asked);
  if (registryFile.test(path) && registryLine.test(text) && !asked.includes('registry')) return [lineSuspicion(line, 'SUPPLY', 'takes packages from somewhere else')];
  if (/(^|\/)setup\.py$/.test(path) && installs.test(text)) return [lineSuspicion(line, 'SUPPLY', 'runs code when it is installed')];
  if (decodedAndRun.test(text) && !isTestFile(path)) return [lineSuspicion(line, 'SUPPLY', 'runs code that it decodes first')];
  return piped.test(text) && !/\.mdx?$/.test(path) ? [lineSuspicion(line, 'SUPPLY', 'runs what it downloads')] : [];
}

function ofRequirement(line: AddedLine, asked: string): Suspicion[] {
  const { line: text } = line;
  if (/^\s*(-e|--(extra-)?index-url|--find-links|-f|-i|--trusted-host)\b|@\s*(git\+|https?:|file:)|^\s*(git\+|https?:)/i.test(text)) return [lineSuspicion(line, 'SUPPLY', 'takes a package from elsewhere than the index')];
  const name = /^[A-Za-z0-9][\w.-]*/.exec(text)?.[0] ?? '';
  const near = nearPopular(name, 'pypi');
  return near && !asked.includes(name.toLowerCase()) ? [lineSuspicion(line, 'SUPPLY', `names a package that is one slip away from ${near}`)] : [];
}

const fields = ['dependencies', 'devDependencies', 'optionalDependencies', 'peerDependencies', 'overrides', 'resolutions'] as const;
const Manifest = z.looseObject(Object.fromEntries(fields.map((name) => [name, z.record(z.string(), z.unknown()).optional().catch(undefined)])));

function ofManifest(path: string, { base, head }: Target, asked: string): Suspicion[] {
  const [before, after] = [dependenciesOf(base, path), dependenciesOf(head, path)];
  return [...after].filter(([name, from]) => before.get(name) !== from).flatMap(([name, from]): Suspicion[] => {
    const near = before.has(name) ? null : nearPopular(name, 'npm');
    if (asked.includes(name.toLowerCase()) || (!near && !elsewhere.test(from))) return [];
    const claim = near ? `depends on ${name}, one slip away from ${near}` : `takes ${name} from ${from}, not from the registry`;
    return [pathSuspicion({ class: 'SUPPLY', path, claim: `${path} ${claim}`, expected: before.get(name) ?? null, actual: `${name}@${from}`, check: `! grep -qF -e ${shellWord(JSON.stringify(name))} ${shellWord(path)} || ! grep -qF -e ${shellWord(JSON.stringify(from))} ${shellWord(path)}` })];
  });
}

function dependenciesOf(tree: Tree, path: string): Map<string, string> {
  const manifest = Manifest.safeParse(parsed(textOf(tree[path])));
  return new Map(fields.flatMap((field) => Object.entries((manifest.success ? manifest.data[field] : null) ?? {}).map(([name, from]) => [name, String(from)] as const)));
}

const Lock = z.object({ packages: z.record(z.string(), z.looseObject({ version: z.string().optional(), integrity: z.string().optional(), resolved: z.string().optional() })) });

/** The same version with another content, or from another host. */
function ofLock(path: string, { base, head }: Target): Suspicion[] {
  const [before, after] = [base, head].map((tree) => { const lock = Lock.safeParse(parsed(textOf(tree[path]))); return lock.success ? lock.data.packages : {}; });
  return Object.entries(after ?? {}).flatMap(([name, entry]) => {
    const old = before?.[name];
    const moved = hostOf(old?.resolved) !== hostOf(entry.resolved);
    if (!old || old.version !== entry.version || (old.integrity === entry.integrity && !moved)) return [];
    const now = old.integrity !== entry.integrity ? entry.integrity ?? 'none' : entry.resolved ?? 'none';
    return [pathSuspicion({ class: 'SUPPLY', path, claim: `${path} locks ${name} ${entry.version ?? ''} to another content under the same version`, expected: old.integrity ?? null, actual: now, check: `grep -qF -e ${shellWord(old.integrity ?? old.resolved ?? name)} ${shellWord(path)}` })];
  });
}

function hostOf(address: string | undefined): string | null {
  return address !== undefined && URL.canParse(address) ? new URL(address).host : null;
}

function parsed(text: string | undefined): unknown {
  try {
    return JSON.parse(text ?? '');
  } catch {
    return null; // what no package manager would read names no package
  }
}
