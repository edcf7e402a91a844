/**
 * The README probe: commands that a change writes into the shell blocks of README and CONTRIBUTING, run in order on a copy of head, without network. What is of no listed
 * kind, needs the network, an account or a file of the reader, or does not end, is told as not replayed and never taken for a pass or a fault.
 */
import { readdirSync } from 'node:fs';
import { join } from 'node:path';
import { z } from 'zod';
import type { Probe, ToolRequest } from '../../core/ports/toolbox.ts';
import { ToolAnswer, type ToolFinding } from '../../core/tool-answer.ts';
import { textOf, type Tree } from '../../core/tree.ts';
import type { ProbeParts } from './all.ts';
import { notAsked, nothingOfItsKind, type Packages, packagesOf, packagesOfHead, sandboxOr } from './engine-run.ts';
import { type Block, blocksOf, type Command, type Offer } from './readme-commands.ts';
import { type BothPackages, play, type Wrong } from './readme-run.ts';
import manifest from '../../../package.json' with { type: 'json' };

const documents = /(^|\/)(README|CONTRIBUTING|DEVELOPMENT|DEVELOPING|HACKING)(\.[\w-]+)?\.(md|markdown)$/i;
const Settings = z.looseObject({ replay: z.enum(['off', 'report', 'required']).optional() });
const Manifest = z.looseObject({ name: z.string().catch(''), scripts: z.record(z.string(), z.string()).catch({}), bin: z.union([z.string(), z.record(z.string(), z.string())]).optional().catch(undefined) });
const maxBlocks = 8;

export function readmeProbe(parts: ProbeParts): Probe {
  return { name: 'readme', probe: (request) => probe(request, parts) };
}

async function probe(request: ToolRequest, parts: ProbeParts): Promise<ToolAnswer> {
  const { head, base, settings } = request;
  const { replay } = Settings.parse(settings ?? {});
  if (replay === 'off') return notAsked('readme', { why: 'the settings of the repository say so' });
  // One folder's commands are meant for that folder; only those of the root are replayed.
  if (head === base) return answer([], 0);
  const changed = request.changed.filter(({ path }) => documents.test(path) && !path.includes('/'));
  const written = changed.filter(({ text }) => blocksOf(text, nothing).length > 0);
  if (written.length === 0) return notAsked('readme', { why: nothingOfItsKind });
  const place = await sandboxOr(parts);
  if (!('sandbox' in place)) return notAsked('readme', place);
  const packages = await allPackages(request, parts);
  const offer = offerOf(head, packages.head);
  const touched = written.flatMap((file) => blocksOf(file.text, offer).map((block) => ({ path: file.path, block: upTo(block, file.changedLines), isTouched: (line: number) => file.changedLines.has(line) }))).filter(({ block }) => block.commands.length > 0);
  const findings: ToolFinding[] = [];
  let replayed = 0;
  for (const { path, block, isTouched } of touched.slice(0, maxBlocks)) {
    const played = await play(block, { request, sandbox: place.sandbox, packages, path });
    if ('state' in played) return ToolAnswer.parse({ tool: 'readme', version: manifest.version, ...played });
    replayed += played.filter(({ command }) => isTouched(command.line)).length;
    findings.push(...block.commands.filter(({ kind, line }) => kind === 'left' && isTouched(line)).map((command) => told(path, command, { rule: 'left', why: command.why! })));
    findings.push(...played.filter(({ command, wrong }) => wrong !== null && isTouched(command.line)).map(({ command, wrong }) => told(path, command, wrong!)));
  }
  findings.push(...touched.slice(maxBlocks).flatMap(({ path, block }) => block.commands.slice(0, 1).map((command) => told(path, command, { rule: 'left', why: `only ${maxBlocks} blocks are replayed in one run` }))));
  return answer(findings, replayed);
}

const nothing: Offer = { has: () => false, scripts: new Set(), bins: {}, locked: new Set() };

function answer(findings: ToolFinding[], replayed: number): ToolAnswer {
  return ToolAnswer.parse({ tool: 'readme', version: manifest.version, state: findings.length > 0 ? 'findings' : 'clean', findings, data: { replayed } });
}

async function allPackages(request: ToolRequest, parts: ProbeParts): Promise<{ head: BothPackages; base: BothPackages }> {
  const both = async (fetch: (ecosystem: 'npm' | 'pypi') => Promise<Packages>): Promise<BothPackages> => {
    const [npm, pypi] = await Promise.all([fetch('npm'), fetch('pypi')]);
    return { mounts: [...npm.mounts, ...pypi.mounts], env: { ...npm.env, ...pypi.env }, why: npm.why, whyPython: pypi.why };
  };
  return { head: await both((ecosystem) => packagesOfHead(request, parts, ecosystem)), base: await both((ecosystem) => packagesOf(request.base, parts, ecosystem)) };
}

function offerOf(tree: Tree, packages: Packages): Offer {
  const { name, scripts, bin = {} } = manifestOf(tree);
  const own = typeof bin === 'string' ? { [name.split('/').at(-1)!]: bin } : bin;
  const host = packages.mounts.find(({ inside }) => inside === 'node_modules')?.host;
  return {
    has: (path) => path in tree, scripts: new Set(Object.keys(scripts)), locked: new Set(host === undefined ? [] : programsIn(host)),
    bins: Object.fromEntries(Object.entries(own).map(([program, path]) => [program, path.replace(/^\.\//, '')]).filter(([, path]) => /^[\w./-]+$/.test(path!))),
  };
}

function manifestOf(tree: Tree): z.infer<typeof Manifest> {
  const empty = { name: '', scripts: {} };
  try {
    return Manifest.catch(empty).parse(JSON.parse(textOf(tree['package.json']) ?? '{}'));
  } catch {
    return empty; // a manifest that no client reads offers nothing
  }
}

function programsIn(host: string): string[] {
  try {
    return readdirSync(join(host, '.bin'));
  } catch {
    return []; // packages without programs
  }
}

/** What a reader has run when the last touched line is done. */
function upTo({ commands }: Block, changedLines: ReadonlySet<number>): Block {
  return { commands: commands.slice(0, commands.findLastIndex(({ line }) => changedLines.has(line)) + 1) };
}

function told(path: string, { line, text, plain }: Command, { rule, why }: Wrong): ToolFinding {
  return { rule, path, startLine: line, endLine: line, message: `${text.slice(0, 120)} – ${why}`, level: rule === 'failed' && plain ? 'error' : 'note' };
}
