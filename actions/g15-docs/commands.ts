/** Commands in documents against what the repository offers: scripts of its package.json files, targets of its Makefiles, files that a command runs. Nothing is run. */
import { dirname, join, normalize } from 'node:path/posix';
import { z } from 'zod';
import type { RawFinding } from '../../app/core/finding.ts';
import type { ChangedText, GuardFacts } from '../../app/core/guardrail.ts';
import type { CodeLine, Page } from './pages.ts';

const Manifest = z.looseObject({ scripts: z.record(z.string(), z.unknown()).catch({}) });
/** The block goes somewhere else first: another repository, a new project. */
const leaves = /\bgit clone\b|\b(npm|pnpm|yarn|bun)\s+(create|init)\b|\bnpx\s+(create-|degit)|\bcd\s+(?!\.)|\bmkdir\b/;
/** Documents on how to work on this repository; others may speak of the reader's own project. */
const ours = /(^|\/)(README|CONTRIBUTING|DEVELOPMENT|DEVELOPING|HACKING|AGENTS|CLAUDE)(\.[\w-]+)?\.mdx?$/i;

export interface Offer {
  scripts: ReadonlySet<string> | null;
  targets: ReadonlySet<string> | null;
}

/** Null: the repository has none of the kind, or its list cannot be told. */
export function offerOf({ paths, read }: GuardFacts): Offer {
  const own = paths.filter((path) => !/(^|\/)(node_modules|fixtures?|testdata|cases|templates?)\//.test(path));
  const manifests = own.filter((path) => /(^|\/)package\.json$/.test(path));
  const makefiles = own.filter((path) => /(^|\/)(GNUm|M|m)akefile$|\.mk$/.test(path)).map((path) => read(path) ?? '');
  const scripts = manifests.flatMap((path) => scriptsIn(read(path) ?? ''));
  // Before each script npm runs pre…, after it post…; these names are built in.
  const builtin = ['install', 'version', 'restart', 'stop'];
  const open = makefiles.some((text) => /^-?include\b|^%|\$\(eval|^\$\(/m.test(text));
  return { scripts: manifests.length > 0 ? new Set([...scripts, ...builtin]) : null, targets: makefiles.length > 0 && !open ? new Set(makefiles.flatMap(targetsIn)) : null };
}

function scriptsIn(text: string): string[] {
  try {
    return Object.keys(Manifest.parse(JSON.parse(text)).scripts);
  } catch (thrown) {
    if (thrown instanceof SyntaxError || thrown instanceof z.ZodError) return [];
    throw thrown;
  }
}

function targetsIn(text: string): string[] {
  return text.split('\n').flatMap((line) => (/^[A-Za-z0-9_.][^:=#\t]{0,300}:(?!=)/.test(line) ? line.split(':')[0]!.trim().split(/\s+/) : []));
}

export function commandFindings(file: ChangedText, { page, offer, facts }: { page: Page; offer: Offer; facts: GuardFacts }): RawFinding[] {
  return page.code.filter(({ line, block }) => file.changedLines.has(line) && !leaves.test(block ?? '')).flatMap((code): RawFinding[] => {
    const severity = code.block !== null && ours.test(file.path) ? {} : { severity: 'info' as const };
    const at = { path: file.path, startLine: code.line, endLine: code.line };
    return [
      ...missing(scriptsAsked(code), offer.scripts).map((name): RawFinding => ({ code: 'SCRIPT_MISSING', ...at, ...severity, values: { name } })),
      ...missing(targetsAsked(code), offer.targets).map((name): RawFinding => ({ code: 'TARGET_MISSING', ...at, ...severity, values: { name } })),
      ...filesAsked(code).filter((path) => isMissing(path, file.path, facts)).map((target): RawFinding => ({ code: 'COMMAND_FILE_MISSING', ...at, severity: 'info', values: { target } })),
    ];
  });
}

function missing(asked: readonly string[], there: ReadonlySet<string> | null): string[] {
  return there === null ? [] : asked.filter((name) => !there.has(name));
}

const start = '(?:^|[;&|]\\s*|^\\$\\s+)\\s*';
const script = new RegExp(`${start}(?:npm|pnpm|yarn|bun)\\s+(?:run|run-script)\\s+([\\w:.-]+)(?=\\s|$)`, 'g');
const make = new RegExp(`${start}make\\s+([a-z][\\w.-]*)(?=\\s*$|\\s+#)`, 'g');
const runs = new RegExp(`${start}(?:node|python3?|bash|sh|deno run|tsx)\\s+(?:\\.\\/)?([\\w.-]+(?:\\/[\\w.-]+)+\\.(?:[cm]?[jt]s|py|sh))(?=\\s|$)`, 'g');

function scriptsAsked({ text }: CodeLine): string[] {
  return /\s(-w|--workspace|--prefix|-C|--filter|--cwd)\b/.test(text) ? [] : [...text.slice(0, 1000).matchAll(script)].map((match) => match[1]!).filter((name) => !/^-|\.{3}/.test(name));
}

function targetsAsked({ text }: CodeLine): string[] {
  return [...text.slice(0, 1000).matchAll(make)].map((match) => match[1]!);
}

function filesAsked({ text }: CodeLine): string[] {
  return [...text.slice(0, 1000).matchAll(runs)].map((match) => match[1]!);
}

/** Its folder is here and it is not: a path of another project would bring its own folder. */
function isMissing(target: string, document: string, { paths }: GuardFacts): boolean {
  const places = [target, normalize(join(dirname(document), target))];
  if (places.some((place) => paths.includes(place)) || /(^|\/)(dist|build|out|node_modules|target|bin)\//.test(target)) return false;
  return places.some((place) => paths.some((path) => path.startsWith(`${dirname(place)}/`)));
}
