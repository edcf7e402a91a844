/** The prompt log: one JSON document per model call, written once. */
import type { PromptLog, PromptLogEntry } from '../../../core/ports/store.ts';
import type { Database } from './database.ts';
import { json } from './rows.ts';

export function promptsOf(db: Database): PromptLog {
  return {
    logPrompt: (entry) => db.write((sql) => {
      sql.run('INSERT INTO prompts (id, job, at, entry) VALUES ($id, $job, $at, $entry) ON CONFLICT DO NOTHING', {
        id: entry.id, job: entry.job, at: entry.at, entry: JSON.stringify(entry),
      });
    }),
    prompts: ({ job }) => db.read((sql) => {
      const rows = job === undefined ? sql.all('SELECT entry FROM prompts ORDER BY at, id') : sql.all('SELECT entry FROM prompts WHERE job = $job ORDER BY at, id', { job });
      return rows.map((row) => json<PromptLogEntry>(row, 'entry'));
    }),
    // Not the entries: they hold whole prompts, and this is asked with every look at a change.
    promptDigests: (job) => db.read((sql) => sql.all("SELECT json_extract(entry, '$.promptSha256') AS digest FROM prompts WHERE job = $job ORDER BY at, id", { job }).map((row) => String(row.digest))),
  };
}
