/**
 * What is promised of a graph whose edges are rows of a table, gathered from all sentences and said in one: generators of edges take one
 * rule. Vertices are counted from 1 in the lines; where the function counts from 0 they are shifted.
 */
export interface GraphTold {
  /** Names of both ends, as the text spells them, and of the number of vertices. */
  ends: [string, string];
  size: string;
  /** Added to an end in the lines. */
  shift: 0 | 1;
  /** The first end is below the second. */
  ordered: boolean;
  lines: string[];
}

const about = /\b(?:tree|graph|edges?|roads?|connect\w*|undirected|directed|acyclic)\b/i;
const repeated = /\b(?:no|not contain any|without) (?:(?:self[- ]?)?loops? (?:and|or|nor) )?(?:repeated|duplicated?|multiple|parallel|multi-?) ?(?:edges?|roads?|connections?|pairs?)|\bat most one (?:edge|road|connection|path|corridor|\w+) (?:connecting|between|connects)|\b(?:edges?|roads?|connections?|pairs?)\b.*\b(?:unique|distinct|different)\b|\bsimple graph\b/i;
const loopless = /\bno (?:\w+ (?:or|nor|and) )?self[- ]?(?:loops?|edges?)|\bno (?:\w+ )?connects? .*itself/i;
const connected = /\bgraph (?:is|will be) (?:\w+ and )?connected|\bconnected (?:undirected )?graph|\breach(?:able)? (?:any|every|all|each|from)\b.*\b(?:any|every|each|other|all)\b|\bpath (?:between|from) (?:any|every|each|all)\b|\b(?:any|every|each|all)\b.*\b(?:is|are|can be) (?:reachable|reached|connected)\b/i;
const tree = /\b(?:is|are|forms?|represents?|given|has|an?|make up) (?:(?:the|an?|valid|rooted|weighted|undirected|unrooted|binary|connected|directed) )*tree\b/i;
const acyclic = /\bacyclic\b|\bDAG\b|\bno (?:directed )?cycles?\b/i;
const worded = [repeated, loopless, connected, tree, acyclic];

/** Null where both columns are no ends of edges on a stated number of vertices. */
export function graphTold([a, b]: [string, string], lines: string[], prose: string): GraphTold | null {
  const text = [...lines, prose].join('\n');
  const bound = lines.find((line) => hasName(line, a) && hasName(line, b) && /<=? ?[A-Za-z]\w*(?: ?- ?1)?\.?$/.test(line));
  const [size, shift] = verticesIn(bound ?? '');
  if (!bound || !size || shift === null || !about.test(text)) return null;
  const unequal = lines.filter((line) => /^[^<>]*!=[^<>]*$/.test(line) && hasName(line, a) && hasName(line, b));
  const mine = lines.filter((line) => line === bound || unequal.includes(line) || (!/[<>]/.test(line) && worded.some((word) => word.test(line))));
  const below = new RegExp(`${a} ?< ?${b}`).test(bound);
  const has = (word: RegExp) => mine.some((line) => word.test(line)) || word.test(prose);
  const sentence = sentenceOf({ tree: has(tree), connected: has(connected), simple: mine.some((line) => repeated.test(line)), loopless: below || unequal.length > 0 || has(loopless) || has(acyclic) });
  const kept = lines.filter((line) => !mine.includes(line));
  return { ends: [a, b], size, shift, ordered: below || has(acyclic), lines: [...kept, `1 <= ${a}, ${b} <= ${size}`, ...(sentence === '' ? [] : [sentence])] };
}

/** The name of the number of vertices, and how much less than that the highest one is; null where the line bounds no vertices. */
function verticesIn(bound: string): [size: string | undefined, shift: 0 | 1 | null] {
  const [, low = '', top = ''] = /^(-?\d+) ?<=.*(<=? ?[A-Za-z]\w*(?: ?- ?1)?)\.?$/.exec(bound) ?? [];
  return [/[A-Za-z]\w*/.exec(top)?.[0], low === '0' && /^< ?\w+$|- ?1$/.test(top) ? 1 : low === '1' && /^<= ?\w+$/.test(top) ? 0 : null];
}

function hasName(line: string, name: string): boolean {
  return new RegExp(`(?<!\\w)${name.replace(/[[\]]/g, '\\$&')}(?!\\w)`).test(line);
}

function sentenceOf(told: { tree: boolean; connected: boolean; simple: boolean; loopless: boolean }): string {
  if (told.tree) return 'The given graph is a tree.';
  if (told.simple && told.loopless) return told.connected ? 'The graph is simple and connected.' : 'The graph is simple.';
  if (told.connected) return told.loopless ? 'The graph is connected and has no self-loops.' : 'The graph is connected.';
  if (told.simple) return 'There are no multiple edges.';
  return told.loopless ? 'The graph has no self-loops.' : '';
}
