/** otlp: whether a trace arrived from the preview run that says which service of which version it came from. Looked up among what arrived, never believed from a list of ids. */
import type { RawFinding } from '../../app/core/finding.ts';
import type { GuardFacts } from '../../app/core/guardrail.ts';
import { settingsBy } from '../../app/core/guard-settings.ts';
import { OtlpSettings, type Played, PreviewData, whyNot } from '../../app/core/preview.ts';
import { answered } from '../../app/core/tool-answer.ts';

const whole = { path: '.', startLine: 0, endLine: 0 };
type Traces = NonNullable<Played['traces']>;

export function inspect(facts: GuardFacts): RawFinding[] {
  if (facts.changed.length + facts.removed.length === 0) return [];
  if (facts.settings === undefined || facts.settings === null) return [{ code: 'OTLP_NOT_CONFIGURED', ...whole, severity: 'info', remedy: 'Name start, port and requests under guardrails.otlp in .github/assay.yml on the default branch.' }];
  const settings = settingsBy(OtlpSettings, facts.settings);
  if ('code' in settings) return [settings];
  const answer = facts.tools.preview;
  // The runner says by itself that a required engine did not answer.
  if (!answered(answer)) return [];
  const data = PreviewData.parse(answer.data);
  if (!data.configured || data.traces === null) throw new Error('the probe did not see the settings that this guardrail sees');
  const { start, port, attributes } = settings;
  if (!data.listening) return [{ code: 'OTLP_NOT_READY', ...whole, values: { start: start.join(' ').slice(0, 100), port, why: whyNot(data) } }];
  return judge(data.traces, attributes);
}

function judge(traces: Traces, attributes: readonly string[]): RawFinding[] {
  const { exports, undecodable, spans, valid, joined, resources, ids } = traces;
  // Of what nobody could read, nobody can say that it held no trace.
  if (undecodable > 0 && valid === 0) return [{ code: 'TRACE_UNDECODABLE', ...whole, error: true, values: { count: undecodable } }];
  if (spans === 0) return [{ code: 'TRACE_MISSING', ...whole, values: { exports, spans } }];
  if (valid === 0) return [{ code: 'TRACE_INVALID', ...whole, values: { spans } }];
  const missing = leastMissing(resources, attributes);
  return [
    ...(missing.length === 0 && ids.length > 0 ? [{ code: 'TRACE_SEEN', ...whole, severity: 'info' as const, values: { ids: ids.join(', ') } }] : []),
    ...(missing.length > 0 ? [{ code: 'RESOURCE_ATTRIBUTE_MISSING', ...whole, values: { missing: missing.join(', ') } }] : []),
    ...(joined === 0 ? [{ code: 'TRACE_NOT_JOINED', ...whole, severity: 'info' as const }] : []),
    ...(undecodable > 0 ? [{ code: 'TRACE_UNDECODABLE', ...whole, severity: 'info' as const, values: { count: undecodable } }] : []),
  ];
}

/** One resource must have them all; what the nearest one lacks. */
function leastMissing(resources: Traces['resources'], attributes: readonly string[]): string[] {
  const has = (resource: Record<string, string>, wanted: string): boolean => wanted.split('|').some((name) => (resource[name] ?? '').trim() !== '' && !(name === 'service.name' && resource[name]!.startsWith('unknown_service')));
  const lacking = resources.map((resource) => attributes.filter((wanted) => !has(resource, wanted)));
  return lacking.reduce((least, each) => (each.length < least.length ? each : least), [...attributes]);
}
