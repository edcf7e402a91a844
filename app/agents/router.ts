/** Which model a task gets: complexity 8 or more, or a security task, is tier 1; 4 or more tier 2; else tier 3. Deterministic, with its reasons. */
import type { Family } from '../core/family.ts';
import type { Spec } from '../core/spec.ts';

export type Tier = 1 | 2 | 3;

export interface TaskFacts {
  criteria: number;
  difficulty: 'easy' | 'medium' | 'hard' | null;
  surface: 'function' | 'cli' | 'http' | 'files' | null;
  /** Characters of prose in the spec, a rough measure of how much there is to get wrong. */
  words: number;
  security: boolean;
  /** Earlier rounds that found no quorum; each raises the tier. */
  failedRounds: number;
}

export interface Routing {
  tier: Tier;
  complexity: number;
  reasons: string[];
  models: Record<Family, string>;
}

/** Every model here has a price in `edges/models/prices.json`; a test holds that. */
export const tiers: Record<Tier, Record<Family, string>> = {
  1: { anthropic: 'claude-opus-4-8', openai: 'gpt-5.5', google: 'gemini-3.1-pro-preview' },
  2: { anthropic: 'claude-sonnet-4-6', openai: 'gpt-5.4', google: 'gemini-3.5-flash' },
  3: { anthropic: 'claude-haiku-4-5', openai: 'gpt-5.4-mini', google: 'gemini-3.1-flash-lite' },
};

export function route(facts: TaskFacts): Routing {
  const { complexity, reasons } = complexityOf(facts);
  const tier: Tier = facts.security || complexity >= 8 ? 1 : complexity >= 4 ? 2 : 3;
  const why = facts.security ? 'security: tier 1' : complexity >= 8 ? 'complexity 8 or more: tier 1' : complexity >= 4 ? 'complexity 4 or more: tier 2' : 'complexity under 4: tier 3';
  return { tier, complexity, reasons: [...reasons, why], models: tiers[tier] };
}

function complexityOf(facts: TaskFacts): { complexity: number; reasons: string[] } {
  const points: [number, string][] = [
    [Math.min(facts.criteria, 4), `${facts.criteria} criteria`],
    [facts.difficulty === 'hard' ? 5 : facts.difficulty === 'medium' ? 2 : 0, `difficulty ${facts.difficulty ?? 'not stated'}`],
    [facts.surface === 'http' || facts.surface === 'files' ? 2 : facts.surface === 'cli' ? 1 : 0, `surface ${facts.surface ?? 'none'}`],
    [facts.words > 600 ? 2 : facts.words > 200 ? 1 : 0, `${facts.words} words of spec`],
    [facts.failedRounds * 4, `${facts.failedRounds} rounds without quorum`],
  ];
  const complexity = points.reduce((sum, [n]) => sum + n, 0);
  return { complexity, reasons: points.filter(([n]) => n > 0).map(([n, why]) => `${why}: +${n}`) };
}

const securityWords = /\b(auth\w*|login|password|credential\w*|secret\w*|token\w*|crypto\w*|encrypt\w*|signature\w*|permission\w*|session\w*|payment\w*|sanitiz\w*|sanitis\w*)\b/i;

/** The facts that a spec and its rounds give. */
export function taskFactsOf(spec: Spec, failedRounds: number): TaskFacts {
  const prose = [spec.title, spec.text ?? '', ...spec.criteria.map((criterion) => criterion.text)].join(' ');
  const place = spec.surface?.kind === 'function' ? spec.surface.module : '';
  return {
    criteria: spec.criteria.length, difficulty: spec.difficulty ?? null, surface: spec.surface?.kind ?? null,
    words: prose.split(/\s+/).filter(Boolean).length, security: securityWords.test(`${prose} ${place.replace(/[/_.-]/g, ' ')}`), failedRounds,
  };
}
