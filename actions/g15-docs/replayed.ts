/** What the replay of a document's commands told: a plain command that fails blocks, one that takes arguments of the reader's own informs, and so does what was not replayed. */
import type { RawFinding } from '../../app/core/finding.ts';
import type { GuardFacts } from '../../app/core/guardrail.ts';
import type { Settings } from './settings.ts';

export function replayFindings({ tools }: GuardFacts, settings: Settings, judged: (path: string) => boolean): RawFinding[] {
  return (tools.readme?.findings ?? []).filter(({ path }) => judged(path)).map(({ rule, path, startLine, message, level }) => {
    const [command = '', why = ''] = message.split(' – ', 2);
    const blocks = rule === 'failed' && (settings.replay === 'required' || (level === 'error' && settings.replay !== 'report'));
    return { code: rule === 'failed' ? 'COMMAND_FAILED' : 'COMMAND_NOT_REPLAYED', path, startLine, endLine: startLine, values: { command, why }, ...(blocks ? {} : { severity: 'info' as const }) };
  });
}
