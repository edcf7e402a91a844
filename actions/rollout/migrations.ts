/** Migrations that destroy or change what is stored, and whether their other half is there: in the file, or as a file beside it. */
import type { ChangedText } from '../../app/core/guardrail.ts';

const folder = /(^|\/)(migrations?|migrate|alembic\/versions|db\/changelog)\//i;

export function isMigration(path: string): boolean {
  return folder.test(path) && /\.(sql|py|[cm]?[jt]s)$/i.test(path) && !/(^|\/)(env|__init__|index)\.(py|[cm]?[jt]s)$|\.d\.ts$|[._]down\.sql$|(^|\/)down\.sql$/i.test(path);
}

const destroys: readonly { pattern: RegExp; what: string }[] = [
  { pattern: /\bdrop\s+table\b/i, what: 'drops a table' },
  { pattern: /\bdrop\s+column\b|\balter\s+table\b[^;\n]{0,200}\bdrop\b(?!\s+(constraint|index|default|not))/i, what: 'drops a column' },
  { pattern: /\btruncate\s+(table\s+)?[\w".]+/i, what: 'empties a table' },
  { pattern: /\bdelete\s+from\s+[\w".]+\s*;/i, what: 'deletes every row' },
  { pattern: /\bop\.drop_(table|column)\(|\.(dropTable|dropTableIfExists|dropColumn|dropColumns|removeColumn)\(/, what: 'drops a table or column' },
];

/** The lines of the forward half that destroy, where there is no half that undoes them. */
export function oneWay(file: ChangedText, exists: (path: string) => boolean): { line: number; what: string }[] {
  if (otherHalves(file.path).some(exists)) return [];
  const { forward, back } = halves(file.text);
  if (back !== null && /\w/.test(back.replace(/--.*|#.*|\/\/.*|\b(pass|return|None|null|undefined)\b/g, ''))) return [];
  return forward.split('\n').flatMap((line, index) => {
    const found = /^\s*(--|#|\/\/)/.test(line) ? undefined : destroys.find(({ pattern }) => pattern.test(line));
    return found ? [{ line: index + 1, what: found.what }] : [];
  });
}

function otherHalves(path: string): string[] {
  const named = [path.replace(/([._])up\.sql$/i, '$1down.sql'), path.replace(/(^|\/)(up|migration)\.sql$/i, '$1down.sql')];
  return named.filter((other) => other !== path);
}

const marks = [/^--\s*(\+goose\s+down|migrate:down|\+migrate\s+down|down\b|rollback\b).*$/im, /^def\s+downgrade\s*\([^\n]*\n/m, /^\s*(exports\.down|export\s+(async\s+)?function\s+down|(async\s+)?down)\b[^\n]*/m];

/** The text before and after the mark at which the undoing half begins; null: there is no such half. */
function halves(text: string): { forward: string; back: string | null } {
  const found = marks.map((mark) => mark.exec(text)).find((each) => each !== null);
  return found ? { forward: text.slice(0, found.index), back: text.slice(found.index + found[0].length) } : { forward: text, back: null };
}
