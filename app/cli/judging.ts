/** What the verbs that judge candidates share: their options, their seed, and where the JSON goes. A failure is an answer on file too. */
import { writeFileSync } from 'node:fs';
import { parseArgs, type ParseArgsConfig } from 'node:util';
import { AssayError, problemOf } from '../core/errors.ts';

/** Strict; whatever is wrong is USAGE with the verb's help as remedy. */
export function readOptions<T extends NonNullable<ParseArgsConfig['options']>>(verb: string, args: string[], options: T) {
  try {
    return parseArgs({ args, options, strict: true, allowPositionals: false }).values;
  } catch (cause) {
    throw new AssayError('USAGE', cause instanceof Error ? cause.message : String(cause), { remedy: `assay ${verb} --help`, cause });
  }
}

export function readSeed(verb: string, text = '1'): number {
  const seed = Number(text);
  if (Number.isSafeInteger(seed)) return seed;
  throw new AssayError('USAGE', `--seed must be a whole number, not ${text}.`, { remedy: `assay ${verb} --help` });
}

export function writeJson(value: object, file: string | undefined): void {
  const text = `${JSON.stringify(value, null, 1)}\n`;
  if (file === undefined) process.stdout.write(text);
  else writeFileSync(file, text);
}

/** Runs the judgement; what it throws is written as an `error` outcome and thrown on, so that the exit code says it too. */
export async function answered(file: string | undefined, judge: () => Promise<number>): Promise<number> {
  try {
    return await judge();
  } catch (thrown) {
    const problem = problemOf(thrown);
    writeJson({ outcome: 'error', reason: `${problem.code}: ${problem.message}` }, file);
    throw thrown;
  }
}

export function showProgress(line: string): void {
  process.stderr.write(`assay: ${line}\n`);
}
