/** model-card: a change that ships or calls a model needs a card in the repository, and the card its fields. */
import type { RawFinding } from '../../app/core/finding.ts';
import type { GuardFacts } from '../../app/core/guardrail.ts';
import { cardsOf, lackingIn } from './card.ts';
import { usesIn } from './models.ts';

export function inspect(facts: GuardFacts): RawFinding[] {
  const cards = cardsOf(facts);
  const uses = usesIn(facts);
  // One finding a file is enough to say that the card is missing.
  if (cards.length === 0) return firstOfEach(uses).map(({ path, line, what }): RawFinding => ({ code: 'MODEL_WITHOUT_CARD', path, startLine: line, endLine: line, values: { what } }));
  const touched = uses.some(({ path, line }) => line === 0 || facts.changed.some((file) => file.path === path && file.changedLines.has(line)));
  const changed = cards.some((card) => facts.changed.some((file) => file.path === card.path));
  const lacking = touched || changed || facts.all ? lackingIn(cards.map((card) => card.text)) : [];
  const text = cards.map((card) => card.text).join('\n');
  return [
    ...(lacking.length === 0 ? [] : [{ code: 'CARD_LACKS', path: cards[0]!.path, startLine: 0, endLine: 0, values: { fields: lacking.join(', ') } }]),
    ...uses.filter(({ model }) => model !== null && !text.includes(model)).map(({ path, line, model }): RawFinding => ({ code: 'MODEL_UNNAMED', path, startLine: line, endLine: line, severity: 'info', values: { model: model! } })),
  ];
}

function firstOfEach<T extends { path: string }>(list: readonly T[]): T[] {
  return [...new Map(list.toReversed().map((each) => [each.path, each])).values()].reverse();
}
