/**
 * syft over the changed lock files: every component that it sees in them, each as one finding whose rule is the package URL without qualifiers. Offline; its settings come from
 * nowhere. Where our own reading finds packages and syft none, it has not read.
 */
import { z } from 'zod';
import { LockError } from '../../core/locked/package.ts';
import { isLock, readLock } from '../../core/locked/read.ts';
import type { ToolRequest } from '../../core/ports/toolbox.ts';
import { scanner } from './scan.ts';

const Bill = z.looseObject({
  bomFormat: z.literal('CycloneDX'),
  components: z.array(z.looseObject({
    type: z.string(), name: z.string(), purl: z.string().optional(), properties: z.array(z.looseObject({ name: z.string(), value: z.string() })).default([]),
  })).default([]),
});

/** The formats that both read; one that syft does not know would look as if it held nothing. */
const both = /(^|\/)(package-lock\.json|yarn\.lock|pnpm-lock\.yaml|poetry\.lock|uv\.lock|pdm\.lock|Pipfile\.lock|[^/]*requirements[^/]*\.txt|go\.mod)$/;

export const syft = () => scanner({
  name: 'syft', perGuardrail: false, exit: { clean: [0], findings: [0] },
  files: ({ changed }: ToolRequest) => Object.fromEntries(changed.filter(({ path }) => isLock(path) && both.test(path)).map(({ path, text }) => [path, text])),
  args: ({ folder }) => ['scan', `dir:${folder}`, '--base-path', folder, '--output', 'cyclonedx-json', '--quiet', '--source-name', 'change', '--source-version', '0'],
  env: () => ({ SYFT_CHECK_FOR_APP_UPDATE: 'false', SYFT_GOLANG_SEARCH_REMOTE_LICENSES: 'false', SYFT_JAVASCRIPT_SEARCH_REMOTE_LICENSES: 'false', SYFT_PYTHON_SEARCH_REMOTE_LICENSES: 'false' }),
  parse: ({ stdout }, { changed }) => {
    const { components } = Bill.parse(JSON.parse(stdout));
    const full = changed.find(holdsSome);
    if (components.every(({ type }) => type !== 'library') && full) throw new Error(`it sees nothing in ${full.path}`);
    return components.filter(({ type, purl }) => type === 'library' && purl !== undefined).map(({ purl, name, properties }) => ({
      rule: purl!.replace(/[?#].*$/, ''), path: placeOf(properties), startLine: 0, endLine: 0, message: name.slice(0, 200), level: 'info',
    }));
  },
});

function placeOf(properties: readonly { name: string; value: string }[]): string {
  return properties.find(({ name }) => /^syft:location:\d+:path$/.test(name))?.value.replace(/^\/+/, '') ?? '.';
}

/** In a format where every entry has a version, something that is not for development alone. */
function holdsSome(file: { path: string; text: string }): boolean {
  if (!/(^|\/)(package-lock\.json|poetry\.lock|uv\.lock|go\.mod)$/.test(file.path) || !isLock(file.path)) return false;
  try {
    return readLock(file).some(({ dev }) => !dev);
  } catch (thrown) {
    if (thrown instanceof LockError) return false;
    throw thrown;
  }
}
