/** The `intent` issue form as GitHub renders it: `### Heading`, blank line, answer. Definition of Ready: every field is answered. */
import { asData } from '../core/untrusted.ts';

/** Headings of `.github/ISSUE_TEMPLATE/intent.yml`, in its order. */
export const intentFields = {
  goal: 'Goal',
  constraints: 'Constraints',
  stakeholders: 'Stakeholders',
  successMetrics: 'Success metrics',
  budget: 'Budget',
} as const;
export type IntentField = keyof typeof intentFields;

export interface IntentForm {
  fields: Partial<Record<IntentField, string>>;
  missing: IntentField[];
}

const fieldNames = Object.keys(intentFields) as IntentField[];

/** The first heading of a name counts; a later one belongs to the answer that holds it, so nobody can answer a field twice. */
export function parseIntentForm(body: string): IntentForm {
  const fields: IntentForm['fields'] = {};
  let current: IntentField | null = null;
  for (const line of visible(body).split(/\r?\n/)) {
    const heading = /^###\s+(.+?)\s*$/.exec(line)?.[1]?.toLowerCase();
    const field = heading === undefined ? undefined : fieldNames.find((name) => intentFields[name].toLowerCase() === heading && fields[name] === undefined);
    if (field) {
      current = field;
      fields[field] = '';
    } else if (current) fields[current] = `${fields[current] ?? ''}${line}\n`;
  }
  const answered = fieldNames.map((name) => [name, answerOf(fields[name])] as const);
  return {
    fields: Object.fromEntries(answered.filter(([, answer]) => answer !== '')),
    missing: answered.filter(([, answer]) => answer === '').map(([name]) => name),
  };
}

/** GitHub writes `_No response_` for what was left empty; a dash or a "todo" says as little. */
function answerOf(text: string | undefined): string {
  const answer = (text ?? '').trim();
  return /^(_no response_|n\/?a|none yet|tbd|todo|[-–—.?]*)$/i.test(answer) ? '' : answer;
}

/** An answer that only hidden text gives is no answer. */
function visible(body: string): string {
  const lines = asData('body', body, { maxChars: 200_000 }).block.split('\n');
  return lines.slice(1, -1).join('\n');
}

/** One question for everything that is missing. */
export function questionFor(missing: readonly IntentField[]): string {
  const names = missing.map((name) => intentFields[name].toLowerCase());
  return `Before I plan this I need ${names.length === 1 ? 'one thing' : `${names.length} things`}: ${names.join(', ')}. Please edit the issue and fill in ${names.length === 1 ? 'that section' : 'those sections'}.`;
}
