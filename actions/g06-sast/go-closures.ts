/** Go: three callbacks that are easy to get wrong: redirects that carry credentials on, walks that act on a path again, and SSH keys remembered before they are proven. */
import { calleeOf, type CodeFile } from '../../app/core/code/file.ts';
import { kindOf, named } from '../../app/core/code/grammar.ts';
import { type Node, ofKinds } from '../../app/core/syntax.ts';
import type { Hit } from './hit.ts';

export function closureHits(file: CodeFile): Hit[] {
  if (file.parsed.dialect !== 'go' || !/CheckRedirect|WalkDir|filepath\.Walk|PublicKeyCallback/.test(file.text)) return [];
  return ofKinds(file.parsed.root, ['func_literal']).flatMap((fn) => {
    const used = useOf(fn);
    if (used === 'CheckRedirect') return redirects(fn);
    if (used === 'PublicKeyCallback') return remembers(fn);
    return used === 'walk' ? walks(fn, file) : [];
  });
}

/** What the function literal is given to: a field, or a walk over files. */
function useOf(fn: Node): string | null {
  const holder = fn.ancestors().slice(0, 2).find((each) => !['literal_element', 'expression_list'].includes(kindOf(each)));
  if (!holder) return null;
  if (kindOf(holder) === 'keyed_element') return named(holder)[0]!.text();
  if (kindOf(holder) === 'assignment_statement') return holder.field('left')?.text().split('.').at(-1) ?? null;
  const call = kindOf(holder) === 'argument_list' ? holder.parent() : null;
  return call && /^filepath\.Walk(?:Dir)?$/.test(calleeOf(call)?.text() ?? '') ? 'walk' : null;
}

function redirects(fn: Node): Hit[] {
  const sent = ofKinds(fn, ['call_expression']).filter((call) => /\.Header\.(?:Set|Add)$/.test(calleeOf(call)?.text() ?? '') && /^"(?:Authorization|Cookie|Proxy-Authorization|X-Api-Key)"$/i.test(named(call.field('arguments')!)[0]?.text() ?? ''));
  const copied = ofKinds(fn, ['assignment_statement']).filter((each) => /\.Header$/.test(each.field('left')?.text() ?? ''));
  return [...sent, ...copied].map((node) => ({ code: 'CREDENTIAL_FORWARDED', node, why: 'a redirect to another host gets the credentials as well' }));
}

function remembers(fn: Node): Hit[] {
  const [, key] = parameterNames(fn);
  if (!key) return [];
  return ofKinds(fn, ['assignment_statement']).filter((each) => each.field('right')?.text() === key && each.field('left')?.text() !== '_')
    .map((node) => ({ code: 'KEY_BEFORE_PROOF', node, why: 'the callback also sees keys that the client cannot prove to own' }));
}

const acting = /^os\.(?:Remove|RemoveAll|Rename|Chmod|Chown|Truncate|Create|OpenFile|WriteFile|Symlink|Link)$/;

function walks(fn: Node, file: CodeFile): Hit[] {
  const [path] = parameterNames(fn);
  if (!path) return [];
  return ofKinds(fn, ['call_expression']).filter((call) => {
    const first = named(call.field('arguments')!)[0];
    return first !== undefined && acting.test(calleeOf(call)?.text() ?? '') && comesFrom(first, { path, file });
  }).map((node) => ({ code: 'PATH_RACE', node, why: 'between the walk and this call the path can become a link; os.Root holds it' }));
}

function comesFrom(node: Node, { path, file }: { path: string; file: CodeFile }): boolean {
  const word = new RegExp(`\\b${path}\\b`);
  return word.test(node.text()) || (kindOf(node) === 'identifier' && file.definitionsOf(node).some((each) => each.value !== null && word.test(each.value.text())));
}

function parameterNames(fn: Node): string[] {
  return named(fn.field('parameters')!).flatMap((each) => each.fieldChildren('name').filter((name) => kindOf(name) === 'identifier').map((name) => name.text()));
}
