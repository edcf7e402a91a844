/** Policy's word on whoever writes a command: with its present permission, and only where what policy wants besides is done. */
import { accountSubject, subjectResource } from '../core/account.ts';
import { authorize, objection } from '../core/authorize.ts';
import { isAgent } from '../core/command-effects.ts';
import type { SpokenCommand } from '../core/command-fact.ts';
import type { Clock } from '../core/ports/clock.ts';
import type { Policy } from '../core/ports/policy.ts';
import type { SubjectKey } from '../core/subject.ts';
import { isTold } from './audit.ts';

interface Place {
  key: SubjectKey;
  repository: { id: number };
  policy: Policy;
  clock: Clock;
}

/** Policy's reason why the author may not do this, or null. What is no command asks for nothing. */
export async function refusalOf(said: SpokenCommand, { key, repository, policy, clock }: Place): Promise<string | null> {
  const { name } = said.command;
  if (name === 'malformed') return null;
  const authorization = await authorize(policy, {
    subject: accountSubject({ id: said.author.id, permission: said.permission, isAgent: isAgent(said), repositoryId: repository.id }), action: name, resource: subjectResource(key, repository.id),
    // GitHub says which account wrote it, and not how that account proved itself.
    environment: { now: clock.now(), authStrength: said.viaApp ? 'token' : 'password', deviceTrusted: false, approvedBy: null },
  });
  // What counts becomes an entry of the audit log with the decision that rests on it, or the decision is not carried out.
  return objection(authorization, isTold(name) ? { log: () => {} } : {});
}
