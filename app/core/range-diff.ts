/** Two versions of a series of commits side by side, as `git range-diff` marks them: `=` the same patch, `!` another one on the same files, `<` gone, `>` new. Pure. */
export interface Patch {
  sha: string;
  /** Null for a merge commit, which is no patch and equals none. */
  id: string | null;
  paths: string[];
}

export interface Row {
  mark: '=' | '!' | '<' | '>';
  before: string | null;
  after: string | null;
  paths: string[];
}

export function rangeDiff(before: readonly Patch[], after: readonly Patch[]): Row[] {
  const rows: Row[] = [];
  const left = [...before];
  for (const patch of after) {
    const same = left.findIndex((one) => one.id !== null && one.id === patch.id);
    const at = same >= 0 ? same : left.findIndex((one) => !after.some((other) => other.id !== null && other.id === one.id) && one.paths.some((path) => patch.paths.includes(path)));
    const [old] = at >= 0 ? left.splice(at, 1) : [];
    rows.push({ mark: same >= 0 ? '=' : old ? '!' : '>', before: old?.sha ?? null, after: patch.sha, paths: patch.paths });
  }
  return [...rows, ...left.map(({ sha, paths }): Row => ({ mark: '<', before: sha, after: null, paths }))];
}

/** The same patches in the same order, and at least one. */
export function isEqualSeries(before: readonly Patch[], after: readonly Patch[]): boolean {
  return before.length > 0 && before.length === after.length && before.every(({ id }, index) => id !== null && id === after[index]!.id);
}
