/**
 * The third job: writes the statement over what the two others reported, and says that it is unsigned. It holds an identity, so it installs nothing, reads nothing
 * of the change and fetches no artefact.
 */
import * as actions from '@actions/core';
import { mkdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { problemOf } from '../../app/core/errors.ts';
import { plain } from '../../app/core/markdown.ts';
import { statementBytes, statementDigest } from '../../app/core/statement.ts';
import { spoken } from '../../app/core/visible.ts';
import { statementFor, unsigned } from './attestation.ts';
import { eventFacts } from './event.ts';
import { resultFolder } from './results.ts';

async function attest(env: NodeJS.ProcessEnv): Promise<void> {
  const statement = statementFor(env, eventFacts(env));
  const folder = resultFolder(env);
  mkdirSync(folder, { recursive: true });
  const path = join(folder, 'assay-statement.json');
  writeFileSync(path, statementBytes(statement));
  const [why, digest] = [unsigned(env), statementDigest(statement)];
  actions.setOutput('statement', path);
  actions.setOutput('statement-sha256', digest);
  actions.notice(why, { title: 'Assay evidence' });
  if (env.GITHUB_STEP_SUMMARY) await actions.summary.addRaw(`## Assay evidence\n\nStatement \`sha256:${digest}\`. ${plain(why, 4000)}\n`, true).write();
}

try {
  await attest(process.env);
} catch (thrown) {
  const problem = problemOf(thrown);
  actions.error(spoken(`${problem.code}: ${problem.message} – ${problem.remedy}`), { title: 'Assay evidence' });
  process.exitCode = 3;
}
