/** Hosts in string literals of production code. A literal does not prove that anything is sent there, so a host is told and does not block. */
import { isIP } from 'node:net';
import { lines, type Node, ofKinds, parseFile } from '../../app/core/syntax.ts';
import { isProduction } from '../../app/core/test-paths.ts';
import data from '../../rulepacks/privacy/data.json' with { type: 'json' };

export interface Host {
  name: string;
  line: number;
}

const kinds = ['string', 'template_string', 'interpreted_string_literal', 'raw_string_literal'];
const address = /\b(?:https?|wss?|grpcs?):\/\/(?:[^\s/@'"`]{0,200}@)?([a-z0-9][a-z0-9.-]{0,250})/gi;

export function hostsIn(path: string, text: string): Host[] {
  const parsed = isProduction(path) && text.includes('://') ? parseFile(path, text) : null;
  if (!parsed) return [];
  return ofKinds(parsed.root, kinds).flatMap((node) => inLiteral(node));
}

function inLiteral(node: Node): Host[] {
  return [...node.text().slice(0, 5000).matchAll(address)].map((match) => match[1]!.toLowerCase().replace(/\.+$/, '')).filter(isOutbound).map((name) => ({ name, line: lines(node).startLine }));
}

/** Somebody else's machine: a name with a dot that is neither reserved nor a namespace. Bare addresses are left to G11. */
function isOutbound(host: string): boolean {
  if (!host.includes('.') || isIP(host) !== 0) return false;
  return !data.quietHosts.some((each) => host === each || host.endsWith(`.${each}`)) && !data.quietSuffixes.some((each) => host.endsWith(each));
}
