/** What the policy verbs have in common: their usage, how options and files are read, and which folder a policy is in. */
import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { parseArgs, type ParseArgsOptionsConfig } from 'node:util';
import { AssayError } from '../../core/errors.ts';
import { policyPackages } from '../../core/ports/policy.ts';

export const policyFolder = join(import.meta.dirname, '../../../policies');

export const usage = [
  `assay policy eval --package ${policyPackages.join('|')} --input FILE`,
  'assay policy test',
  'assay policy replay --facts LOG',
  'assay policy what-if --policy FOLDER [--facts LOG]',
  'assay policy bundle --key FILE --out FOLDER',
  'assay policy promote FOLDER --to staging|prod --key FILE [--trust FILE] [--facts LOG] [--weakening REASON]',
  'assay policy verify FOLDER --stage dev|staging|prod --trust FILE',
].join('   |   ');

export function wrongUse(message: string): AssayError {
  return new AssayError('USAGE', message, { remedy: usage });
}

/** Options that all take a text, and at most one folder. */
export function optionsOf<K extends string>(args: string[], names: readonly K[]): { values: Partial<Record<K, string>>; folder: string | null } {
  const options: ParseArgsOptionsConfig = Object.fromEntries(names.map((name) => [name, { type: 'string' }]));
  try {
    const { values, positionals } = parseArgs({ args, options, allowPositionals: true, strict: true });
    if (positionals.length > 1) throw wrongUse('one folder only');
    return { values: values as Partial<Record<K, string>>, folder: positionals[0] ?? null };
  } catch (thrown) {
    throw thrown instanceof AssayError ? thrown : wrongUse(thrown instanceof Error ? thrown.message : String(thrown));
  }
}

/** Throws USAGE with the name of the option that is missing. */
export function demand(value: string | null | undefined, what: string): string {
  if (!value) throw wrongUse(`${what} is missing`);
  return value;
}

export async function readText(file: string): Promise<string> {
  try {
    return await readFile(file, 'utf8');
  } catch (cause) {
    throw new AssayError('USAGE', `${file} cannot be read`, { remedy: 'Name a file that is there.', cause });
  }
}
