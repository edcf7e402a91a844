/**
 * The declared secrets and when each was last rotated. Which secrets there are and how old they may get is said on base; the record of rotations may come with the
 * change, for a rotation is a fact that somebody adds. Only a secret that the change uses can block it; the others are noted.
 */
import { parse } from 'yaml';
import { z } from 'zod';
import type { RawFinding } from '../../app/core/finding.ts';
import type { GuardFacts } from '../../app/core/guardrail.ts';
import { isActionFile, isWorkflow } from './workflows.ts';

export const recordPath = '.github/secret-rotation.yml';
const day = 86_400_000;

const Settings = z.strictObject({
  maxAgeDays: z.number().int().positive().default(90),
  secrets: z.array(z.strictObject({ name: z.string().min(1), owner: z.string().min(1), maxAgeDays: z.number().int().positive().optional() })).optional(),
});
const Record = z.record(z.string(), z.union([z.iso.date(), z.strictObject({ rotated: z.iso.date(), by: z.string().min(1) }).transform((entry) => entry.rotated)]));

export function rotation(facts: GuardFacts): RawFinding[] {
  const settings = Settings.safeParse(facts.settings ?? {});
  if (!settings.success) return [problem('SETTINGS_INVALID', '.github/assay.yml', z.prettifyError(settings.error))];
  const { secrets, maxAgeDays } = settings.data;
  if (!secrets) return [];
  const record = recordOf(facts);
  if (typeof record === 'string') return [problem('ROTATION_RECORD_INVALID', recordPath, record)];
  const uses = usesOf(facts);
  const known = new Set(secrets.map((secret) => secret.name));
  const undeclared = uses.filter(({ name }) => !known.has(name)).map((use) => at(use, 'SECRET_UNDECLARED', {}));
  return [...undeclared, ...secrets.flatMap((secret) => judged(secret.name, { days: secret.maxAgeDays ?? maxAgeDays, rotated: record[secret.name], uses, now: facts.now }))];
}

interface Use {
  name: string;
  path: string;
  line: number;
}

function judged(name: string, by: { days: number; rotated: string | undefined; uses: Use[]; now: number }): RawFinding[] {
  const { days, rotated } = by;
  const late = rotated !== undefined && Date.parse(rotated) + (days + 1) * day <= by.now;
  if (rotated !== undefined && !late) return [];
  const used = by.uses.filter((use) => use.name === name);
  const why = rotated === undefined ? 'there is no record' : `last on ${rotated}`;
  if (used.length === 0) return [{ code: 'ROTATION_DUE', path: recordPath, startLine: 0, endLine: 0, severity: 'info', values: { name, why } }];
  return used.map((use) => (rotated === undefined ? at(use, 'ROTATION_MISSING', {}) : at(use, 'ROTATION_OVERDUE', { date: rotated, days })));
}

function at({ name, path, line }: Use, code: string, values: Record<string, string | number>): RawFinding {
  return { code, path, startLine: line, endLine: line, values: { name, ...values }, remedy: `Rotate it and record it in ${recordPath}; the inventory is guardrails.G13.secrets of .github/assay.yml.` };
}

function problem(code: string, path: string, why: string): RawFinding {
  return { code, path, startLine: 0, endLine: 0, error: true, values: { why } };
}

/** The record as name → day, or what is wrong with it. No file: no secret has one. */
function recordOf(facts: GuardFacts): Record<string, string> | string {
  const text = facts.read(recordPath);
  if (text === null) return {};
  try {
    const parsed = Record.safeParse(parse(text, { schema: 'core', maxAliasCount: 0 }) ?? {});
    return parsed.success ? parsed.data : z.prettifyError(parsed.error);
  } catch (thrown) {
    return String(thrown).slice(0, 300);
  }
}

/** Secrets by name in the changed lines of workflows. The job's own token is no stored secret. */
function usesOf(facts: GuardFacts): Use[] {
  return facts.changed.filter(({ path }) => isWorkflow(path) || isActionFile(path)).flatMap(({ path, text }) => text.split('\n').flatMap((line, index) => {
    if (/^\s*#/.test(line)) return [];
    return [...line.matchAll(/\bsecrets\.([A-Za-z_]\w{0,200})/g)].filter((match) => match[1] !== 'GITHUB_TOKEN').map((match) => ({ name: match[1]!, path, line: index + 1 }));
  }));
}
