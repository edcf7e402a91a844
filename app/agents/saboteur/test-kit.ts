/** For the Saboteur's stories: small changes as two sets of files, a model that says what it is told, and one sandbox opened once. */
import type { Models } from '../../core/model.ts';
import type { Log } from '../../core/ports/log.ts';
import type { CriterionTest, Spec } from '../../core/spec.ts';
import { textFile, type Tree } from '../../core/tree.ts';
import { modules, testSandbox } from '../../consensus/test-kit.ts';
import { targetOf } from './controls.ts';
import { hunt, type Catch } from './hunt.ts';
import type { SabotageRequest, SabotageTools } from './saboteur.ts';
import { verify } from './verify.ts';

export interface Story {
  language?: Spec['language'];
  /** Code of the module `price`; absent: the tree has no such module. */
  base?: string;
  head?: string;
  baseFiles?: Record<string, string>;
  headFiles?: Record<string, string>;
  tests?: CriterionTest[];
  spec?: Partial<Spec> | null;
}

export const priceTests: CriterionTest[] = [{ args: [50, 1], expect: 50 }, { args: [80, 3], expect: 240 }, { args: [40, 12], expect: 432 }];

/** Ten percent off from ten pieces on; each language's own way to write it, with the comparison that is told. */
export function price(language: Spec['language'], comparison: string): string {
  if (language === 'python') return `def price(unit, pieces):\n    total = unit * pieces\n    if pieces ${comparison}:\n        return total - total // 10\n    return total\n`;
  const type = language === 'typescript' ? ': number' : '';
  return `export function price(unit${type}, pieces${type})${type} {\n  const total = unit * pieces;\n  if (pieces ${comparison}) return total - Math.floor(total / 10);\n  return total;\n}\n`;
}

export function requestOf(story: Story): SabotageRequest {
  const language = story.language ?? 'python';
  const module = modules[language];
  const files = (code: string | undefined, more: Record<string, string> = {}): Tree => Object.fromEntries(Object.entries({ ...(code === undefined ? {} : { [module]: code }), ...more }).map(([path, text]) => [path, textFile(text)]));
  const spec: Spec = {
    version: 1, id: 'story', title: 'price of a line', language, surface: { kind: 'function', module, export: 'price' }, timeoutMs: 500,
    criteria: [{ id: 'AC1', text: 'ten percent off from 10 pieces on', tests: story.tests ?? priceTests }], ...story.spec,
  };
  return { spec: story.spec === null ? null : spec, base: files(story.base, story.baseFiles), head: files(story.head, story.headFiles), family: 'openai', model: 'recorded', seed: 7 };
}

/** One hunt without the controls: they are part of every run and have a story of their own. */
export async function huntOn(story: Story): Promise<Catch> {
  const { spec, base, head, seed } = requestOf(story);
  return hunt({ target: targetOf(spec, base, head), sandbox: await testSandbox(), seed }, { ideas: [], verify });
}

export async function toolsWith(answers: string[], more: Partial<SabotageTools> = {}): Promise<SabotageTools & { asked: string[] }> {
  const asked: string[] = [];
  const models: Models = { async ask(request) {
    asked.push(request.messages.map((message) => ('text' in message ? message.text : '')).join('\n'));
    return { text: answers[Math.min(asked.length, answers.length) - 1] ?? '', toolCalls: [], model: request.model, stop: 'end', usage: { inputTokens: 1, outputTokens: 1, cacheReadTokens: 0, cacheWriteTokens: 0 } };
  } };
  return { sandbox: await testSandbox(), models, log: silent, asked, ...more };
}

const silent: Log = { debug() {}, info() {}, warn() {}, error() {} };
