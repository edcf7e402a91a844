/** Files that prettier would write otherwise, with the repository's own configuration and only where the repository keeps to it. */
import * as babel from 'prettier/plugins/babel';
import * as estree from 'prettier/plugins/estree';
import * as graphql from 'prettier/plugins/graphql';
import * as html from 'prettier/plugins/html';
import * as markdown from 'prettier/plugins/markdown';
import * as postcss from 'prettier/plugins/postcss';
import * as typescript from 'prettier/plugins/typescript';
import * as yaml from 'prettier/plugins/yaml';
import { format } from 'prettier/standalone';
import type { RawFinding } from '../../app/core/finding.ts';
import type { ChangedText, GuardFacts } from '../../app/core/guardrail.ts';
import { answered } from '../../app/core/tool-answer.ts';
import { isKept } from './habit.ts';
import { changedOf, differing } from './lines.ts';
import { prettierFor } from './prettier-config.ts';

const plugins = [babel, estree, graphql, html, markdown, postcss, typescript, yaml];
const written = /\.([cm]?[jt]sx?|json5?|jsonc|ya?ml|md|mdx|css|scss|less|graphql|gql|html|vue)$/i;
/** Lock files are written by package managers; texts above this are data. */
const locks = /(^|\/)(package-lock|npm-shrinkwrap|composer\.lock|pnpm-lock)\.?(json|ya?ml)?$/i;
const maxLength = 300_000;

/** What is known of other files by now: neighbours are asked about again and again. */
export type Known = Map<string, Promise<boolean | null>>;

export async function prettierFindings(file: ChangedText, facts: GuardFacts, known: Known): Promise<RawFinding[]> {
  if (!isOurs(file.path) || file.text.length > maxLength) return [];
  const configured = prettierFor(file.path, facts);
  if (configured === null) return [];
  // Where code may run, prettier itself has judged with that configuration.
  if ('refused' in configured) return answered(facts.tools['prettier-configured']) ? [] : [{ code: 'FORMATTER_NOT_RUN', path: file.path, startLine: 0, endLine: 0, severity: 'info', values: { formatter: 'prettier', why: configured.refused } }];
  const formatted = await formattedBy(file, facts);
  if (formatted === null || formatted === file.text) return [];
  const lines = changedOf(file, differing(file.text, formatted));
  if (lines.length === 0 || !await isKept(file, facts, (path, text) => remembered({ path, text }, facts, known))) return [];
  const text = file.text.split('\n')[lines[0]! - 1]!.trim().slice(0, 80);
  return [{ code: 'FORMAT', path: file.path, startLine: lines[0]!, endLine: lines[0]!, values: { formatter: 'prettier', count: lines.length, text } }];
}

function isOurs(path: string): boolean {
  return written.test(path) && !locks.test(path);
}

type Text = Pick<ChangedText, 'path' | 'text'>;

function remembered(file: Text, facts: GuardFacts, known: Known): Promise<boolean | null> {
  const key = `${file.path}\0${file.text.length}`;
  const verdict = known.get(key) ?? keeps(file, facts);
  known.set(key, verdict);
  return verdict;
}

async function keeps(file: Text, facts: GuardFacts): Promise<boolean | null> {
  const formatted = isOurs(file.path) && file.text.length <= maxLength ? await formattedBy(file, facts) : null;
  return formatted === null ? null : formatted === file.text;
}

/** Null: not prettier's, or a text that it cannot parse. */
async function formattedBy({ path, text }: Text, facts: GuardFacts): Promise<string | null> {
  const configured = prettierFor(path, facts);
  if (configured === null || 'refused' in configured) return null;
  try {
    return await format(text, { ...configured.options, filepath: path, plugins });
  } catch (thrown) {
    // A syntax error is for compilers and tests to tell.
    if (thrown instanceof Error) return null;
    throw thrown;
  }
}
