/** The origin of what a call gives back: by the names of the rule pack, or by following it into a function of the same file. */
import type { Node } from '../syntax.ts';
import { returnsOf } from './definitions.ts';
import { calleeOf, objectOf } from './file.ts';
import { of, type Origin, worst } from './grades.ts';
import { kindOf, named } from './grammar.ts';
import { joined, type Walk } from './walk.ts';

export function ofCall(node: Node, at: Walk): Origin {
  const { file, flow, code } = at;
  const { dialect } = file.parsed;
  const name = file.nameOf(node).replace(/\(\)$/, '');
  const source = flow.sourceOf(`${name}()`, dialect);
  if (source) return of(source);
  if (flow.isClean(name, { code, dialect }) || flow.isFixed(name, dialect)) return of('clean');
  const values = valuesGiven(node);
  const object = receiverOf(node, at);
  const parts = object && !flow.isModule(object, file) ? [object, ...values] : values;
  if (flow.formats(name, dialect)) return flow.onlyNumbers(values[0]) ? of('clean') : joined(parts, at);
  if (name.endsWith('.map') && object && values[0] && file.grammar.functions.includes(kindOf(values[0]))) return ofMapped(values[0], { object, at });
  if (flow.carries(name, dialect)) return worst(parts.map((each) => at.walk(each, at)));
  return ofOwnFunction(node, { values, at }) ?? of('computed');
}

function valuesGiven(call: Node): Node[] {
  const list = call.field('arguments');
  const given = list ? named(list).filter((each) => kindOf(each) !== 'comment') : [];
  return given.map((each) => (kindOf(each) === 'keyword_argument' ? each.field('value')! : each));
}

/** `x` of `x.trim()`. */
function receiverOf(call: Node, { file }: Walk): Node | null {
  const callee = calleeOf(call);
  return callee && file.grammar.members.includes(kindOf(callee)) ? objectOf(callee) : null;
}

/** `ids.map((id) => …)` is what the function makes of each element. */
function ofMapped(fn: Node, { object, at }: { object: Node; at: Walk }): Origin {
  const [first] = at.file.definitions.parametersOf(fn);
  const bound = first ? new Map(at.bound).set(first.start, at.walk(object, at)) : at.bound;
  return worst(returnsOf(fn).map((each) => at.walk(each, { ...at, bound })));
}

/** Follows a call into a function of the same file, its parameters bound to what this call hands over. */
function ofOwnFunction(node: Node, { values, at }: { values: readonly Node[]; at: Walk }): Origin | null {
  const callee = calleeOf(node);
  if (!callee || at.depth > 8) return null;
  const isFunction = (each: Node | null): boolean => each !== null && at.file.grammar.functions.includes(kindOf(each));
  const held = at.file.grammar.identifiers.includes(kindOf(callee)) ? at.file.definitionsOf(callee).map((each) => each.value) : [callee];
  const fn = held.find(isFunction);
  if (!fn) return null;
  const bound = new Map(at.bound);
  for (const each of at.file.definitions.parametersOf(fn)) {
    const value = values[each.parameter!.index];
    if (value) bound.set(each.start, at.walk(value, at));
  }
  const returns = returnsOf(fn);
  return returns.length === 0 ? null : worst(returns.map((each) => at.walk(each, { ...at, bound })));
}
