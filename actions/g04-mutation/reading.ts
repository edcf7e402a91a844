/** One test file, in whichever language, read into its faults and its tests. */
import type { GuardFacts } from '../../app/core/guardrail.ts';
import { parseFile } from '../../app/core/syntax.ts';
import { goFacts } from './go.ts';
import type { FileFacts } from './hit.ts';
import { moduleReader } from './paths.ts';
import { pythonFacts } from './python.ts';
import { scriptFacts } from './script.ts';

export function factsOf(facts: Pick<GuardFacts, 'read' | 'paths'>, file: { path: string; text: string }): FileFacts {
  const parsed = parseFile(file.path, file.text);
  if (!parsed) return { hits: [], tests: [] };
  const read = moduleReader(facts, file.path);
  return parsed.dialect === 'script' ? scriptFacts(parsed.root, read) : parsed.dialect === 'python' ? pythonFacts(parsed.root, read) : goFacts(parsed.root);
}
