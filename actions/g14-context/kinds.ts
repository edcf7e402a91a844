/** Places of a change that alter what others rely on: names that are offered, packages, stored data, objectives, what is said about personal data. */
import { parse, TomlError } from 'smol-toml';
import type { ChangedText, GuardFacts } from '../../app/core/guardrail.ts';

export interface Place {
  code: 'API_WITHOUT_CONTEXT' | 'DEPENDENCY_WITHOUT_CONTEXT' | 'DATA_WITHOUT_CONTEXT' | 'OBJECTIVE_WITHOUT_CONTEXT' | 'PRIVACY_WITHOUT_CONTEXT';
  path: string;
  line: number;
  what: string;
}

const aside = /(^|\/)(tests?|__tests__|spec|fixtures?|__fixtures__|testdata|examples?|node_modules|vendor|third_party)\//i;
const files: { code: Place['code']; pattern: RegExp; line?: RegExp }[] = [
  { code: 'API_WITHOUT_CONTEXT', pattern: /(^|\/)(openapi|swagger|asyncapi)[^/]*\.(ya?ml|json)$|\.(proto|graphqls?|gql|avsc|wsdl)$/i },
  { code: 'DATA_WITHOUT_CONTEXT', pattern: /(^|\/)(migrations?|migrate|alembic\/versions)\/[^/]+\.(sql|py|ts|js|rb)$|\.sql$/i, line: /\b(create|alter|drop|rename)\s+(table|column|type|view)\b|\b(add|drop|rename|alter)_?(table|column|field)\b|\b(create|add|drop|rename)(Table|Column)\b|\b(AddField|RemoveField|CreateModel|DeleteModel)\b/i },
  { code: 'DATA_WITHOUT_CONTEXT', pattern: /(^|\/)schema\.prisma$/i, line: /^\s*(model|enum)\s+\w+|^\s+\w+\s+(String|Int|BigInt|Float|Decimal|Boolean|DateTime|Json|Bytes)\b/ },
  { code: 'OBJECTIVE_WITHOUT_CONTEXT', pattern: /(^|\/)(slos?|service-level-objectives?)(\/[^/]+|[^/]*)\.(ya?ml|json|toml)$/i },
  { code: 'PRIVACY_WITHOUT_CONTEXT', pattern: /(^|\/)(privacy|dpia|data[-_]?map|data[-_]?retention|retention[-_]?policy|consent)([-_][\w-]+)?\.(md|ya?ml|json)$/i },
];

export function placesOf(facts: Pick<GuardFacts, 'changed' | 'removed' | 'readBase'>): Place[] {
  const changed = facts.changed.filter(({ path }) => !aside.test(path));
  return [
    ...changed.flatMap((file) => byFile(file)),
    ...facts.removed.filter(({ path }) => !aside.test(path)).flatMap(({ path }) => files.filter(({ pattern, line }) => !line && pattern.test(path)).map(({ code }) => ({ code, path, line: 0, what: 'the file is gone' }))),
    ...changed.flatMap((file) => [...manifest(file), ...entry(file, facts)]),
  ];
}

