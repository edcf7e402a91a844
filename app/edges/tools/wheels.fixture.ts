/** Makes wheels at run time, for the tests of the installers: a wheel is a zip file with four tables. */
import { execFileSync } from 'node:child_process';
import { createHash } from 'node:crypto';
import { mkdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';

/** Python writes zip files; its module `zipfile` and this table of names are all that a wheel or a Go module is. */
export function zip(file: string, entries: Record<string, string>): void {
  execFileSync('python3', ['-c', 'import json, sys, zipfile\nwith zipfile.ZipFile(sys.argv[1], "w") as z:\n  for n, t in json.load(sys.stdin).items(): z.writestr(n, t)', file], { input: JSON.stringify(entries) });
}

/** A wheel of one module with one program of its name; answers its digest. */
export function makeWheel(registry: string, { name, source, requires = [] }: { name: string; source: string; requires?: string[] }): string {
  mkdirSync(registry, { recursive: true });
  const file = join(registry, `${name}-1.0.0-py3-none-any.whl`);
  zip(file, {
    [`${name}.py`]: source,
    [`${name}-1.0.0.dist-info/METADATA`]: `Metadata-Version: 2.1\nName: ${name}\nVersion: 1.0.0\n${requires.map((each) => `Requires-Dist: ${each}\n`).join('')}`,
    [`${name}-1.0.0.dist-info/WHEEL`]: 'Wheel-Version: 1.0\nGenerator: test\nRoot-Is-Purelib: true\nTag: py3-none-any\n',
    [`${name}-1.0.0.dist-info/entry_points.txt`]: `[console_scripts]\n${name} = ${name}:main\n`,
    [`${name}-1.0.0.dist-info/RECORD`]: '',
  });
  return `sha256:${createHash('sha256').update(readFileSync(file)).digest('hex')}`;
}
