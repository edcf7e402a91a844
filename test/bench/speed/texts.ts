/** Ordinary code for the sample, in three languages: pieces of a service as people and agents write them, with names and numbers that vary by a seed. Always the same for the same seed. */
const nouns = ['order', 'invoice', 'customer', 'parcel', 'stock', 'ticket', 'refund', 'voucher', 'shipment', 'payment', 'account', 'session', 'report', 'price', 'address', 'region'];

/** Numbers from 0 to below `limit`, always the same for the same seed. */
export function numbers(seed: number): (limit: number) => number {
  let state = seed * 2_654_435_761 % 4_294_967_296;
  return (limit) => {
    state = (state * 1_664_525 + 1_013_904_223) % 4_294_967_296;
    return Math.floor(state / 65_536) % limit;
  };
}

interface Names {
  /** Lower case, unique in its file. */
  low: string;
  /** Upper case at its beginning. */
  up: string;
  count: number;
}

const script: ((names: Names) => string)[] = [
  ({ low, up, count }) => `export interface ${up} {\n  id: string;\n  amount: number;\n  tags: readonly string[];\n  createdAt: number;\n}\n\n/** The sum of what is over the limit, rounded to cents. */\nexport function sum${up}(items: readonly ${up}[], limit = ${count}): number {\n  let sum = 0;\n  for (const item of items) {\n    if (item.amount <= limit) continue;\n    sum += item.tags.includes('${low}') ? item.amount * 2 : item.amount;\n  }\n  return Math.round(sum * 100) / 100;\n}\n`,
  ({ low, up, count }) => `interface ${up}Store {\n  query(text: string, values: readonly unknown[]): Promise<{ rows: { id: number; name: string }[] }>;\n}\n\nexport async function find${up}(store: ${up}Store, req: { params: { id: string }; query: { limit?: string } }): Promise<{ id: number; name: string }[]> {\n  const id = Number(req.params.id);\n  if (!Number.isInteger(id)) return [];\n  const limit = Math.min(Number(req.query.limit ?? ${count}), 100);\n  const { rows } = await store.query('SELECT id, name FROM ${low} WHERE id = $1 LIMIT $2', [id, limit]);\n  return rows.filter((row) => row.name.length > 0);\n}\n`,
  ({ low, up, count }) => `export class ${up}Queue {\n  private readonly waiting: (() => Promise<void>)[] = [];\n  private running = 0;\n\n  async add(task: () => Promise<void>): Promise<void> {\n    if (this.running >= ${count}) {\n      this.waiting.push(task);\n      return;\n    }\n    this.running += 1;\n    try {\n      await task();\n    } finally {\n      this.running -= 1;\n      const next = this.waiting.shift();\n      if (next) await this.add(next);\n    }\n  }\n\n  get size(): number {\n    return this.waiting.length + this.running;\n  }\n}\n\nexport const ${low}Queue = new ${up}Queue();\n`,
  ({ low, up, count }) => `export async function fetch${up}(base: URL, signal: AbortSignal): Promise<Record<string, number>> {\n  const answer = await fetch(new URL('/v1/${low}', base), { signal, headers: { accept: 'application/json' } });\n  if (!answer.ok) throw new Error(\`${low}: the service answered \${answer.status}\`);\n  const body = await answer.json() as { entries: { key: string; value: number }[] };\n  const found: Record<string, number> = {};\n  for (const { key, value } of body.entries.slice(0, ${count * 10})) found[key] = (found[key] ?? 0) + value;\n  return found;\n}\n`,
  ({ low, up, count }) => `const ${low}Pattern = /^[a-z][a-z0-9-]{2,${count + 20}}$/;\n\nexport function parse${up}(text: string): { name: string; parts: string[] } | null {\n  const [name = '', ...parts] = text.split('/');\n  if (!${low}Pattern.test(name)) return null;\n  return { name, parts: parts.map((part) => part.trim()).filter((part) => part !== '') };\n}\n`,
];

const python: ((names: Names) => string)[] = [
  ({ low, up, count }) => `@dataclass(frozen=True)\nclass ${up}:\n    """One ${low} as the store keeps it."""\n\n    key: str\n    amount: int\n    tags: tuple[str, ...] = ()\n\n    def weight(self) -> int:\n        """The amount, doubled where it is tagged."""\n        return self.amount * (2 if "${low}" in self.tags else 1)\n\n\ndef total_${low}(items: list[${up}], limit: int = ${count}) -> int:\n    """Sum what is over the limit."""\n    return sum(item.weight() for item in items if item.amount > limit)\n`,
  ({ low, count }) => `def find_${low}(connection: sqlite3.Connection, key: str) -> list[tuple[str, int]]:\n    """Rows of one key, newest first."""\n    cursor = connection.execute("SELECT name, amount FROM ${low} WHERE key = ? ORDER BY created DESC LIMIT ?", (key, ${count}))\n    rows = cursor.fetchall()\n    if not rows:\n        logger.info("no ${low} for a key of %d characters", len(key))\n    return [(str(name), int(amount)) for name, amount in rows]\n`,
  ({ low, count }) => `def revision_of_${low}(folder: Path) -> str | None:\n    """The commit that the folder stands at."""\n    ended = subprocess.run(["git", "-C", str(folder), "rev-parse", "HEAD"], capture_output=True, text=True, timeout=${count + 5}, check=False)\n    return ended.stdout.strip() if ended.returncode == 0 else None\n`,
  ({ low, count }) => `def load_${low}(path: Path) -> dict[str, int]:\n    """Counts by name from a JSON file."""\n    with path.open(encoding="utf-8") as file:\n        entries = json.load(file)\n    counts: dict[str, int] = {}\n    for entry in entries[:${count * 50}]:\n        name = entry.get("name", "").strip().lower()\n        if name:\n            counts[name] = counts.get(name, 0) + int(entry.get("count", 0))\n    return counts\n`,
];

