/** A predictable generator whose number goes into something that its name calls a secret, or (Go) that stands in a file which does cryptography. Dice, jitter and shuffles may be predictable. */
import { functionAround } from '../../app/core/code/definitions.ts';
import { calleeOf, type CodeFile } from '../../app/core/code/file.ts';
import { kindOf } from '../../app/core/code/grammar.ts';
import { type Node, ofKinds } from '../../app/core/syntax.ts';
import type { Hit } from './hit.ts';

const generators = { script: /^Math\.random$/, python: /^random\.(?:random|randint|randrange|choice|choices|sample|getrandbits|uniform|shuffle|randbytes)$/, go: /^math\/rand(?:\/v2)?\.\w+$/ } as const;
const quick = { script: 'Math.random', python: 'random', go: 'math/rand' } as const;
const likely = { script: /random$/, python: /\w/, go: /\.[A-Z]\w*$/ } as const;
const secret = /token|secret|passw|pwd|nonce|\bsalt|session_?id|\botp\b|otp_?code|api_?key|csrf|xsrf|(?:private|secret|encryption|signing|access|auth)_?key|reset_?code|verification_?code|invite_?code|credential/i;
const holders = ['variable_declarator', 'assignment_expression', 'assignment', 'short_var_declaration', 'assignment_statement', 'var_spec', 'pair', 'keyword_argument', 'keyed_element'];

export function randomHits(file: CodeFile): Hit[] {
  const { dialect, root } = file.parsed;
  const cryptographic = dialect === 'go' && /"(?:golang\.org\/x\/)?crypto\/(?!md5|sha)/.test(file.text);
  if (!file.text.includes(quick[dialect]) || !(cryptographic || secret.test(file.text))) return [];
  return ofKinds(root, ['call_expression', 'call']).flatMap((node) => {
    const callee = calleeOf(node);
    if (!callee || !likely[dialect].test(callee.text().slice(-40)) || !generators[dialect].test(file.nameOf(callee))) return [];
    if (!cryptographic && !isSecret(node, file)) return [];
    return [{ code: 'WEAK_RANDOM', node, why: 'the generator can be predicted, and what it makes is to be secret' }];
  });
}

function isSecret(node: Node, file: CodeFile): boolean {
  const around = functionAround(node, file.parsed);
  const name = around?.field('name') ?? (around && kindOf(around.parent() ?? around) === 'variable_declarator' ? around.parent()!.field('name') : null);
  if (name && secret.test(name.text())) return true;
  const above = node.ancestors();
  const until = around ? above.findIndex((each) => each.id() === around.id()) : above.length;
  return above.slice(0, until).some((each) => holders.includes(kindOf(each)) && secret.test((each.field('name') ?? each.field('left') ?? each.field('key') ?? each.child(0))?.text() ?? ''));
}
