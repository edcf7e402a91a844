/**
 * The Acceptance tester: tests from the stated intent alone, for a change that Assay did not build. It sees neither the diff nor the frozen tests
 * of the spec, so that what several families expect was thought of independently.
 */
import { z } from 'zod';
import { askJson } from '../core/ask-json.ts';
import { AssayError } from '../core/errors.ts';
import type { Family } from '../core/family.ts';
import { isSameModel } from '../core/model-id.ts';
import type { Models } from '../core/model.ts';
import { CriterionTest, type Spec } from '../core/spec.ts';
import { asData } from '../core/untrusted.ts';
import { anyFamily, compose, openingOf, systemPrompt, type AgentDescriptor } from './descriptor.ts';
import { fitsSurface } from './spec-check.ts';

const AcceptanceAnswer = z.strictObject({ tests: z.array(CriterionTest).min(1).max(60) });
type AcceptanceAnswer = z.infer<typeof AcceptanceAnswer>;

export const acceptanceAgent: AgentDescriptor<Spec, AcceptanceAnswer> = {
  role: 'acceptance',
  families: anyFamily,
  output: AcceptanceAnswer,
  tools: [],
  budget: { maxOutputTokens: 8_000, maxTurns: 2, temperature: 0.5 },
  system: systemPrompt('acceptance', [
    'You write tests from what an author states that a change should do. You have not seen the change and will not.',
    'Use only the surface you are given. State for each input the outcome that the statement demands; leave out inputs on which it is silent.',
    'Cover each criterion, its boundaries and the input it should refuse. No test may depend on time, network or order.',
    'Values that JSON cannot carry are tagged: {"$tuple": […]}, {"$set": […]}, {"$float": "nan"}.',
  ]),
  prompt: (spec) => compose([
    `Write tests in ${spec.language} for this surface: ${form(spec)}`,
    asData('intent', JSON.stringify(statementOf(spec), null, 2), { maxChars: 40_000 }),
  ]),
};

/** Throws MODEL_CHANGED where another model answered: its tests would be counted for the wrong family. */
export async function writeAcceptance(input: { spec: Spec; family: Family; model: string }, models: Models): Promise<CriterionTest[]> {
  const request = openingOf(acceptanceAgent, { family: input.family, model: input.model, facts: input.spec });
  const { value, answer } = await askJson(models, { request, schema: AcceptanceAnswer, check: (tests) => misfits(tests, input.spec) });
  if (isSameModel(input.model, answer.model)) return value.tests;
  throw new AssayError('MODEL_CHANGED', `asked ${input.model}, answered by ${answer.model}`, { remedy: 'Pin a model that the vendor still serves.' });
}

function misfits(answer: AcceptanceAnswer, spec: Spec): string[] {
  return answer.tests.some((test) => !fitsSurface(test, spec.surface)) ? [`every test must have the form ${form(spec)}`] : [];
}

function form(spec: Spec): string {
  if (spec.surface?.kind === 'function') return `function ${spec.surface.export} of ${spec.surface.module}, tests as {"args": [...], "expect": value}`;
  if (spec.surface?.kind === 'cli') return `command ${spec.surface.command.join(' ')}, tests as {"stdin": "...", "expect": "..."}`;
  if (spec.surface?.kind === 'http') return `server started by ${spec.surface.start.join(' ')}, tests as {"request": {"method": "GET", "path": "/…", "body": value}, "expect": {"status": 200, "body": value}}, or lists of both for a session`;
  if (spec.surface?.kind === 'files') return `files ${spec.surface.outputs.join(', ')}, tests as {"files": {"path": "text"}, ${spec.surface.command ? '"argv": [...], "input": "stdin"' : '"call": [...]'}, "expect": {"path": "text"}}`;
  return 'tests as {"assert": "source that passes or raises"}';
}

/** The words of the spec without its tests and example inputs. */
function statementOf(spec: Spec): object {
  return { title: spec.title, text: spec.text ?? null, surface: spec.surface ?? null, criteria: spec.criteria.map(({ id, text }) => ({ id, text })) };
}