const go: ((names: Names) => string)[] = [
  ({ low, up, count }) => `// ${up} is one ${low} as the store keeps it.\ntype ${up} struct {\n\tID     string\n\tAmount int\n\tTags   []string\n}\n\n// Sum${up} adds what is over the limit.\nfunc Sum${up}(items []${up}) int {\n\tsum := 0\n\tfor _, item := range items {\n\t\tif item.Amount > ${count} {\n\t\t\tsum += item.Amount\n\t\t}\n\t}\n\treturn sum\n}\n`,
  ({ low, up, count }) => `// Find${up} reads the rows of one key.\nfunc Find${up}(ctx context.Context, db *sql.DB, key string) ([]string, error) {\n\trows, err := db.QueryContext(ctx, "SELECT name FROM ${low} WHERE key = $1 LIMIT ${count}", key)\n\tif err != nil {\n\t\treturn nil, fmt.Errorf("${low}: %w", err)\n\t}\n\tdefer rows.Close()\n\tvar names []string\n\tfor rows.Next() {\n\t\tvar name string\n\t\tif err := rows.Scan(&name); err != nil {\n\t\t\treturn nil, err\n\t\t}\n\t\tnames = append(names, name)\n\t}\n\treturn names, rows.Err()\n}\n`,
  ({ low, up, count }) => `// Handle${up} answers with the ${low} that a request asks for.\nfunc Handle${up}(w http.ResponseWriter, r *http.Request) {\n\tid, err := strconv.Atoi(r.URL.Query().Get("id"))\n\tif err != nil || id < ${count} {\n\t\thttp.Error(w, "bad id", http.StatusBadRequest)\n\t\treturn\n\t}\n\tw.Header().Set("content-type", "text/plain")\n\tfmt.Fprintf(w, "${low} %d", id)\n}\n`,
  ({ low, up, count }) => `// Load${up} reads a file of the ${low} folder.\nfunc Load${up}(path string) ([]byte, error) {\n\tdata, err := os.ReadFile(path)\n\tif err != nil {\n\t\treturn nil, err\n\t}\n\tif len(data) > ${count} << 10 {\n\t\treturn nil, fmt.Errorf("${low}: %d bytes are too many", len(data))\n\t}\n\treturn data, nil\n}\n`,
];

const heads = {
  script: (name: string) => `/** What the service knows about ${name}. */\n`,
  python: (name: string) => `"""What the service knows about ${name}."""\n\nimport json\nimport logging\nimport sqlite3\nimport subprocess\nfrom dataclasses import dataclass\nfrom pathlib import Path\n\nlogger = logging.getLogger(__name__)\n\n\n`,
  go: (name: string) => `// Package ${name} holds a part of the service.\npackage ${name}\n\nimport (\n\t"context"\n\t"database/sql"\n\t"fmt"\n\t"net/http"\n\t"os"\n\t"strconv"\n)\n\n`,
};
const pieces = { script, python, go };
export type Kind = keyof typeof pieces;

/** `length` pieces; with `more`, so many others are put in at their places, as a change does. Go gets one of each piece before it repeats, so that no import is unused. */
export function source(kind: Kind, of: { name: string; seed: number; length: number; more?: number }): string {
  const pick = numbers(of.seed);
  const order = Array.from({ length: of.length }, (_, index) => (index < pieces[kind].length ? index : pick(pieces[kind].length)));
  const parts = order.map((which, index) => piece(kind, { which, at: index, pick }));
  for (let added = 0; added < (of.more ?? 0); added += 1) parts.splice(1 + pick(parts.length - 1), 0, piece(kind, { which: pick(pieces[kind].length), at: 100 + added, pick }));
  return heads[kind](of.name) + parts.join(kind === 'python' ? '\n\n' : '\n');
}

function piece(kind: Kind, { which, at, pick }: { which: number; at: number; pick: (limit: number) => number }): string {
  const low = `${nouns[pick(nouns.length)]!}${at}`;
  return pieces[kind][which]!({ low, up: low[0]!.toUpperCase() + low.slice(1), count: 2 + pick(40) });
}
