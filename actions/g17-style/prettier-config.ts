/**
 * The repository's own prettier configuration, from base and as data alone. What is code or loads code (a JavaScript configuration, a shared package, plugins) is
 * refused with its reason: it would have to run. Null: the repository has no prettier.
 */
import ignore from 'ignore';
import picomatch from 'picomatch';
import { parse as parseToml } from 'smol-toml';
import { parse as parseYaml } from 'yaml';
import { z } from 'zod';
import type { GuardFacts } from '../../app/core/guardrail.ts';
import { propertiesOf } from './editor.ts';
import { inFolder, upwards } from './lines.ts';

type Options = Record<string, unknown>;
export type Configured = { options: Options } | { refused: string } | null;

const Globs = z.union([z.string(), z.array(z.string())]).transform((value) => [value].flat());
const Configuration = z.looseObject({ overrides: z.array(z.looseObject({ files: Globs, excludeFiles: Globs.default([]), options: z.record(z.string(), z.unknown()).default({}) })).default([]) });
const Manifest = z.looseObject({ prettier: z.unknown().optional(), devDependencies: z.record(z.string(), z.string()).catch({}) });
const dataFiles = ['.prettierrc', '.prettierrc.json', '.prettierrc.yaml', '.prettierrc.yml', '.prettierrc.json5', '.prettierrc.toml'];
const codeFiles = ['.prettierrc.js', '.prettierrc.mjs', '.prettierrc.cjs', '.prettierrc.ts', '.prettierrc.mts', '.prettierrc.cts', 'prettier.config.js', 'prettier.config.mjs', 'prettier.config.cjs', 'prettier.config.ts', 'prettier.config.mts', 'prettier.config.cts'];
/** The options that are data; anything else is left to prettier's own defaults. */
const known = ['printWidth', 'tabWidth', 'useTabs', 'semi', 'singleQuote', 'quoteProps', 'jsxSingleQuote', 'trailingComma', 'bracketSpacing', 'objectWrap', 'bracketSameLine', 'arrowParens', 'proseWrap', 'htmlWhitespaceSensitivity', 'vueIndentScriptAndStyle', 'embeddedLanguageFormatting', 'singleAttributePerLine', 'experimentalTernaries', 'experimentalOperatorPosition', 'requirePragma', 'parser'];

type Base = Pick<GuardFacts, 'readBase'>;

export function prettierFor(path: string, facts: Base): Configured {
  if (!isUsed(facts)) return null;
  if (isIgnored(path, facts)) return null;
  for (const folder of upwards(path)) {
    const code = codeFiles.find((name) => facts.readBase(inFolder(folder, name)) !== null);
    if (code) return { refused: `${inFolder(folder, code)} is code, which a scan does not run` };
    const found = rawIn(folder, facts);
    if (found !== undefined) return merged({ raw: found, folder, path, facts });
  }
  return merged({ raw: {}, folder: '', path, facts });
}

/** A tool for development, of our major version or of no stated one: another one writes otherwise. */
function isUsed(facts: Base): boolean {
  const manifest = manifestIn('', facts);
  const range = manifest?.devDependencies.prettier;
  if (range !== undefined) return /^[\^~>=v\s]*3(\.|$)|^(latest|\*|catalog:|workspace:)/.test(range);
  return rawIn('', facts) !== undefined;
}

function manifestIn(folder: string, facts: Base): z.infer<typeof Manifest> | null {
  const text = facts.readBase(inFolder(folder, 'package.json'));
  const read = text === null ? null : Manifest.safeParse(parsed(() => JSON.parse(text)));
  return read?.success ? read.data : null;
}

function rawIn(folder: string, facts: Base): unknown {
  const inManifest = manifestIn(folder, facts)?.prettier;
  if (inManifest !== undefined) return inManifest;
  const name = dataFiles.find((each) => facts.readBase(inFolder(folder, each)) !== null);
  if (!name) return undefined;
  const text = facts.readBase(inFolder(folder, name))!;
  // YAML reads JSON and the comments of JSON5 files too; what it cannot read is refused below.
  return parsed(() => (name.endsWith('.toml') ? parseToml(text) : parseYaml(text, { maxAliasCount: 20 })));
}

function parsed(read: () => unknown): unknown {
  try {
    return read();
  } catch (thrown) {
    return thrown instanceof Error ? `unreadable: ${thrown.message.split('\n')[0]}` : 'unreadable';
  }
}

function merged({ raw, folder, path, facts }: { raw: unknown; folder: string; path: string; facts: Base }): Configured {
  const read = Configuration.safeParse(raw);
  if (!read.success) return { refused: typeof raw === 'string' ? `its configuration is "${raw.slice(0, 80)}", which a scan does not load` : 'its configuration is not an object' };
  const { overrides, ...top } = read.data;
  const relative = folder === '' ? path : path.slice(folder.length + 1);
  const layers = [top, ...overrides.filter(({ files, excludeFiles }) => matches(relative, files) && !matches(relative, excludeFiles)).map(({ options }) => options)];
  const all: Options = Object.assign({}, ...layers);
  if (Array.isArray(all.plugins) && all.plugins.length > 0) return { refused: `it loads plugins (${all.plugins.join(', ').slice(0, 80)}), which are code` };
  const own = Object.fromEntries(Object.entries(all).filter(([key]) => known.includes(key)));
  return { options: { ...fromEditor(propertiesOf(path, facts)), ...own, endOfLine: 'auto' } };
}

function matches(path: string, globs: readonly string[]): boolean {
  return globs.some((glob) => picomatch.isMatch(path, glob.replace(/^\.\//, ''), { dot: true, basename: !glob.includes('/') }));
}

function isIgnored(path: string, facts: Base): boolean {
  const lists = ['.prettierignore', '.gitignore'].map((name) => facts.readBase(name) ?? '');
  return /(^|\/)node_modules\//.test(path) || ignore().add(lists).ignores(path);
}

/** prettier reads these of .editorconfig, too. */
function fromEditor(it: Properties): Options {
  const width = typeof it.indent_size === 'number' ? it.indent_size : it.tab_width;
  return {
    ...(it.indent_style === 'tab' ? { useTabs: true } : it.indent_style === 'space' ? { useTabs: false } : {}),
    ...(typeof width === 'number' ? { tabWidth: width } : {}),
    ...(typeof it.max_line_length === 'number' ? { printWidth: it.max_line_length } : it.max_line_length === 'off' ? { printWidth: Infinity } : {}),
  };
}

type Properties = ReturnType<typeof propertiesOf>;
