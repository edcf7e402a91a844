/** G02: secrets in the diff. secretlint's recommended rules plus own scanners for what it does not know; one finding per line and value, always masked. */
import { lintSource } from '@secretlint/core';
import { creator } from '@secretlint/secretlint-rule-preset-recommend';
import type { RawFinding } from '../../app/core/finding.ts';
import type { GuardFacts } from '../../app/core/guardrail.ts';
import { assignedSecrets, connections, passwords } from './assigned.ts';
import { credentialFiles } from './credential-files.ts';
import type { Hit, Source } from './found.ts';
import { privateKeys, providerTokens } from './providers.ts';
import { entropy, isMarkedExample, mask } from './values.ts';

const scanners = [providerTokens, privateKeys, connections, credentialFiles, assignedSecrets, passwords];
// Lock files are full of digests and hold nothing that a person wrote.
const lockFiles = /(^|\/)(package-lock\.json|npm-shrinkwrap\.json|yarn\.lock|pnpm-lock\.yaml|bun\.lockb?|poetry\.lock|uv\.lock|Pipfile\.lock|Cargo\.lock|composer\.lock|Gemfile\.lock|go\.sum|flake\.lock)$/;

export async function inspect(facts: GuardFacts): Promise<RawFinding[]> {
  const lists = await Promise.all(facts.changed.map(inspectFile));
  return lists.flat();
}

async function inspectFile(source: Source): Promise<RawFinding[]> {
  const locked = lockFiles.test(source.path);
  const hits = [...(locked ? [providerTokens, connections] : scanners).flatMap((scan) => scan(source)), ...await secretlint(source)];
  const lines = new Lines(source.text);
  const seen = new Set<string>();
  return hits.flatMap((hit) => {
    const startLine = lines.at(hit.at);
    // Several rules may know the same value; the first, most specific one names it.
    const key = String(startLine);
    if (seen.has(key)) return [];
    seen.add(key);
    return [{ code: hit.code, path: source.path, startLine, endLine: Math.max(startLine, lines.at(hit.at + Math.max(0, hit.length - 1))), values: hit.values }];
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
