/** G15: links and commands of documents against what is there, public names against their documentation and the changelog, and what a replay of commands told. */
import picomatch from 'picomatch';
import type { RawFinding } from '../../app/core/finding.ts';
import type { GuardFacts } from '../../app/core/guardrail.ts';
import { commandFindings, offerOf } from './commands.ts';
import { interfaceFindings } from './interface.ts';
import { linkFindings, orphanedLinks, treeOf } from './links.ts';
import { pageOf } from './pages.ts';
import { replayFindings } from './replayed.ts';
import { type Settings, settingsOf } from './settings.ts';
import { typedocFindings } from './typedoc.ts';

const elsewhere = /(^|\/)(node_modules|vendor|third_party|fixtures?|__fixtures__|testdata|cases|corpora|templates?|site-packages)\/|(^|\/)(CHANGELOG|CHANGES|HISTORY)\.md$|\.github\/(ISSUE|PULL_REQUEST)_TEMPLATE/i;

export function inspect(facts: GuardFacts): RawFinding[] {
  const settings = settingsOf(facts.settings);
  if ('code' in settings) return [settings];
  const judged = documents(settings);
  const tree = treeOf(facts);
  const offer = offerOf(facts);
  const inPages = facts.changed.filter(({ path }) => judged(path)).flatMap((file) => {
    const page = pageOf(file.text);
    return [...linkFindings(file, page, tree), ...commandFindings(file, { page, offer, facts })];
  });
  return [...inPages, ...orphanedLinks(facts, judged), ...replayFindings(facts, settings, judged), ...interfaceFindings(facts, settings), ...typedocFindings(facts)];
}

function documents(settings: Settings): (path: string) => boolean {
  const ignored = settings.ignore.length > 0 ? picomatch(settings.ignore, { dot: true }) : () => false;
  return (path) => /\.(md|markdown)$/i.test(path) && !elsewhere.test(path) && !ignored(path);
}
