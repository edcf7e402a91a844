/**
 * The traces of a change's preview run, where the configuration requires them (`evidence.traces`): what the collector of that run received, as the guardrail `otlp` reports it, and
 * policy's word on it (`ci.observability`). Ids that the change names count for nothing by themselves.
 */
import type { GuardReport } from '../../core/finding.ts';
import { ruleObservability, type ObservabilityRuling, type SeenTrace } from '../../core/observability-policy.ts';
import type { Policy } from '../../core/ports/policy.ts';
import { code, plain } from '../../core/markdown.ts';
import type { ChangeFacts } from './facts.ts';
import { execWork, judgedTrees } from './slots.ts';

/** `ruling`: null while the run that would leave them is not over. `at`: when it ended. */
export interface Traces {
  ruling: ObservabilityRuling | null;
  ids: string[];
}

/** Null where nobody requires them. */
export async function ruleOnTraces(facts: ChangeFacts, policy: Policy): Promise<Traces | null> {
  const { config, change, now } = facts;
  if (config.evidence.traces === 'optional') return null;
  const work = execWork(facts);
  if (work && work.state !== 'ended') return { ruling: null, ids: [] };
  const found = work?.report ? seenIn(work.report, { run: work.key, at: work.at }) : [];
  const ruling = await ruleObservability(policy, { now, headSha: judgedTrees(facts).head, run: work?.key ?? 'none', windowMs: config.evidence.maxAgeMs, named: namedIn(change.body), found });
  return { ruling, ids: found.map(({ traceId }) => traceId) };
}

/** The guardrail names ids of spans that arrived, so that each has one at least. */
function seenIn({ head, guardrails }: GuardReport, { run, at }: { run: string; at: number }): SeenTrace[] {
  const words = guardrails.filter(({ id }) => id === 'otlp').flatMap(({ findings }) => findings.filter((each) => each.code === 'TRACE_SEEN').map(({ message }) => message));
  const ids = new Set(words.flatMap((text) => text.match(/\b[0-9a-f]{32}\b/g) ?? []));
  return [...ids].map((traceId) => ({ traceId, headSha: head, run, spans: 1, at }));
}

/** Lines such as `Trace: 4bf92f35…`; what stands there is taken as it is, so that a made-up id is judged and not passed over. */
function namedIn(body: string): string[] {
  const lines = [...body.matchAll(/^[ \t]*(?:[-*][ \t]+)?trace(?:[ -]ids?)?[ \t]*:[ \t]*(.+)$/gim)].map(([, rest = '']) => rest);
  return [...new Set(lines.flatMap((rest) => rest.split(/[\s,]+/).map((each) => each.replaceAll('`', '')).filter((each) => each !== '')))].slice(0, 100);
}

const sentences: Record<string, string> = {
  TRACE_OK: 'The collector of the preview run holds them.',
  TRACE_NONE: 'The collector of the preview run received none. Configure `guardrails.otlp` and a pack that has it, and export traces to OTEL_EXPORTER_OTLP_ENDPOINT.',
  TRACE_ID: 'An id is none: 32 hex digits, not all of them zero.',
  TRACE_UNKNOWN: 'The change names an id that the collector never saw. Name those that are listed here, or none.',
  TRACE_OTHER_HEAD: 'They are of a run of another commit. Push again.',
  TRACE_OLD: 'They are older than `evidence.maxAge`. `/retry` has the preview run again.',
};

/** One line. */
export function traceWords({ ruling, ids }: Traces): string {
  if (!ruling) return 'Traces: the preview run is not over yet.';
  const listed = ids.slice(0, 3).map((id) => code(id)).join(', ');
  return `Traces: ${ruling.counted} count${listed === '' ? '' : ` (${listed}${ids.length > 3 ? ' …' : ''})`}. ${ruling.codes.map((each) => `${plain(each)}: ${sentences[each] ?? 'The facts of this run cannot be judged.'}`).join(' ')}`;
}
