/** Scripts of the model stand-in: what each role of each family says. Stateless per conversation: the progress is read from the tool results in it. */
import type { ChatCompletionRequest, FixtureResponse } from '@copilotkit/aimock';
import type { Family } from '../../app/core/family.ts';
import type { CriterionTest, Spec } from '../../app/core/spec.ts';
import { roleOf, type Asked, type Fault } from './models-wire.ts';

/** Which conversations a script speaks in. `about` is looked for in the first user message, e.g. an issue's title or a spec's id. */
export interface When {
  family?: Family;
  about?: string | RegExp;
}

export interface PlanScript extends When { spec: Omit<Spec, 'version' | 'id'>; assumptions?: string[]; riskTier?: 'low' | 'medium' | 'high'; question?: string }
/** `firstTry` is written and tested first; then `files` replace it. `null` tests of a file are not possible: builders only write. */
export interface BuilderScript extends When { files: Record<string, string>; tests: CriterionTest[]; firstTry?: Record<string, string>; summary?: string }
export interface AcceptanceScript extends When { tests: CriterionTest[] }
/** Any role by hand: one entry per turn, each a text or the tool calls of that turn. */
export interface TurnsScript extends When { role: string; turns: Turn[] }
export interface FaultScript extends When { role?: string; times?: number; with: Fault }

export type Call = { name: string; arguments: Record<string, unknown> };
export type Turn = { text: string } | { calls: Call[] };

interface Script extends When { role: string; turns: Turn[] }
interface LiveFault extends FaultScript { left: number }

export interface Scripts {
  plan(script: PlanScript): void;
  builder(script: BuilderScript): void;
  acceptance(script: AcceptanceScript): void;
  /** Prose, e.g. of the auditor. */
  text(script: When & { role: string; text: string }): void;
  /** One JSON answer, e.g. the saboteur's ideas. */
  json(script: When & { role: string; json: unknown }): void;
  turns(script: TurnsScript): void;
  /** `times` absent: until `heal`. Faults come before scripts. */
  fail(script: FaultScript): void;
  heal(): void;
}

export interface ScriptBook extends Scripts {
  faultFor(asked: Asked): Fault | null;
  respond(request: ChatCompletionRequest): FixtureResponse;
}

/** The newest matching script speaks, so a test may override what a world set up. */
export function scriptBook(): ScriptBook {
  const scripts: Script[] = [];
  let faults: LiveFault[] = [];
  const add = (script: Script) => void scripts.unshift(script);
  return {
    plan: ({ spec, assumptions, riskTier, question, ...when }) => add({ ...when, role: 'planner', turns: [say({ spec, assumptions: assumptions ?? [], riskTier: riskTier ?? 'low', question: question ?? null })] }),
    builder: (script) => add({ ...whenOf(script), role: 'builder', turns: builderTurns(script) }),
    acceptance: ({ tests, ...when }) => add({ ...when, role: 'acceptance', turns: [say({ tests })] }),
    text: ({ text, ...rest }) => add({ ...rest, turns: [{ text }] }),
    json: ({ json, ...rest }) => add({ ...rest, turns: [say(json)] }),
    turns: add,
    fail: (script) => void faults.push({ ...script, left: script.times ?? Infinity }),
    heal: () => void (faults = []),
    faultFor(asked) {
      const fault = faults.find((one) => one.left > 0 && (one.role ?? asked.role) === asked.role && (one.family ?? asked.family) === asked.family && isAbout(one, asked.firstUserText));
      if (!fault) return null;
      fault.left -= 1;
      return fault.with;
    },
    respond: (request) => respond(scripts, request),
  };
}

function whenOf({ family, about }: When): When {
  return { ...(family ? { family } : {}), ...(about ? { about } : {}) };
}

function say(json: unknown): Turn {
  return { text: JSON.stringify(json) };
}

function builderTurns({ files, tests, firstTry, summary }: BuilderScript): Turn[] {
  const write = (contents: Record<string, string>): Turn => ({ calls: Object.entries(contents).map(([path, content]) => ({ name: 'write_file', arguments: { path, content } })) });
  const test: Turn = { calls: [{ name: 'run_tests', arguments: {} }] };
  return [
    { calls: [{ name: 'list_files', arguments: {} }] },
    ...(firstTry ? [write(firstTry), test] : []),
    write(files), test,
    { calls: [{ name: 'submit', arguments: { summary: summary ?? 'Implements the spec.', tests } }] },
  ];
}

function isAbout({ about }: When, text: string): boolean {
  if (about === undefined) return true;
  return typeof about === 'string' ? text.includes(about) : about.test(text);
}

function respond(scripts: Script[], request: ChatCompletionRequest): FixtureResponse {
  const system = contentOf(request.messages.find((message) => message.role === 'system'));
  const user = request.messages.filter((message) => message.role === 'user').map(contentOf).join('\n');
  const role = roleOf(system, request.messages.filter((message) => message.role === 'user').map(contentOf).join('\n'));
  const family = familyOf(request.model);
  const script = scripts.find((one) => one.role === role && (one.family ?? family) === family && isAbout(one, user));
  // 400: the SDKs and Assay do not retry it, so a hole in a script fails fast and by name.
  if (!script) return { error: { message: `the stand-in has no script for the ${role} of ${family}`, type: 'invalid_request_error' }, status: 400 };
  return wire(turnAt(script.turns, request), request, role);
}

/** Which turn is due: tool results and spoken turns are counted, because vendors' formats split and join messages with calls differently. */
function turnAt(turns: Turn[], request: ChatCompletionRequest): Turn {
  let results = request.messages.filter((message) => message.role === 'tool' || (message.role === 'assistant' && !message.tool_calls)).length;
  for (const turn of turns.slice(0, -1)) {
    const size = 'calls' in turn ? turn.calls.length : 1;
    if (results < size) return turn;
    results -= size;
  }
  return turns.at(-1) ?? { text: '' };
}

function wire(turn: Turn, request: ChatCompletionRequest, role: string): FixtureResponse {
  const asked = Math.ceil(JSON.stringify(request.messages).length / 4);
  const said = Math.ceil(JSON.stringify(turn).length / 4);
  const usage = { input_tokens: asked, output_tokens: said, prompt_tokens: asked, completion_tokens: said, promptTokenCount: asked, candidatesTokenCount: said, totalTokenCount: asked + said };
  if ('text' in turn) return { content: turn.text, usage };
  const before = request.messages.filter((message) => message.role === 'tool').length;
  return { toolCalls: turn.calls.map((call, index) => ({ id: `${role}_${before}_${index}`, name: call.name, arguments: JSON.stringify(call.arguments) })), usage };
}

function contentOf(message: ChatCompletionRequest['messages'][number] | undefined): string {
  const content = message?.content ?? '';
  return typeof content === 'string' ? content : content.map((part) => part.text ?? '').join('');
}

function familyOf(model: string): Family {
  return model.startsWith('claude') ? 'anthropic' : model.startsWith('gemini') ? 'google' : 'openai';
}
