/** Tokens that their issuer gave a shape of their own (the rules are data, handed in), and private keys. */
import type { Hit, Source } from './found.ts';
import { entropy, isMarkedExample, mask } from './values.ts';

export interface ProviderRule {
  kind: string;
  pattern: string;
  entropy?: number;
  /** The whole match counts whatever it looks like. */
  plain?: boolean;
  /** Not on a line that matches this. */
  not?: string;
}

/** A scanner for these shapes, their expressions compiled once. */
export function providerTokens(rules: readonly ProviderRule[]): (source: Source) => Hit[] {
  const compiled = rules.map((rule) => ({ ...rule, regex: new RegExp(rule.pattern, 'gm'), exclude: rule.not ? new RegExp(rule.not) : null }));
  return ({ text }) => compiled.flatMap((rule) => [...text.matchAll(rule.regex)].flatMap((match): Hit[] => {
    const value = match[1] ?? match[0];
    const at = match.index + match[0].indexOf(value);
    if (!rule.plain && (isMarkedExample(value) || entropy(value) < (rule.entropy ?? 2))) return [];
    if (rule.exclude?.test(lineAt(text, at))) return [];
    return [{ code: 'PROVIDER_TOKEN', at, length: value.length, values: { kind: rule.kind, masked: mask(value) } }];
  }));
}

const keyBlock = /-----BEGIN ((?:[A-Z]+ ){0,3}PRIVATE KEY(?: BLOCK)?)-----([\s\S]{0,20000}?)-----END/g;
const putty = /PuTTY-User-Key-File-\d: (\S+)[\s\S]{0,4000}?Private-Lines: \d+\s+([A-Za-z0-9+/=\s]{40,})/g;

/** A key block counts with at least forty characters of key in it, real or `\n`-escaped line breaks. */
export function privateKeys({ text }: Source): Hit[] {
  return [keyBlock, putty].flatMap((regex) => [...text.matchAll(regex)].flatMap((match): Hit[] => {
    const body = match[2]!.replace(/\\[nr]|^[A-Za-z-]+:.*$/gm, '').replace(/[^A-Za-z0-9+/=]/g, '');
    if (body.length < 40 || isMarkedExample(body.replace(/A{6,}/g, 'A'))) return [];
    return [{ code: 'PRIVATE_KEY', at: match.index, length: match[0].length, values: { kind: match[1]! } }];
  }));
}

function lineAt(text: string, at: number): string {
  const end = text.indexOf('\n', at);
  return text.slice(text.lastIndexOf('\n', at) + 1, end < 0 ? text.length : end);
}
