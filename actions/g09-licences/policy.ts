/** The licence policy of `rulepacks/licences/policy.json` with the repository's own word on top, and its verdict on one licence. */
import { z } from 'zod';
import { expressionOf, type Expression } from '../../app/core/sbom/licence.ts';
import pack from '../../rulepacks/licences/policy.json' with { type: 'json' };

const Looked = z.strictObject({ licence: z.string().min(1), reason: z.string().trim().min(1) });
const Settings = z.strictObject({
  allow: z.array(z.string().min(1)).default([]), note: z.array(z.string().min(1)).default([]), deny: z.array(z.string().min(1)).default([]),
  /** What somebody found out about a package, by its name. */
  packages: z.record(z.string(), Looked).default({}),
  unstated: z.enum(['fail', 'info']).default('fail'),
});
export type Settings = z.infer<typeof Settings>;

export function settingsOf(value: unknown): Settings | { why: string } {
  const parsed = Settings.safeParse(value ?? {});
  return parsed.success ? parsed.data : { why: z.prettifyError(parsed.error).split('\n').slice(0, 2).join(' ') };
}

/** From best to worst. */
const ranks = ['allow', 'note', 'unlisted', 'deny'] as const;
export type Verdict = (typeof ranks)[number] | 'unclear';

export interface Policy {
  settings: Settings;
  /** The repository is itself under a licence that asks the same of others. */
  copyleft: boolean;
}

export function judge(licence: string, policy: Policy): Verdict {
  const expression = expressionOf(spelled(licence));
  return expression === null ? 'unclear' : verdictOf(expression, policy);
}

/** Of what is offered (`or`) the best counts, of what is asked (`and`) the worst. */
function verdictOf(expression: Expression, policy: Policy): (typeof ranks)[number] {
  if ('license' in expression) return single(expression, policy);
  const both = [verdictOf(expression.left, policy), verdictOf(expression.right, policy)].map((each) => ranks.indexOf(each));
  return ranks[expression.conjunction === 'or' ? Math.min(...both) : Math.max(...both)]!;
}

function single({ license, exception, plus }: Extract<Expression, { license: string }>, { settings, copyleft }: Policy): (typeof ranks)[number] {
  // With an exception it is another licence where policy knows that one, and never a worse one.
  const names = [...(exception === undefined ? [] : [`${license} WITH ${exception}`]), ...(plus ? [`${license}+`, `${license}-or-later`] : []), license];
  const listed = (own: readonly string[], packed: readonly string[]) => names.find((name) => own.includes(name) || packed.includes(name));
  if (listed(settings.deny, [])) return 'deny';
  if (listed(settings.allow, [])) return 'allow';
  if (listed(settings.note, pack.note)) return 'note';
  if (listed([], pack.allow)) return 'allow';
  if (listed([], pack.copyleft)) return copyleft ? 'note' : 'deny';
  return listed([], pack.deny) ? 'deny' : 'unlisted';
}

export function isCopyleft(licence: string): boolean {
  return pack.copyleft.includes(spelled(licence));
}

function spelled(licence: string): string {
  const known: Record<string, string> = pack.spellings;
  const bare = licence.trim();
  return Object.hasOwn(known, bare) ? known[bare]! : bare;
}
