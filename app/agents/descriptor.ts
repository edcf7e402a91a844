/** What an agent is: its role, who may play it, what it may use and spend, and how facts become its prompt. Data, so that a card can be printed. */
import type { z } from 'zod';
import { families, type Family } from '../core/family.ts';
import type { ModelRequest, Role } from '../core/model.ts';
import { dataRule, type DataBlock } from '../core/untrusted.ts';

/** `maxTurns` counts model calls; `prompt` answers the first user message and what was taken out of untrusted text on the way. */
export interface AgentDescriptor<Facts, Output> {
  role: Role;
  families: readonly Family[];
  output: z.ZodType<Output>;
  tools: ModelRequest['tools'];
  budget: { maxOutputTokens: number; maxTurns: number; temperature: number };
  system: string;
  prompt(facts: Facts): { text: string; removed: string[] };
}

/** First line of every system prompt: it tells the model, a reader of the log and a stand-in which role speaks. */
export function roleLine(role: Role): string {
  return `You are the ${role} of Assay.`;
}

export function systemPrompt(role: Role, rules: readonly string[]): string {
  return [roleLine(role), ...rules, dataRule].join('\n');
}

/** Text parts and data blocks as one message. */
export function compose(parts: readonly (string | DataBlock)[]): { text: string; removed: string[] } {
  const text = parts.map((part) => (typeof part === 'string' ? part : part.block)).join('\n\n');
  return { text, removed: parts.flatMap((part) => (typeof part === 'string' ? [] : part.removed)) };
}

/** The request that opens an agent's work. */
export function openingOf<Facts, Output>(agent: AgentDescriptor<Facts, Output>, who: { family: Family; model: string; facts: Facts }): Omit<ModelRequest, 'schema'> {
  return {
    role: agent.role, family: who.family, model: who.model, system: agent.system, tools: agent.tools,
    messages: [{ role: 'user', text: agent.prompt(who.facts).text }],
    maxOutputTokens: agent.budget.maxOutputTokens, temperature: agent.budget.temperature,
  };
}

export const anyFamily: readonly Family[] = families;
