/** `assay guard`: judges a local change (or with --all every file) and exits 0 pass, 1 fail, 2 wrong use, 3 error. */
import { mkdirSync, statSync, writeFileSync } from 'node:fs';
import { dirname, join, resolve } from 'node:path';
import { parseArgs } from 'node:util';
import { AssayError } from '../core/errors.ts';
import type { GuardReport } from '../core/finding.ts';
import { exitCodeOf } from '../core/verdict.ts';
import { gitText } from '../edges/git.ts';
import { readHistory } from '../edges/history.ts';
import { readAll, readChange } from '../edges/worktree.ts';
import { baselinePath, writeBaseline } from '../guardrails/baseline.ts';
import { descriptors, packs } from '../guardrails/catalogue.generated.ts';
import { wanted } from '../guardrails/plan.ts';
import { type GuardrailTools, runGuardrails } from '../guardrails/runner.ts';
import { toSarif } from '../guardrails/sarif.ts';
import { toText } from '../guardrails/words.ts';
import { guarding } from './guarding.ts';

const usage = 'assay guard [PATH] [--only G01,G02] [--pack NAME] [--base REF | --all] [--baseline write] [--format text|json|sarif] [--out FILE]';
const formats = ['text', 'json', 'sarif'] as const;
type Format = (typeof formats)[number];
const baselineDays = 180;

interface Options {
  path: string;
  only: string[] | undefined;
  pack: string | null;
  base: string | null;
  all: boolean;
  writeBaseline: boolean;
  format: Format;
  out: string | null;
}

export const verb = { summary: 'judge a change with the guardrails', run: guard };

async function guard(args: string[]): Promise<number> {
  const options = parse(args);
  const report = await judge(options);
  if (options.writeBaseline) return await adopt(report, options);
  const text = print(report, options.format);
  if (options.out === null) await write(text);
  else {
    mkdirSync(dirname(resolve(options.out)), { recursive: true });
    writeFileSync(options.out, text);
  }
  return exitCodeOf(report.outcome);
}

function parse(args: string[]): Options {
  const { values, positionals } = readArgs(args);
  if (positionals.length > 1) throw wrong(`one PATH only, not ${positionals.length}`);
  if (values.all && values.base !== undefined) throw wrong('--all and --base exclude each other');
  if (values.baseline !== undefined && values.baseline !== 'write') throw wrong('the only use is --baseline write');
  const format = formats.find((each) => each === (values.format ?? 'text'));
  if (!format) throw wrong(`--format is one of ${formats.join(', ')}`);
  const only = values.only?.split(',').map((id) => id.trim()).filter(Boolean);
  if (only?.length === 0) throw wrong('--only names no guardrail');
  return {
    path: folderOf(positionals[0] ?? '.'), only, pack: values.pack ?? null, base: values.base ?? null, all: values.all ?? false,
    writeBaseline: values.baseline === 'write', format, out: values.out ?? null,
  };
}

function readArgs(args: string[]) {
  const text = { type: 'string' } as const;
  try {
    return parseArgs({ args, allowPositionals: true, options: { only: text, pack: text, base: text, all: { type: 'boolean' }, baseline: text, format: text, out: text } });
  } catch (cause) {
    throw wrong(cause instanceof Error ? cause.message.split('. ')[0]! : String(cause));
  }
}

function wrong(why: string): AssayError {
  return new AssayError('USAGE_GUARD', why, { remedy: usage });
}

function folderOf(path: string): string {
  const found = statSync(path, { throwIfNoEntry: false });
  if (!found?.isDirectory()) throw new AssayError('USAGE_PATH', `"${path}" is no folder`, { remedy: `Name an existing folder. ${usage}` });
  return resolve(path);
}

async function judge(options: Options): Promise<GuardReport> {
  const { pack, only, all } = options;
  const changed = all ? await readAll(options.path) : await readChange(options.path, options.base);
  const needs = wanted({ ...changed, pack, only, all }, { descriptors, packs });
  const worktree = needs.has('sources') && !all ? await readChange(options.path, options.base, { sources: true }) : changed;
  const history = needs.has('history') ? await readHistory(options.path, changed.baseSha) : null;
  const quiet = options.format !== 'text' || !process.stderr.isTTY;
  return await runGuardrails({ ...worktree, pack, only, all, history }, guarding({ keepAnswers: true, ...(quiet ? {} : { progress: say }) }));
}

function say(step: Parameters<NonNullable<GuardrailTools['progress']>>[0]): void {
  process.stderr.write('started' in step ? `${step.started} …\n` : `${step.ended.id} ${step.ended.outcome} ${step.ended.ms} ms\n`);
}

async function adopt(report: GuardReport, options: Options): Promise<number> {
  const owner = await gitText(options.path, ['config', 'user.email']) || 'unassigned';
  const baseline = writeBaseline(report, { owner, now: Date.now(), days: baselineDays });
  const file = join(options.path, baselinePath);
  mkdirSync(dirname(file), { recursive: true });
  writeFileSync(file, `${JSON.stringify(baseline, null, 2)}\n`);
  process.stdout.write(`${baselinePath}: ${baseline.entries.length} entries, good for ${baselineDays} days once they are on the default branch\n`);
  // A baseline over a guardrail that could not judge would hide that it could not.
  return report.outcome === 'error' ? 3 : 0;
}

function print(report: GuardReport, format: Format): string {
  if (format === 'text') return toText(report);
  return `${JSON.stringify(format === 'json' ? report : toSarif(report), null, 2)}\n`;
}

/** Waits until the text has left, so that a pipe gets all of it before the exit. */
function write(text: string): Promise<void> {
  return new Promise((done, failed) => process.stdout.write(text, (error) => (error ? failed(error) : done())));
}
