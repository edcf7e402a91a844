/**
 * Finds secrets in one text: secretlint's recommended rules plus own scanners for what it does not know. One hit per line, named by the most specific rule that
 * knows it, with its lines and never with its value. The same finder reads a diff and a history.
 */
import { lintSource } from '@secretlint/core';
import { creator } from '@secretlint/secretlint-rule-preset-recommend';
import { assignedSecrets, connections, passwords } from './assigned.ts';
import { credentialFiles } from './credential-files.ts';
import type { Hit, Source } from './found.ts';
import { type ProviderRule, privateKeys, providerTokens } from './providers.ts';
import { entropy, isMarkedExample, mask } from './values.ts';

/** Lines are 1-based and inclusive. */
export interface FoundSecret {
  code: Hit['code'];
  startLine: number;
  endLine: number;
  values: Record<string, string>;
}

// Lock files are full of digests and hold nothing that a person wrote.
const lockFiles = /(^|\/)(package-lock\.json|npm-shrinkwrap\.json|yarn\.lock|pnpm-lock\.yaml|bun\.lockb?|poetry\.lock|uv\.lock|Pipfile\.lock|Cargo\.lock|composer\.lock|Gemfile\.lock|go\.sum|flake\.lock)$/;

/** `rules` are the shapes of issuers' tokens (`rulepacks/secrets/providers.json`). */
export function secretFinder(rules: readonly ProviderRule[]): (source: Source) => Promise<FoundSecret[]> {
  const tokens = providerTokens(rules);
  const all = [tokens, privateKeys, connections, credentialFiles, assignedSecrets, passwords];
  return async (source) => {
    const hits = (lockFiles.test(source.path) ? [tokens, connections] : all).flatMap((scan) => scan(source));
    return onePerLine([...hits, ...await secretlint(source)], source.text);
  };
}

/** Several rules may know the same value; the first, most specific one names it. */
function onePerLine(hits: readonly Hit[], text: string): FoundSecret[] {
  const lines = new Lines(text);
  const seen = new Set<number>();
  return hits.flatMap((hit) => {
    const startLine = lines.at(hit.at);
    if (seen.has(startLine)) return [];
    seen.add(startLine);
    return [{ code: hit.code, startLine, endLine: Math.max(startLine, lines.at(hit.at + Math.max(0, hit.length - 1))), values: hit.values }];
  });
}

async function secretlint({ path, text }: Source): Promise<Hit[]> {
  const extension = `.${path.split('.').at(-1) ?? ''}`;
  const result = await lintSource({
    source: { content: text, filePath: path, ext: extension, contentType: 'text' },
    options: { noPhysicFilePath: true, config: { rules: [{ id: '@secretlint/secretlint-rule-preset-recommend', rule: creator }] } },
  });
  return result.messages.flatMap((message): Hit[] => {
    const [at, end] = message.range;
    const value = text.slice(at, end);
    // Its Slack rule takes any text with the prefix, and keys without a body; the own rules are stricter there.
    if (isMarkedExample(value) || /PRIVATE KEY/.test(value) || message.ruleId.includes('slack') || entropy(value) < 2.8) return [];
    return [{ code: 'PROVIDER_TOKEN', at, length: end - at, values: { kind: message.ruleId.split('/').at(-1)!.replace('secretlint-rule-', ''), masked: mask(value) } }];
  });
}

/** Offsets to 1-based lines, by binary search. */
class Lines {
  readonly starts: number[] = [0];

  constructor(text: string) {
    for (let at = text.indexOf('\n'); at >= 0; at = text.indexOf('\n', at + 1)) this.starts.push(at + 1);
  }

  at(offset: number): number {
    let low = 0;
    let high = this.starts.length - 1;
    while (low < high) {
      const middle = (low + high + 1) >> 1;
      if (this.starts[middle]! <= offset) low = middle;
      else high = middle - 1;
    }
    return low + 1;
  }
}
