/** A GitHub account, and what it acts on, as policy knows them: the account's present permission is its role in this one repository. */
import type { Resource, Subject } from './authorize.ts';
import type { Permission } from './ports/github.ts';
import { parseSubjectKey, type SubjectKey } from './subject.ts';

export interface Account {
  id: number;
  permission: Permission;
  /** A bot, an App, or a comment that an App wrote. */
  isAgent: boolean;
  repositoryId: number;
}

export function accountSubject({ id, permission, isAgent, repositoryId }: Account): Subject {
  const bindings = permission === 'none' ? [] : [{ role: permission, workspace: workspaceOf(repositoryId), expiresAt: null }];
  return { id: String(id), type: isAgent ? 'agent' : 'user', status: 'active', clearance: 'internal', bindings };
}

/** Whoever can comment can already read: looking is open to all who do. */
export function subjectResource(key: SubjectKey, repositoryId: number): Resource {
  return { id: key, type: parseSubjectKey(key).kind, workspace: workspaceOf(repositoryId), public: true, containsPii: false, requiredClearance: 'internal', sensitivity: 'low', region: null, home: null };
}

export function workspaceOf(repositoryId: number): string {
  return `repository:${repositoryId}`;
}
