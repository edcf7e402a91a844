/** The one attacker with a model: it sees spec and diff as data and may name inputs. Ideas are only inputs; whether they break anything is for code to say. */
import { z } from 'zod';
import { askJson } from '../../core/ask-json.ts';
import { problemOf } from '../../core/errors.ts';
import type { Spec } from '../../core/spec.ts';
import { textOf, type Tree } from '../../core/tree.ts';
import { asData } from '../../core/untrusted.ts';
import { withoutComments } from '../../core/without-comments.ts';
import { createTwoFilesPatch } from 'diff';
import type { Trial } from '../../consensus/behaviour.ts';
import { anyFamily, compose, openingOf, systemPrompt, type AgentDescriptor } from '../descriptor.ts';
import { plausible } from './boundaries.ts';
import type { SabotageRequest, SabotageTools } from './saboteur.ts';
import { attackable } from './surface.ts';

const Idea = z.union([z.strictObject({ args: z.array(z.unknown()), why: z.string() }), z.strictObject({ stdin: z.string(), why: z.string() })]);
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
    `Name inputs for this surface, each with a short reason: ${spec.surface?.kind === 'cli' ? `command ${spec.surface.command.join(' ')}, as {"stdin": "...", "why": "..."}` : `function ${spec.surface?.kind === 'function' ? spec.surface.export : ''}, as {"args": [...], "why": "..."}`}`,
    asData('spec', JSON.stringify({ title: spec.title, text: spec.text ?? null, criteria: spec.criteria }, null, 2), { maxChars: 30_000 }),
    'Comments and docstrings were taken out of the diff.',
    asData('diff', diff, { kind: 'code', maxChars: 60_000 }),
  ]),
};

/** `without` says in one code why there are none: a failing model takes nothing away from the other attackers. */
export async function askForIdeas(input: SabotageRequest, { models, log }: Pick<SabotageTools, 'models' | 'log'>): Promise<{ trials: Trial[]; without: string | null }> {
  const { spec, family } = input;
  if (family === null) return { trials: [], without: 'SABOTEUR_NO_FAMILY' };
  if (!spec || !attackable(spec)) return { trials: [], without: null };
  try {
    const request = openingOf(saboteurAgent, { family, model: input.model, facts: { spec, diff: diffOf(input.base, input.head) } });
    const { value } = await askJson(models, { request, schema: Ideas, check: (ideas) => misfits(ideas, spec) });
    const usable = value.inputs.filter((idea) => !('args' in idea) || plausible(idea.args, spec));
    if (usable.length < value.inputs.length) log.info({ left: value.inputs.length - usable.length }, 'ideas outside of the examples\' domain left aside');
    return { trials: usable.map((idea) => ('args' in idea ? { args: idea.args } : { stdin: idea.stdin })), without: null };
  } catch (thrown) {
    const problem = problemOf(thrown);
    log.warn({ problem }, 'saboteur goes on without model ideas');
    return { trials: [], without: problem.code };
  }
}

function misfits({ inputs }: Ideas, spec: Spec): string[] {
  const wanted = spec.surface?.kind === 'cli' ? 'stdin' : 'args';
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
