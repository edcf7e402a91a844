/** Whoever writes a command, as policy knows subjects: a GitHub account with its present permission as its role in this repository. */
import { authorize, type Resource, type Subject } from '../core/authorize.ts';
import { isAgent } from '../core/command-effects.ts';
import type { SpokenCommand } from '../core/command-fact.ts';
import type { Clock } from '../core/ports/clock.ts';
import type { Policy } from '../core/ports/policy.ts';
import { parseSubjectKey, type SubjectKey } from '../core/subject.ts';

interface Place {
  key: SubjectKey;
  repository: { id: number };
  policy: Policy;
  clock: Clock;
}

/** Policy's reason why the author may not do this, or null. What is no command asks for nothing. */
export async function refusalOf(said: SpokenCommand, { key, repository, policy, clock }: Place): Promise<string | null> {
  if (said.command.name === 'malformed') return null;
  const workspace = `repository:${repository.id}`;
  const { allow, reason } = await authorize(policy, {
    subject: subjectOf(said, workspace), action: said.command.name, resource: resourceOf(key, workspace),
    // GitHub says which account wrote it, and not how that account proved itself.
    environment: { now: clock.now(), authStrength: said.viaApp ? 'token' : 'password', deviceTrusted: false, approvedBy: null },
  });
  return allow ? null : reason;
}

function subjectOf(said: SpokenCommand, workspace: string): Subject {
  const bindings = said.permission === 'none' ? [] : [{ role: said.permission, workspace, expiresAt: null }];
  return { id: String(said.author.id), type: isAgent(said) ? 'agent' : 'user', status: 'active', clearance: 'internal', bindings };
}

/** Whoever can comment can already read: looking is open to all who do. */
function resourceOf(key: SubjectKey, workspace: string): Resource {
  return { id: key, type: parseSubjectKey(key).kind, workspace, public: true, containsPii: false, requiredClearance: 'internal', sensitivity: 'low', region: null, home: null };
}
