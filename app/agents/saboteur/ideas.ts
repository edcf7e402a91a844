/** The one attacker with a model: it sees spec and diff as data and may name inputs. Ideas are only inputs; whether they break anything is for code to say. */
import { z } from 'zod';
import { askJson } from '../../core/ask-json.ts';
import { problemOf } from '../../core/errors.ts';
import type { Spec } from '../../core/spec.ts';
import { FilesRun, HttpRequest } from '../../core/surface.ts';
import { textOf, type Tree } from '../../core/tree.ts';
import { asData } from '../../core/untrusted.ts';
import { withoutComments } from '../../core/without-comments.ts';
import { createTwoFilesPatch } from 'diff';
import type { Trial } from '../../consensus/behaviour.ts';
import { anyFamily, compose, openingOf, systemPrompt, type AgentDescriptor } from '../descriptor.ts';
import { plausible } from './boundaries.ts';
import type { SabotageRequest, SabotageTools } from './saboteur.ts';
import { surfaceName } from './surface.ts';

const why = z.string();
const Idea = z.union([
  z.strictObject({ args: z.array(z.unknown()), why }), z.strictObject({ stdin: z.string(), why }),
  z.strictObject({ request: z.array(HttpRequest).min(1).max(8), why }), z.strictObject({ ...FilesRun.shape, why }),
]);
const Ideas = z.strictObject({ inputs: z.array(Idea).max(20) });
type Ideas = z.infer<typeof Ideas>;

interface Facts {
  spec: Spec;
  diff: string;
}

export const saboteurAgent: AgentDescriptor<Facts, Ideas> = {
  role: 'saboteur',
  families: anyFamily,
  output: Ideas,
  tools: [],
  budget: { maxOutputTokens: 4_000, maxTurns: 2, temperature: 0.7 },
  system: systemPrompt('saboteur', [
    'You look for inputs on which a change breaks what its criteria promise. You name inputs and nothing else: a program runs them and decides.',
    'Stay within what the criteria allow as input. Prefer boundaries, empty and large values, and whatever the diff treats in a special way.',
    'At most 20. Values that JSON cannot carry are tagged: {"$tuple": […]}, {"$set": […]}, {"$float": "nan"}.',
  ]),
  prompt: ({ spec, diff }) => compose([
    `Name inputs for this surface, each with a short reason: ${asked(spec)}`,
    asData('spec', JSON.stringify({ title: spec.title, text: spec.text ?? null, criteria: spec.criteria }, null, 2), { maxChars: 30_000 }),
    'Comments and docstrings were taken out of the diff.',
    asData('diff', diff, { kind: 'code', maxChars: 60_000 }),
  ]),
};

const forms = {
  function: '{"args": [...], "why": "..."}', cli: '{"stdin": "...", "why": "..."}', http: '{"request": [{"method": "POST", "path": "/...", "body": ...}, ...], "why": "..."}',
  files: '{"files": {"path": "text"}, "argv": [...], "input": "...", "why": "..."}, or with "call": [...] in place of argv and input where it is a function',
};

function asked({ surface }: Spec): string {
  if (!surface) return '';
  const name = surface.kind === 'http' ? `server ${surface.start.join(' ')} with the routes ${surface.routes.map(({ method, path }) => `${method} ${path}`).join(', ')}` : `${surface.kind} ${surfaceName({ surface })}`;
  return `${name}, as ${forms[surface.kind]}`;
}

const keys = { function: 'args', cli: 'stdin', http: 'request', files: 'files' } as const;

/** `without` says in one code why there are none: a failing model takes nothing away from the other attackers. */
export async function askForIdeas(input: SabotageRequest, { models, log }: Pick<SabotageTools, 'models' | 'log'>): Promise<{ trials: Trial[]; without: string | null }> {
  const { spec, family } = input;
  if (family === null) return { trials: [], without: 'SABOTEUR_NO_FAMILY' };
  if (!spec?.surface) return { trials: [], without: null };
  try {
    const request = openingOf(saboteurAgent, { family, model: input.model, facts: { spec, diff: diffOf(input.base, input.head) } });
    const { value } = await askJson(models, { request, schema: Ideas, check: (ideas) => misfits(ideas, spec) });
    const usable = value.inputs.filter((idea) => !('args' in idea) || plausible(idea.args, spec));
    if (usable.length < value.inputs.length) log.info({ left: value.inputs.length - usable.length }, 'ideas outside of the examples\' domain left aside');
    return { trials: usable.map(({ why: _why, ...trial }): Trial => trial), without: null };
  } catch (thrown) {
    const problem = problemOf(thrown);
    log.warn({ problem }, 'saboteur goes on without model ideas');
    return { trials: [], without: problem.code };
  }
}

function misfits({ inputs }: Ideas, spec: Spec): string[] {
  const wanted = keys[spec.surface?.kind ?? 'function'];
  return inputs.some((idea) => !(wanted in idea)) ? [`every input must have "${wanted}"`] : [];
}

/** Without comments: they are words to a reader, and a change must not talk its judge into anything. */
function diffOf(base: Tree, head: Tree): string {
  const paths = [...new Set([...Object.keys(base), ...Object.keys(head)])].sort();
  return paths.flatMap((path) => {
    const [before, after] = [withoutComments(path, textOf(base[path]) ?? ''), withoutComments(path, textOf(head[path]) ?? '')];
    return before === after ? [] : [createTwoFilesPatch(path, path, before, after, '', '', { context: 3 })];
  }).join('\n');
}
