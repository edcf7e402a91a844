/** How a subject row reads. A subject held back by its installation or repository shows as parked with that reason. */
import type { Problem } from '../../../core/errors.ts';
import type { SubjectRow } from '../../../core/ports/store.ts';
import type { SubjectKey } from '../../../core/subject.ts';
import { integer, jsonOrNull, text, textOrNull, type Row } from './rows.ts';

export const subjectSelect = 'SELECT s.*, r.owner, r.name FROM subjects s JOIN repositories r ON r.id = s.repository_id';

export function subjectOf(row: Row): SubjectRow {
  return {
    key: text(row, 'key') as SubjectKey,
    repository: { id: integer(row, 'repository_id'), owner: text(row, 'owner'), name: text(row, 'name'), installationId: integer(row, 'installation_id') },
    generation: integer(row, 'generation'), done: integer(row, 'done'), attempts: integer(row, 'attempts'), notBefore: integer(row, 'not_before'),
    parked: jsonOrNull<Problem>(row, 'parked') ?? heldProblem(textOrNull(row, 'held')), open: integer(row, 'open') === 1, checkedAt: integer(row, 'checked_at'),
  };
}

function heldProblem(code: string | null): Problem | null {
  switch (code) {
    case null: return null;
    case 'INSTALLATION_SUSPENDED': return { code, message: 'the installation is suspended', remedy: 'Unsuspend Assay in the account settings; work goes on by itself.' };
    case 'INSTALLATION_DELETED': return { code, message: 'Assay was uninstalled', remedy: 'Install Assay on the account again; work goes on by itself.' };
    default: return { code, message: 'the repository is archived, deleted or no longer given to Assay', remedy: 'Unarchive it or add it to the installation; work goes on by itself.' };
  }
}
