/** Columns in SQL and Prisma text: a name before a type, after `(`, a comma or ADD COLUMN; in Prisma a name at the start of a line of a model. */

interface Column {
  name: string;
  line: number;
}

const types = 'varchar|character|char|nvarchar|nchar|text|citext|clob|date|datetime|datetime2|timestamp|timestamptz|int|integer|bigint|smallint|numeric|decimal|json|jsonb|uuid|inet|bytea|blob|varbinary|tinytext|mediumtext|longtext';
const column = new RegExp(`(?:[(,]|\\badd(?:\\s{1,20}column)?(?:\\s{1,20}if\\s{1,20}not\\s{1,20}exists)?\\s)\\s{0,200}["\`\\[]?([A-Za-z_]\\w{0,99})["\`\\]]?\\s{1,50}(?:${types})\\b`, 'gi');
const prismaField = /^\s{0,40}([A-Za-z_]\w{0,99})\s{1,80}(?:String|DateTime|Int|BigInt|Decimal|Float|Json|Bytes)\b/;

export function columnsIn(path: string, text: string): Column[] {
  return path.toLowerCase().endsWith('.prisma') ? inPrisma(text) : inSql(text);
}

function inPrisma(text: string): Column[] {
  return text.split('\n').flatMap((row, index) => {
    const name = prismaField.exec(row.slice(0, 500))?.[1];
    return name === undefined ? [] : [{ name, line: index + 1 }];
  });
}

function inSql(text: string): Column[] {
  const plain = masked(text);
  const found: Column[] = [];
  let line = 1;
  let at = 0;
  for (const match of plain.matchAll(column)) {
    const place = match.index + match[0].indexOf(match[1]!);
    for (; at < place; at += 1) if (plain[at] === '\n') line += 1;
    found.push({ name: match[1]!, line });
  }
  return found;
}

/** Comments and strings as blanks, line breaks kept: a word in them is no column. One pass. */
function masked(text: string): string {
  return text.replace(/--[^\n]*|'[^']*'|\/\*(?:[^*]|\*(?!\/))*\*\//g, (part) => part.replace(/[^\n]/g, ' '));
}
