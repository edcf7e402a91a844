/**
 * Who may do what: every act that the App lets a person or an agent do is asked here first. Policy (`identity.authz`) answers allow or deny with a
 * reason and with obligations; a caller that cannot meet an obligation does not act. The rules are `policies/identity_authz.rego`.
 */
import { z } from 'zod';
import { digestOf } from './digest.ts';
import { AssayError } from './errors.ts';
import { Code, parseAnswer } from './policy-answer.ts';
import type { Policy } from './ports/policy.ts';

/** A role in one workspace, e.g. `write` in `repository:42`; `expiresAt` in milliseconds since the epoch, null: it does not expire. */
export interface Binding {
  role: string;
  workspace: string;
  expiresAt: number | null;
}

export interface Subject {
  id: string;
  type: 'user' | 'service' | 'agent';
  status: 'active' | 'suspended' | 'revoked';
  clearance: Clearance;
  bindings: Binding[];
}

export type Clearance = 'public' | 'internal' | 'confidential' | 'restricted';

export interface Resource {
  id: string;
  type: string;
  workspace: string;
  public: boolean;
  containsPii: boolean;
  requiredClearance: Clearance;
  sensitivity: 'low' | 'medium' | 'high';
  /** Where it is and where it belongs; both null where it holds no personal data and nobody need know. */
  region: string | null;
  home: string | null;
}

/** `authStrength` is how the subject really proved itself just now. */
export interface Environment {
  now: number;
  authStrength: 'token' | 'password' | 'mfa' | 'passkey';
  deviceTrusted: boolean;
  /** Who released what needs another's word, e.g. an export. */
  approvedBy: { id: string; ticket: string; at: number } | null;
}

export const obligations = ['require_mfa', 'mask_fields', 'require_approval', 'log_event'] as const;
export type Obligation = (typeof obligations)[number];

const Answer = z.strictObject({
  decision: z.enum(['allow', 'deny']),
  allow: z.boolean(),
  reason: Code,
  obligations: z.array(z.enum(obligations)),
  codes: z.array(Code),
});
/** `auditId` names the question: the same one has the same id, so an audit entry is written once. */
export type Authorization = z.infer<typeof Answer> & { auditId: string };

export async function authorize(policy: Policy, asked: { subject: Subject; action: string; resource: Resource; environment: Environment }): Promise<Authorization> {
  const { now, approvedBy, ...environment } = asked.environment;
  const input = { now, subject: asked.subject, action: asked.action, resource: asked.resource, environment, context: { approvedBy } };
  const answer = parseAnswer(Answer, await policy.decide('identity.authz', input));
  return { ...answer, auditId: digestOf(input).slice(0, 32) };
}

/** What meets each obligation; one that is missing cannot be met here. `mask` takes away what the subject may not see. */
export interface Means<T> {
  mask?(result: T): T;
  log?(authorization: Authorization): Promise<void> | void;
}

/** Why it does not happen, as a code, or null: policy denies it, or an obligation cannot be met with these means. */
export function objection<T>({ allow, reason, obligations: due }: Authorization, means: Means<T>): string | null {
  if (!allow) return reason;
  return due.every((one) => isMet(one, means)) ? null : 'AUTHZ_OBLIGATION';
}

/**
 * Runs `handler` only where it is allowed and every obligation is met, the log entry first: what cannot be logged does not happen.
 * Throws AUTHZ_DENIED with policy's reason, or AUTHZ_OBLIGATION where the caller has no means to meet one.
 */
export async function withObligations<T>(handler: () => Promise<T>, authorization: Authorization, means: Means<T>): Promise<T> {
  const { allow, reason, obligations: due } = authorization;
  if (!allow) throw new AssayError('AUTHZ_DENIED', `policy refuses it: ${reason}`, { remedy: remedies[reason] ?? 'Ask somebody whose role allows it.' });
  const unmet = due.find((one) => !isMet(one, means));
  if (unmet) throw new AssayError('AUTHZ_OBLIGATION', `policy allows it with ${unmet}, which cannot be met here`, { remedy: 'Do it where that obligation is met: on the page that asks for it.' });
  if (due.includes('log_event')) await means.log?.(authorization);
  const result = await handler();
  return due.includes('mask_fields') && means.mask ? means.mask(result) : result;
}

/** A step-up or a release is part of the question: where one is still due, the answer was no. */
function isMet<T>(obligation: Obligation, means: Means<T>): boolean {
  if (obligation === 'mask_fields') return means.mask !== undefined;
  return obligation === 'log_event' && means.log !== undefined;
}

const remedies: Record<string, string> = {
  AUTHZ_STEP_UP: 'Prove yourself with a passkey or a second factor and try again.',
  AUTHZ_EXPORT_APPROVAL: 'Let somebody else release the export, with a ticket.',
  AUTHZ_AGENT: 'Let a person do it: agents never decide this.',
  AUTHZ_SUBJECT_INACTIVE: 'Activate the account again.',
  AUTHZ_RESIDENCY: 'Move the data into its own zone first.',
};
