/** GitHub expressions: which of them carry text that a stranger wrote. */

const untrusted = [
  /github\.event\.(?:issue|pull_request|discussion|comment|review|review_comment)\.(?:title|body)\b/i,
  /github\.event\.pull_request\.head\.(?:ref|label|repo\.(?:default_branch|description|homepage|name|full_name))\b/i,
  /github\.event\.(?:commits\b[^}]*|head_commit)\.(?:message|author\.(?:email|name)|committer\.(?:email|name))\b/i,
  /github\.event\.(?:commits|pages)\b[^}]*\.(?:message|page_name|title|name|email)\b/i,
  /github\.event\.workflow_run\.(?:head_branch|display_title|head_commit\.(?:message|author\.\w+)|head_repository\.(?:description|full_name))\b/i,
  /github\.event\.client_payload\b/i,
  /github\.event\.(?:label|milestone|changes)\b[^}]*\.(?:name|title|description|body|from)\b/i,
  /github\.head_ref\b/i,
  /\btoJSON\(\s*github(?:\.event)?(?:\.(?:issue|pull_request|comment|review|discussion|commits|head_commit))?\s*\)/i,
];

export interface Scope {
  /** Names whose value carries untrusted text, as `env.X`, `matrix.y`, `inputs.z`, `steps.a.outputs.b`. */
  tainted: ReadonlySet<string>;
}

export function expressionsIn(text: string): { body: string; at: number }[] {
  return [...text.matchAll(/\$\{\{([\s\S]*?)\}\}/g)].map((match) => ({ body: match[1]!, at: match.index }));
}

/** Whether the expression's value can be text from outside. Comparisons and searches yield only true or false. */
export function isUntrusted(body: string, scope: Scope): boolean {
  const value = normalise(body);
  if (untrusted.some((regex) => regex.test(value))) return true;
  return [...scope.tainted].some((name) => new RegExp(`(?<![\\w.])${name.replaceAll('.', '\\.').replaceAll('*', '[\\w.-]+')}(?![\\w-])`, 'i').test(value));
}

function normalise(body: string): string {
  const dotted = body.replace(/\[\s*'([\w-]+)'\s*\]/g, '.$1').replace(/\[\s*(?:\d+|\*)\s*\]/g, '.0').replace(/\.\*/g, '.0');
  return dotted
    .replace(/\b(?:contains|startsWith|endsWith|hashFiles)\((?:[^()']|'[^']*'|\([^()]*\))*\)/gi, 'true')
    .replace(/[\w.'"-]+\s*(?:==|!=|<=|>=|<|>)\s*(?:'[^']*'|[\w.-]+)/g, 'true')
    .replace(/(?:^|[(|])\s*!?[\w.-]+\s*&&/g, ' ');
}
