/** What the consensus check says of a change that Assay built: who agrees, on what evidence, how sure that is, and how often it was wrong. */
import type { ConsensusResult } from '../../core/candidate.ts';
import { code, plain, table } from '../../core/markdown.ts';
import { ratesFor } from '../../consensus/confidence.ts';

export function builtWords(result: ConsensusResult): { summary: string; text: string } {
  const difficulty = result.features?.hard ? 'hard' : result.features?.medium ? 'medium' : undefined;
  const facts = [
    ['winner', code(result.winner ?? 'none')], ['independent families', `${result.quorum.families} (${result.quorum.required} needed)`],
    ['tests and inputs', `${result.testsPooled} tests, ${result.inputsRun} generated inputs`],
    ['large inputs', result.speed ? `${result.speed.inputs}, survived by ${result.speed.survivors.map((id) => code(id)).join(', ')}` : 'none could be made'],
    ['mutants killed', result.mutationScore === null ? 'no mutant to kill' : `${Math.round(result.mutationScore * 100)} %`],
    ['confidence', `${result.confidence}: the estimated probability that the winner is right. It was fitted on tasks that are easier than most changes.`],
  ];
  const cheats = Object.entries(result.disqualified ?? {}).map(([id, why]) => `- ${code(id)} ${plain(why, 300)}: it got at the comparison instead of answering`);
  const outside = Object.entries(result.outside ?? {}).map(([id, why]) => `- ${code(id)} ${plain(why, 300)}`);
  return {
    summary: [...(cheats.length > 0 ? [`**Disqualified.** Nothing of these is in this change; find out what made them cheat before you approve it:\n\n${cheats.join('\n')}`] : []), table(['evidence', 'what was found'], facts)].join('\n\n'),
    text: [`How often agreement was wrong where it was measured: ${ratesFor(difficulty)}.`, ...(outside.length > 0 ? ['Outside the agreement:', outside.join('\n')] : [])].join('\n\n'),
  };
}