/** One place a file and kind: the first changed line that counts. */
function byFile({ path, text, changedLines }: ChangedText): Place[] {
  return files.filter(({ pattern }) => pattern.test(path)).flatMap(({ code, line }) => {
    const rows = text.split('\n');
    const at = rows.findIndex((row, index) => changedLines.has(index + 1) && row.trim() !== '' && !/^\s*(#|\/\/|--|\*|<!--)/.test(row) && (line === undefined || line.test(row.slice(0, 2000))));
    return at < 0 ? [] : [{ code, path, line: at + 1, what: rows[at]!.trim().slice(0, 80) }];
  });
}

function manifest({ path, text, baseText }: ChangedText): Place[] {
  if (!/(^|\/)(package\.json|go\.mod|pyproject\.toml|[^/]*requirements[^/]*\.txt)$/.test(path)) return [];
  const before = new Set(names(path, baseText ?? ''));
  const after = names(path, text);
  const added = after.filter((name) => !before.has(name));
  const gone = [...before].filter((name) => !after.includes(name));
  const first = added[0] ?? gone[0];
  if (first === undefined) return [];
  const line = added.length > 0 ? text.split('\n').findIndex((row) => row.includes(first)) + 1 : 0;
  return [{ code: 'DEPENDENCY_WITHOUT_CONTEXT', path, line, what: [...added.slice(0, 5).map((name) => `+${name}`), ...gone.slice(0, 5).map((name) => `-${name}`)].join(' ') }];
}

/** Names that are needed to run; what only development needs is the developers' own affair, and a new version of the same name is no new dependency. */
function names(path: string, text: string): string[] {
  if (path.endsWith('package.json')) return Object.keys(objectOf(objectOf(json(text)).dependencies));
  if (path.endsWith('go.mod')) return rowsOf(text).flatMap((row) => (/\/\/\s*indirect/.test(row) ? [] : /^\s*(?:require\s+)?(\S+\.\S+\/\S+)\s+v\d/.exec(row)?.[1] ?? []));
  if (path.endsWith('.txt')) return /(dev|test|lint|docs?)/i.test(path) ? [] : rowsOf(text).flatMap((row) => nameOf(row));
  const project = objectOf(objectOf(tomlOf(text)).project);
  const poetry = objectOf(objectOf(objectOf(tomlOf(text)).tool).poetry);
  const listed = Array.isArray(project.dependencies) ? project.dependencies.flatMap((each) => nameOf(String(each))) : [];
  return [...listed, ...Object.keys(objectOf(poetry.dependencies)).filter((name) => name !== 'python')];
}

function rowsOf(text: string): string[] {
  return text.split('\n').map((row) => row.slice(0, 2000));
}

function nameOf(requirement: string): string[] {
  const name = /^\s*([A-Za-z0-9][\w.-]*)\s*(?=\[|[=<>~!;@#\\(]|$)/.exec(requirement)?.[1];
  return name === undefined ? [] : [name.toLowerCase()];
}

/** What cannot be read names nothing here: that it is broken is told by those that read it for its own sake. */
function json(text: string): unknown {
  try {
    return JSON.parse(text) as unknown;
  } catch (thrown) {
    if (thrown instanceof SyntaxError) return null;
    throw thrown;
  }
}

function tomlOf(text: string): unknown {
  try {
    return parse(text);
  } catch (thrown) {
    if (thrown instanceof TomlError) return null;
    throw thrown;
  }
}

function objectOf(value: unknown): Record<string, unknown> {
  return typeof value === 'object' && value !== null && !Array.isArray(value) ? value as Record<string, unknown> : {};
}

/** Names that a published package offers by its entry file, and the entries of its manifest. */
function entry({ path, text, baseText }: ChangedText, { readBase }: Pick<GuardFacts, 'readBase'>): Place[] {
  if (baseText === null) return [];
  if (/(^|\/)(src\/)?index\.(m|c)?[jt]sx?$/.test(path)) {
    const root = path.replace(/(src\/)?index\.[mc]?[jt]sx?$/, '');
    const own = readBase(`${root}package.json`);
    return own === null || /"private"\s*:\s*true/.test(own) ? [] : difference(path, { before: exported(baseText), after: exported(text), text });
  }
  if (/^(src\/)?[a-z]\w*\/__init__\.py$/.test(path) && readBase('pyproject.toml') !== null) return difference(path, { before: offered(baseText), after: offered(text), text });
  if (path.endsWith('package.json') && !/"private"\s*:\s*true/.test(baseText)) return difference(path, { before: entries(baseText), after: entries(text), text });
  return [];
}

function difference(path: string, { before, after, text }: { before: ReadonlySet<string>; after: ReadonlySet<string>; text: string }): Place[] {
  const added = [...after].filter((name) => !before.has(name));
  const gone = [...before].filter((name) => !after.has(name));
  if (added.length + gone.length === 0) return [];
  const line = added.length > 0 ? text.split('\n').findIndex((row) => row.includes(added[0]!)) + 1 : 0;
  return [{ code: 'API_WITHOUT_CONTEXT', path, line, what: [...added.slice(0, 5).map((name) => `+${name}`), ...gone.slice(0, 5).map((name) => `-${name}`)].join(' ') }];
}

function exported(text: string): ReadonlySet<string> {
  const listed = [...text.matchAll(/^export\s+(?:type\s+)?\{([^}]{0,5000})\}/gm)].flatMap((match) => match[1]!.split(',').map((part) => part.trim().split(/\s+as\s+/).at(-1)!.replace(/^type\s+/, '')));
  const declared = [...text.matchAll(/^export\s+(?:default\s+|declare\s+|abstract\s+|async\s+)*(?:function\*?|class|const|let|var|interface|type|enum)\s+(\w+)/gm)].map((match) => match[1]!);
  const stars = [...text.matchAll(/^export\s+\*(?:\s+as\s+\w+)?\s+from\s+(['"][^'"]+['"])/gm)].map((match) => match[1]!);
  return new Set([...listed, ...declared, ...stars].filter((name) => name !== ''));
}

function offered(text: string): ReadonlySet<string> {
  const all = /^__all__\s*=\s*[[(]([\s\S]*?)[\])]/m.exec(text)?.[1] ?? '';
  return new Set([...all.matchAll(/['"](\w+)['"]/g)].map((match) => match[1]!));
}

function entries(text: string): ReadonlySet<string> {
  const { bin, exports } = objectOf(json(text));
  return new Set([...Object.keys(objectOf(bin)), ...Object.keys(objectOf(exports)).filter((name) => name.startsWith('.'))]);
}
