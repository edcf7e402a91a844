/** logging: what changed production code writes into its logs. Calls are found in the syntax tree; a value that went through a masking function is fine. */
import { z } from 'zod';
import type { RawFinding } from '../../app/core/finding.ts';
import type { ChangedText, GuardFacts } from '../../app/core/guardrail.ts';
import { settingsBy } from '../../app/core/guard-settings.ts';
import { lines, type Node, ofKinds, parseFile } from '../../app/core/syntax.ts';
import { isProduction } from '../../app/core/test-paths.ts';
import { callOf, isPlainPrint, type LogCall } from './calls.ts';
import { loggerOf } from './logger.ts';
import { leaks } from './values.ts';

const Settings = z.strictObject({ fields: z.array(z.string().min(1)).default([]) });

export function inspect(facts: GuardFacts): RawFinding[] {
  const settings = settingsBy(Settings, facts.settings);
  if ('code' in settings) return [settings];
  return facts.changed.filter((file) => isProduction(file.path)).flatMap((file) => judge(file, { facts, fields: settings.fields }));
}

function judge(file: ChangedText, how: { facts: GuardFacts; fields: readonly string[] }): RawFinding[] {
  const parsed = parseFile(file.path, file.text);
  if (!parsed || parsed.dialect === 'go') return [];
  const logger = loggerOf(file.path, how.facts);
  return ofKinds(parsed.root, ['call_expression', 'call']).flatMap((node) => {
    const call = callOf(node);
    if (!call) return [];
    return [...leaked(call), ...printed(call, logger), ...incomplete(call, how.fields)].map((raw) => ({ ...raw, path: file.path, ...lines(node), values: { ...raw.values, text: shown(node) } }));
  });
}

type Found = Pick<RawFinding, 'code' | 'values' | 'severity'>;

function leaked({ args }: LogCall): Found[] {
  return leaks(args).map(({ name, secret }) => ({ code: secret ? 'SECRET_LOGGED' : 'PERSONAL_DATA_LOGGED', values: { name }, severity: secret ? 'high' : 'info' }));
}

/** Only where the project has a logger: a command-line tool may print. */
function printed(call: LogCall, logger: string | null): Found[] {
  return logger !== null && isPlainPrint(call) ? [{ code: 'UNSTRUCTURED_LOG', values: { logger }, severity: 'info' }] : [];
}

/** A record is the object literal that a structured logger takes first; a child logger may have bound the fields, which a literal cannot show. */
function incomplete(call: LogCall, fields: readonly string[]): Found[] {
  const record = call.args.find((each) => each.kind() === 'object');
  if (fields.length === 0 || !record || isPlainPrint(call)) return [];
  const keys = new Set(ofKinds(record, ['pair', 'shorthand_property_identifier']).map((each) => (each.field('key') ?? each).text().replace(/^['"]|['"]$/g, '')));
  const missing = fields.filter((field) => !keys.has(field));
  return missing.length > 0 && !record.text().includes('...') ? [{ code: 'FIELD_MISSING', values: { fields: missing.join(', ') }, severity: 'low' }] : [];
}

function shown(node: Node): string {
  return node.text().split('\n')[0]!.slice(0, 120);
}
