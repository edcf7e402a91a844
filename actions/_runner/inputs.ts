/** The inputs of the step that judges, all from the environment and all checked. They name a pack, guardrails and a base; they are never code or rules. */
import { join, relative, resolve, sep } from 'node:path';
import { z } from 'zod';
import { AssayError } from '../../app/core/errors.ts';

const word = z.string().trim();
const Environment = z.object({
  GITHUB_WORKSPACE: word.optional(),
  /** Folder of the change under the workspace; empty: the workspace itself. */
  ASSAY_PATH: word.default(''),
  ASSAY_BASE: word.default(''),
  ASSAY_PACK: word.default(''),
  ASSAY_ONLY: word.default(''),
  ASSAY_PHASE: z.enum(['', 'scan', 'exec']).default(''),
});

export interface StepInputs {
  folder: string;
  base: string | null;
  /** Null: what the repository's configuration on base says. */
  pack: string | null;
  only: string[] | undefined;
  phase: 'scan' | 'exec' | undefined;
}

export function inputsOf(env: NodeJS.ProcessEnv): StepInputs {
  const parsed = Environment.safeParse(env);
  if (!parsed.success) throw wrong(z.prettifyError(parsed.error));
  const { GITHUB_WORKSPACE, ASSAY_PATH, ASSAY_BASE, ASSAY_PACK, ASSAY_ONLY, ASSAY_PHASE } = parsed.data;
  const workspace = resolve(GITHUB_WORKSPACE || process.cwd());
  const folder = join(workspace, ASSAY_PATH);
  if (relative(workspace, folder).split(sep)[0] === '..') throw wrong(`ASSAY_PATH leaves the workspace: ${ASSAY_PATH}`);
  const only = ASSAY_ONLY.split(',').map((id) => id.trim()).filter(Boolean);
  return { folder, base: ASSAY_BASE || null, pack: ASSAY_PACK || null, only: only.length > 0 ? only : undefined, phase: ASSAY_PHASE || undefined };
}

function wrong(why: string): AssayError {
  return new AssayError('USAGE_ACTION_INPUT', why, { remedy: 'Compare the inputs with those that action.yml describes.' });
}
