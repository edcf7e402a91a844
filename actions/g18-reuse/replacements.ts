/** Dependencies that the change adds although the platform, a line of code or a better kept package does the same. The lists are those of module-replacements. */
import micro from 'module-replacements/manifests/micro-utilities.json' with { type: 'json' };
import native from 'module-replacements/manifests/native.json' with { type: 'json' };
import preferred from 'module-replacements/manifests/preferred.json' with { type: 'json' };
import { z } from 'zod';
import type { RawFinding } from '../../app/core/finding.ts';
import type { ChangedText } from '../../app/core/guardrail.ts';
import type { Settings } from './settings.ts';

const Manifest = z.object({
  mappings: z.record(z.string(), z.object({ replacements: z.array(z.string()) })),
  replacements: z.record(z.string(), z.object({
    id: z.string(), type: z.string(), description: z.string().optional(), replacementModule: z.string().optional(),
    engines: z.array(z.object({ engine: z.string(), minVersion: z.string() })).optional(),
  })),
});
const lists = [
  { code: 'NATIVE_REPLACEMENT', list: Manifest.parse(native) },
  { code: 'SIMPLE_REPLACEMENT', list: Manifest.parse(micro) },
  { code: 'PREFERRED_REPLACEMENT', list: Manifest.parse(preferred) },
] as const;
const Dependencies = z.object({ dependencies: z.record(z.string(), z.unknown()).catch({}), devDependencies: z.record(z.string(), z.unknown()).catch({}) });

export function replaceable(files: readonly ChangedText[], settings: Settings): RawFinding[] {
  return files.filter(({ path }) => /(^|\/)package\.json$/.test(path) && !path.includes('node_modules/')).flatMap((file) => {
    const before = namesIn(file.baseText ?? '{}');
    return namesIn(file.text).filter((name) => !before.includes(name) && !settings.allowPackages.includes(name)).flatMap((name) => judged(file, name));
  });
}

/** A manifest that is no JSON is the package guardrail's business; here it names nothing. */
function namesIn(text: string): string[] {
  try {
    const read = Dependencies.safeParse(JSON.parse(text));
    return read.success ? [...Object.keys(read.data.dependencies), ...Object.keys(read.data.devDependencies)] : [];
  } catch (thrown) {
    if (thrown instanceof SyntaxError) return [];
    throw thrown;
  }
}

function judged(file: ChangedText, name: string): RawFinding[] {
  const known = lists.find(({ list }) => Object.hasOwn(list.mappings, name));
  if (!known) return [];
  const line = file.text.split('\n').findIndex((each) => each.includes(`"${name}"`)) + 1;
  const instead = known.list.mappings[name]!.replacements.map((id) => nameOf(known.list.replacements[id], id)).join(' or ');
  return [{ code: known.code, path: file.path, startLine: line, endLine: line, severity: 'info', values: { name, instead } }];
}

function nameOf(replacement: z.infer<typeof Manifest>['replacements'][string] | undefined, id: string): string {
  if (!replacement) return id;
  const node = replacement.engines?.find(({ engine }) => engine === 'nodejs');
  return replacement.replacementModule ?? replacement.description ?? `${replacement.id.replaceAll('_', ' ')}${node ? ` (Node ${node.minVersion} and later)` : ''}`;
}
