/** `npm run new:guardrail G99 slug`: a new folder with a descriptor, an inspector and a case of each kind, one of them red. The author makes it green. */
import { existsSync, mkdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { pathToFileURL } from 'node:url';
import { AssayError, problemOf } from '../core/errors.ts';
import { Descriptor } from './descriptor.ts';
import { readSources, root } from './sources.ts';

/** Writes the folder and answers the paths written. Throws `USAGE_GUARDRAIL_…` on a bad or taken name. */
export function scaffold(id: string, slug: string, from: string = root): string[] {
  if (!Descriptor.shape.id.safeParse(id).success || !Descriptor.shape.slug.safeParse(slug).success) {
    throw new AssayError('USAGE_GUARDRAIL_NAME', `"${id} ${slug}" is no id and slug`, { remedy: 'Write for example: npm run new:guardrail G21 lockfile-drift' });
  }
  const folder = join('actions', `${id.toLowerCase()}-${slug}`);
  if (existsSync(join(from, folder)) || readSources(from).some((source) => source.descriptor.id === id || source.descriptor.slug === slug)) {
    throw new AssayError('USAGE_GUARDRAIL_TAKEN', `${id} or ${slug} is taken`, { remedy: 'Take the next free number; numbers are never reused.' });
  }
  const files = filesOf(id, slug);
  mkdirSync(join(from, folder, 'cases'), { recursive: true });
  for (const [name, text] of Object.entries(files)) writeFileSync(join(from, folder, name), text);
  return Object.keys(files).map((name) => join(folder, name));
}

function filesOf(id: string, slug: string): Record<string, string> {
  const code = slug.toUpperCase().replaceAll('-', '_');
  const json = (value: unknown) => `${JSON.stringify(value, null, 2)}\n`;
  const play = (title: string, files: unknown, expect: unknown) => json({ title, facts: { files }, expect });
  return {
    'guardrail.yml': `id: ${id}\nslug: ${slug}\ntitle: Say in one sentence what it blocks\nsubject: change\nseverity: medium\nmode: observe\npacks: [strict]\nneeds: [changed]\nengine: {name: own, version: own}\nlanguages: [any]\nfinds:\n  ${code}: "{name} is at fault"\nremedy: Say what the author should do.\nsince: 0.1.0\n`,
    'inspect.ts': `/** ${id}: say what it promises. */\nimport type { RawFinding } from '../../app/core/finding.ts';\nimport type { GuardFacts } from '../../app/core/guardrail.ts';\n\nexport function inspect(facts: GuardFacts): RawFinding[] {\n  return facts.changed.flatMap(() => []);\n}\n`,
    'cases/fail-first.json': play('what it must block (red until inspect finds it)', { 'src/a.ts': 'export const a = 1;\n' }, { outcome: 'fail', findings: [{ code, path: 'src/a.ts', line: 1 }] }),
    'cases/pass-first.json': play('what it must let through', { 'src/b.ts': 'export const b = 1;\n' }, { outcome: 'pass', findings: [] }),
    'cases/broken-no-facts.json': play('facts without texts', null, { outcome: 'error' }),
    'notes.md': '## How it judges\n\nSay how, with an example both ways.\n',
  };
}

if (process.argv[1] && import.meta.url === pathToFileURL(process.argv[1]).href) {
  try {
    process.stdout.write(`${scaffold(process.argv[2] ?? '', process.argv[3] ?? '').join('\n')}\nNow: npm run generate, then make cases/fail-first.json green and set mode: enforce.\n`);
  } catch (thrown) {
    const { code, message, remedy } = problemOf(thrown);
    process.stderr.write(`${code}: ${message}\n  remedy: ${remedy}\n`);
    process.exitCode = 2;
  }
}
