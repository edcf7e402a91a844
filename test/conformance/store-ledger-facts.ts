/** A reservation of the ledger tests: name the id, the amount and, where it matters, the project. */
import type { Ledger } from '../../app/core/ports/store.ts';
import { intentKey, type SubjectKey } from '../../app/core/subject.ts';

/** What the crash test's child may spend in all its runs. */
export const childCap = 400;
export const budgeted = intentKey(1, 12);

export function reservation(id: string, reserved: number, project: SubjectKey = budgeted): Parameters<Ledger['reserve']>[0] {
  return { id, project, job: 'job', role: 'builder', family: 'openai', model: 'm', reserved, priceVersion: 'v1' };
}
