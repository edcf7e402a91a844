/**
 * Generated inputs: the spec's own, boundaries mined from spec and code, values drawn from the examples' shapes. Deterministic in spec,
 * candidates (as a set) and seed. What the examples share is kept – sign, sortedness, distinctness, equal lengths, a number that is a
 * list's length – because an input that breaks the task's silent precondition tells nothing. An input outside the range that the
 * examples showed is `doubtful`: a crash on it may be the input's fault.
 */
import { z } from 'zod';
import { canonicalJson } from '../core/digest.ts';
import type { Tree } from '../core/tree.ts';
import type { CriterionTest, Spec } from '../core/spec.ts';
import { FilesRun, HttpRequest } from '../core/surface.ts';
import type { Trial } from './behaviour.ts';
import { callInputs, statedCalls } from './function-inputs/calls.ts';
import { stdinVariants } from './stdin.ts';
import type { Literals } from './literals.ts';
import { fileInputs } from './surfaces/file-inputs.ts';
import { requestInputs } from './surfaces/request-inputs.ts';
import { GivenShape, type Shape } from './shape.ts';

export interface Input {
  trial: Trial;
  doubtful: boolean;
}

export interface InputRequest {
  spec: Spec;
  examples: CriterionTest[];
  /** Its modules may hold the header of the function, with types. */
  base?: Tree;
  literals: Literals;
  seed: number;
  count: number;
}

const Given = z.union([
  z.array(z.unknown()).transform((args): Trial => ({ args })),
  z.string().transform((stdin): Trial => ({ stdin })),
  z.strictObject({ args: z.array(z.unknown()) }),
  z.strictObject({ stdin: z.string() }),
  z.strictObject({ request: z.union([HttpRequest.transform((one) => [one]), z.array(HttpRequest).min(1)]) }),
  FilesRun,
]);
const GivenShapes = z.strictObject({ shape: z.array(GivenShape).min(1) });

export function generateInputs(request: InputRequest): Input[] {
  const known = new Set(request.examples.map(keyOf));
  const all = [...givenInputs(request.spec), ...drawnInputs(request)];
  const fresh = new Map<string, Input>();
  for (const input of all) if (!known.has(keyOf(input.trial)) && !fresh.has(keyOf(input.trial))) fresh.set(keyOf(input.trial), input);
  return [...fresh.values()].slice(0, request.count);
}

function drawnInputs(request: InputRequest): Input[] {
  switch (request.spec.surface?.kind) {
    case 'cli': return stdinInputs(request);
    case 'http': return requestInputs(request, request.spec.surface);
    case 'files': return fileInputs(request);
    default: return [...givenShapes(request.spec).flatMap((shapes) => statedCalls(shapes, request)), ...callInputs(request)];
  }
}

/** What tells two trials apart, expectations left out. */
export function keyOf(trial: Trial | CriterionTest): string {
  const { expect: _, ...asked } = { expect: null, ...trial };
  return canonicalJson(asked);
}

function givenInputs(spec: Spec): Input[] {
  return (spec.inputs ?? []).flatMap((given): Input[] => {
    const trial = Given.safeParse(given);
    return trial.success ? [{ trial: trial.data, doubtful: false }] : [];
  });
}

function givenShapes(spec: Spec): Shape[][] {
  return (spec.inputs ?? []).flatMap((given) => { const shaped = GivenShapes.safeParse(given); return shaped.success ? [shaped.data.shape] : []; });
}

function stdinInputs({ examples, seed, count }: InputRequest): Input[] {
  const texts = examples.flatMap((test) => ('stdin' in test ? [test.stdin] : []));
  return stdinVariants(texts, { seed, count }).map((stdin) => ({ trial: { stdin }, doubtful: true }));
}
