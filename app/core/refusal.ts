/**
 * Why evidence was not believed: a stable EVIDENCE_* code, the cause in one sentence, what was found and what would have been right, and the remedy. What was found is
 * an attacker's text: it is cut and made visible here, once, so that no reader of a refusal has to.
 */
import { AssayError } from './errors.ts';
import { clip, visible } from './visible.ts';

export interface Refusal {
  code: string;
  message: string;
  /** Null where there is no single value to show. */
  got: string | null;
  expected: string | null;
  remedy: string;
}

const remedy = 'Do not rely on this evidence. Have it made again by the workflow or the App that you trust, and compare what was expected with what you configured.';

export class EvidenceRefusal extends AssayError {
  readonly got: string | null;
  readonly expected: string | null;

  constructor(code: string, message: string, facts: { got?: unknown; expected?: unknown; remedy?: string; cause?: unknown } = {}) {
    super(code, clip(visible(message), 400), { remedy: facts.remedy ?? remedy, cause: facts.cause });
    this.name = 'EvidenceRefusal';
    this.got = shown(facts.got);
    this.expected = shown(facts.expected);
  }
}

/** Anything that was thrown while evidence was read is a refusal: an unknown error is never a reason to believe. */
export function refusalOf(thrown: unknown): Refusal {
  if (thrown instanceof EvidenceRefusal) return { code: thrown.code, message: thrown.message, got: thrown.got, expected: thrown.expected, remedy: thrown.remedy };
  const message = clip(visible(thrown instanceof Error ? thrown.message : String(thrown)), 400);
  if (!(thrown instanceof AssayError)) return { code: 'EVIDENCE_UNREADABLE', message, got: null, expected: null, remedy };
  return { code: thrown.code.startsWith('EVIDENCE_') ? thrown.code : `EVIDENCE_${thrown.code}`, message, got: null, expected: null, remedy: thrown.remedy };
}

function shown(value: unknown): string | null {
  if (value === undefined) return null;
  return clip(visible(typeof value === 'string' ? value : (JSON.stringify(value) ?? String(value))), 300);
}
