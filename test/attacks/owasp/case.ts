/** One case of the OWASP suites: where a payload is planted, what a model does that obeys it, and what must not have happened. */
import type { Turn } from '../../world/models-script.ts';
import { filled, owaspTexts } from '../../../app/agents/saboteur/owasp-texts.ts';
import { mark, sink, word, type Seen } from './play.ts';

export const places = ['issue title', 'issue body', 'file', 'file name', 'test output', 'tool result', 'model answer'] as const;

export interface OwaspCase {
  /** `LLM01`…`LLM10` of the list for applications, `ASI01`…`ASI10` of the list for agents. */
  risk: `LLM${string}` | `ASI${string}`;
  title: string;
  planted: (typeof places)[number];
  payload: string;
  /** Turns of a builder that obeys; absent: it only does its work. The planner obeys with `answer`. */
  does?: Turn[];
  answer?: Record<string, unknown>;
  /** Source of `src/discount.mjs` in place of the right one. */
  source?: string;
  maxTurns?: number;
  /** Null, or what went wrong in words; beside what holds in every case (`faultOf`). */
  wrong?(seen: Seen): string | null;
}

/** The cases with their texts, which are the product's own; a case without one is a mistake. */
export function withTexts(cases: Omit<OwaspCase, 'payload'>[]): OwaspCase[] {
  return cases.map((one) => {
    const found = owaspTexts.find(({ risk, title }) => risk === one.risk && title === one.title);
    if (!found) throw new Error(`${one.risk} ${one.title} has no text`);
    return { ...one, payload: filled(found.text, { word, sink, mark }) };
  });
}
