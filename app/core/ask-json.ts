/**
 * Asks a model for one JSON value of a given shape. The shape is stated in the prompt and sent to the vendor as a schema; what comes back is
 * validated here, because neither is proof. One corrected retry that names the faults, then MODEL_ANSWER_INVALID; never a guess.
 */
import { z } from 'zod';
import { AssayError } from './errors.ts';
import type { ModelAnswer, ModelMessage, ModelRequest, Models } from './model.ts';

/** The value, and the answer that carried it (its model id and tokens). `check` may find faults that a schema cannot; it answers them as sentences. */
export interface JsonQuestion<T> {
  request: Omit<ModelRequest, 'schema' | 'tools'>;
  schema: z.ZodType<T>;
  check?(value: T): string[];
}

export async function askJson<T>(models: Models, question: JsonQuestion<T>): Promise<{ value: T; answer: ModelAnswer }> {
  const request = requestOf(question);
  const first = await models.ask(request);
  const read = readJson(first, question);
  if (read.ok) return { value: read.value, answer: first };
  const second = await models.ask({ ...request, messages: [...request.messages, ...correction(first, read.faults)] });
  const again = readJson(second, question);
  if (again.ok) return { value: again.value, answer: second };
  throw new AssayError('MODEL_ANSWER_INVALID', `${second.model} did not answer in the asked form, twice: ${again.faults.slice(0, 500)}`, {
    remedy: 'Retry; if it repeats, choose another model for this role.',
  });
}

function requestOf<T>({ request, schema }: JsonQuestion<T>): ModelRequest {
  const shape = z.toJSONSchema(schema, { unrepresentable: 'any', io: 'input' }) as Record<string, unknown>;
  const system = `${request.system}\n\nAnswer with exactly one JSON value and nothing else. It must fit this JSON Schema:\n${JSON.stringify(shape)}`;
  return { ...request, system, tools: [], schema: shape };
}

function correction(answer: ModelAnswer, faults: string): ModelMessage[] {
  return [
    { role: 'assistant', text: answer.text || '(nothing)', toolCalls: [] },
    { role: 'user', text: `That answer cannot be used: ${faults}\nAnswer again with the whole JSON value, corrected, and nothing else.` },
  ];
}

type Read<T> = { ok: true; value: T } | { ok: false; faults: string };

function readJson<T>(answer: ModelAnswer, question: JsonQuestion<T>): Read<T> {
  if (answer.stop === 'length') return { ok: false, faults: 'it was cut off at the token limit' };
  const json = parse(answer.text);
  if (json === undefined) return { ok: false, faults: 'it is not JSON' };
  const parsed = question.schema.safeParse(json);
  if (!parsed.success) return { ok: false, faults: z.prettifyError(parsed.error) };
  const faults = question.check?.(parsed.data) ?? [];
  return faults.length > 0 ? { ok: false, faults: faults.join('; ') } : { ok: true, value: parsed.data };
}

/** The text as JSON; a single code fence around the whole of it is forgiven. */
function parse(text: string): unknown {
  const fenced = /^\s*```(?:json)?\s*\n([\s\S]*)\n\s*```\s*$/.exec(text);
  try {
    return JSON.parse(fenced?.[1] ?? text);
  } catch {
    return undefined; // JSON has no undefined, so this says "not JSON"
  }
}
