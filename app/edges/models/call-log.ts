/** The prompt log's line of one model call: who asked which model what and what came back, without secrets. */
import { randomUUID } from 'node:crypto';
import { digestOf } from '../../core/digest.ts';
import { problemOf, type Problem } from '../../core/errors.ts';
import { isSameModel } from '../../core/model-id.ts';
import type { ModelAnswer, ModelRequest } from '../../core/model.ts';
import type { LedgerEntry, PromptLogEntry } from '../../core/ports/store.ts';
import { redact, redactJson } from '../../core/redact.ts';
import type { Purse } from './metered.ts';

interface Call {
  options: Pick<Purse, 'job' | 'clock' | 'traceId' | 'contextSha256'>;
  request: ModelRequest;
  entry: LedgerEntry | null;
  startedAt: number;
  answer: ModelAnswer | null;
  thrown: unknown;
}

/** `promptSha256` is the digest of the prompt as sent; only the redacted text is kept beside it. */
export function logLine({ options, request, entry, startedAt, answer, thrown }: Call): PromptLogEntry {
  const prompt = { system: request.system, messages: request.messages };
  return {
    id: randomUUID(), job: options.job, role: request.role, family: request.family,
    requestedModel: request.model, answeredModel: answer?.model ?? null, temperature: request.temperature,
    promptSha256: digestOf(prompt), contextSha256: options.contextSha256 ?? null, tools: request.tools.map((tool) => tool.name),
    prompt: redactJson(prompt),
    answer: answer ? redactJson({ text: answer.text, toolCalls: answer.toolCalls }) : null,
    problem: answer ? changeOf(request, answer) : redacted(problemOf(thrown)),
    traceId: options.traceId, ledgerId: entry?.id ?? null, at: startedAt, ms: options.clock.now() - startedAt,
  };
}

/** A silent swap is on record even where the caller goes on. */
function changeOf(request: ModelRequest, answer: ModelAnswer): Problem | null {
  if (isSameModel(request.model, answer.model)) return null;
  return { code: 'MODEL_CHANGED', message: `asked ${request.model}, answered by ${answer.model}`, remedy: 'This answer does not count for quorum. Pin a model that the vendor still serves.' };
}

function redacted(problem: Problem): Problem {
  return { ...problem, message: redact(problem.message) };
}
