/** Personal-data fields that a file declares: members of types, classes and models, schema builders, columns of migrations, SQL tables, Prisma models. A parameter or a local name is none. */
import { lines, type Node, ofKinds, parseFile, within } from '../../app/core/syntax.ts';
import { isProduction } from '../../app/core/test-paths.ts';
import data from '../../rulepacks/privacy/data.json' with { type: 'json' };
import { type Field, meaning } from './names.ts';
import { columnsIn } from './tables.ts';

const builders = new Set(data.builders);
const columns = new Set(data.columns);
const pythonColumns = new Set(data.pythonColumns);

interface Declared {
  name: string;
  line: number;
}

/** `more` are further names from the repository's settings. */
export function fieldsIn(path: string, text: string, more: readonly string[]): Field[] {
  return declared(path, text).flatMap(({ name, line }) => {
    const found = meaning(name, more);
    return found ? [{ ...found, line }] : [];
  });
}

function declared(path: string, text: string): Declared[] {
  // Tables and models have their own endings; whether they ship is a question of the folder.
  if (/\.(sql|prisma)$/i.test(path)) return isProduction(`${path}.py`) ? columnsIn(path, text) : [];
  if (!isProduction(path)) return [];
  const parsed = parseFile(path, text);
  if (parsed?.dialect === 'script') return ofScript(parsed.root, path);
  return parsed?.dialect === 'python' ? ofPython(parsed.root) : [];
}

function ofScript(root: Node, path: string): Declared[] {
  // Members have other kinds in TypeScript than in JavaScript, and a grammar knows only its own.
  const kinds = /tsx?$|jsx$/.test(path) ? ['property_signature', 'public_field_definition'] : ['field_definition'];
  const members = root.findAll({ rule: { any: kinds.map((kind) => ({ kind })) } }).filter((node) => !/\bboolean\b|=>/.test(node.field('type')?.text() ?? '')).map((node) => node.field('name') ?? node.field('property'));
  const pairs = ofKinds(root, ['pair']).filter((node) => isSchema(node.field('value'))).map((node) => node.field('key'));
  const calls = ofKinds(root, ['call_expression']).filter((node) => /^(table|t)$/.test(node.field('function')?.field('object')?.text() ?? '') && columns.has(node.field('function')?.field('property')?.text() ?? '')).map(firstArgument);
  return [...members, ...pairs, ...calls].flatMap(named);
}

/** `z.string()`, `DataTypes.STRING`, `varchar('email', …)`, `String`, `{ type: String }`. */
function isSchema(value: Node | null): boolean {
  if (!value) return false;
  const text = value.text().slice(0, 200);
  if (/^(z|Joi|DataTypes|Type|t|v|s|yup)\.bool/i.test(text) || /^\{\s{0,20}type:\s{0,20}(Boolean|DataTypes\.BOOLEAN)\b/.test(text)) return false;
  if (value.kind() === 'identifier') return text === 'String' || text === 'Date';
  if (value.kind() === 'object') return /^\{[^{}]{0,100}\btype:\s{0,20}(String|Date|DataTypes\.|Sequelize\.|['"](string|varchar|text|date)['"])/.test(text);
  const root = /^([A-Za-z_$][\w$]{0,40})\s{0,20}[.(]/.exec(text)?.[1] ?? '';
  return builders.has(root) ? ['call_expression', 'member_expression'].includes(String(value.kind())) : columns.has(root) && value.kind() === 'call_expression';
}

function ofPython(root: Node): Declared[] {
  const assigned = ofKinds(root, ['assignment']).filter(isMember).map((node) => node.field('left'));
  const calls = ofKinds(root, ['call']).filter((node) => lastName(node) === 'Column' && /^['"]/.test(firstArgument(node)?.text() ?? '')).map(firstArgument);
  const migrated = ofKinds(root, ['call']).filter((node) => lastName(node) === 'AddField').flatMap((node) => ofKinds(node, ['keyword_argument'])).filter((node) => node.field('name')?.text() === 'name').map((node) => node.field('value'));
  const listed = ofKinds(root, ['tuple']).filter((node) => pythonColumns.has(lastName(node.child(3)))).map((node) => node.child(1));
  return [...assigned, ...calls, ...migrated, ...listed].flatMap(named);
}

/** Directly in a class body: `email: str`, `email = models.EmailField()`. */
function isMember(node: Node): boolean {
  if (node.field('left')?.kind() !== 'identifier' || within(node, ['class_definition', 'function_definition'])?.kind() !== 'class_definition') return false;
  const type = node.field('type')?.text();
  return type === undefined ? pythonColumns.has(lastName(node.field('right'))) : !/\bbool\b/.test(type);
}

function lastName(node: Node | null): string {
  return node?.kind() === 'call' ? node.field('function')?.text().split('.').at(-1) ?? '' : '';
}

function firstArgument(node: Node): Node | null {
  return node.field('arguments')?.children().find((child) => child.isNamed() && child.kind() !== 'comment') ?? null;
}

function named(node: Node | null): Declared[] {
  return node ? [{ name: node.text().replace(/^#|^['"`]|['"`]$/g, ''), line: lines(node).startLine }] : [];
}
