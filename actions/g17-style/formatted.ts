/** What the repository's own formatter wrote in the sandbox, where the repository keeps to it. */
import { z } from 'zod';
import type { RawFinding } from '../../app/core/finding.ts';
import type { GuardFacts } from '../../app/core/guardrail.ts';
import { answered } from '../../app/core/tool-answer.ts';
import { changedOf, differing } from './lines.ts';

const formatters = { 'prettier-configured': 'prettier', biome: 'biome', gofmt: 'gofmt' };
const Data = z.strictObject({ formatted: z.record(z.string(), z.string()), kept: z.array(z.string()) });

export function formattedFindings(facts: GuardFacts): RawFinding[] {
  const files = new Map(facts.changed.map((file) => [file.path, file]));
  return Object.entries(formatters).flatMap(([tool, formatter]) => {
    const answer = facts.tools[tool];
    if (!answered(answer)) return [];
    const { formatted, kept } = Data.parse(answer.data);
    return kept.flatMap((path): RawFinding[] => {
      const file = files.get(path);
      const lines = file && formatted[path] !== undefined ? changedOf(file, differing(file.text, formatted[path])) : [];
      if (!file || lines.length === 0) return [];
      return [{ code: 'FORMAT', path, startLine: lines[0]!, endLine: lines[0]!, values: { formatter, count: lines.length, text: file.text.split('\n')[lines[0]! - 1]!.trim().slice(0, 80) } }];
    });
  });
}
