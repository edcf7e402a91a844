/** Defaults that no single call shows: what an import switches on, what a missing variable leaves, and the order of middleware. */
import { calleeOf, type CodeFile } from '../../app/core/code/file.ts';
import { literalText, named } from '../../app/core/code/grammar.ts';
import { type Node, ofKinds } from '../../app/core/syntax.ts';

export interface Hit {
  code: string;
  node: Node;
  why: string;
}

export function orderHits(file: CodeFile): Hit[] {
  return file.parsed.dialect === 'go' ? profiler(file) : file.parsed.dialect === 'script' ? [...overridden(file), ...fallbacks(file)] : [];
}

/** Importing pprof adds its pages to the default mux; they are open where that mux is served. */
function profiler(file: CodeFile): Hit[] {
  if (!file.text.includes('net/http/pprof') || !/http\.(?:ListenAndServe|Serve)(?:TLS)?\(/.test(file.text)) return [];
  return ofKinds(file.parsed.root, ['import_spec']).filter((each) => /^_\s+"net\/http\/pprof"$/.test(each.text()))
    .map((node) => ({ code: 'PROFILER_EXPOSED', node, why: 'the profiler is served to everybody, with memory and command line' }));
}

/** `csrf` before `methodOverride`: a POST that is turned into a GET afterwards is not checked. */
function overridden(file: CodeFile): Hit[] {
  if (!/csrf/i.test(file.text) || !/methodOverride/.test(file.text)) return [];
  const calls = ofKinds(file.parsed.root, ['call_expression']).map((node) => ({ node, name: calleeOf(node)?.text() ?? '' }));
  const first = calls.findIndex(({ name }) => /(?:^|\.)(?:csrf|csurf)$/.test(name));
  return calls.filter(({ name }, index) => first !== -1 && index > first && /(?:^|\.)methodOverride$/.test(name))
    .map(({ node }) => ({ code: 'CSRF_OFF', node, why: 'the method is overridden after the check, so that the check can be gone round' }));
}

const secret = /^process\.env\.\w*(?:PASSWORD|PASSWD|SECRET|TOKEN|(?:API|PRIVATE|SIGNING|ENCRYPTION|JWT)_?KEY)\w*$/;

function fallbacks(file: CodeFile): Hit[] {
  if (!file.text.includes('process.env.')) return [];
  return ofKinds(file.parsed.root, ['binary_expression']).filter((node) => {
    const [left, right] = named(node);
    if (!/^(?:\|\||\?\?)$/.test(node.field('operator')?.text() ?? '') || !left || !right) return false;
    return secret.test(left.text()) && /\S/.test(literalText(right) ?? '');
  }).map((node) => ({ code: 'DEFAULT_PASSWORD', node, why: 'where the variable is missing, everybody knows the secret' }));
}
