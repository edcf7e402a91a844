// Loads a candidate's module (CommonJS or ESM, JavaScript or TypeScript) into a fresh vm context. Node's own modules and installed
// packages come from the host realm; everything of the candidate is loaded anew for each case, so no state passes from one to the next.
import fs from 'node:fs';
import path from 'node:path';
import vm from 'node:vm';
import { createRequire, isBuiltin, stripTypeScriptTypes } from 'node:module';

const sources = new Map();

/** Source as JavaScript; read and stripped once per process. */
function sourceOf(file) {
  const known = sources.get(file);
  if (known !== undefined) return known;
  const text = fs.readFileSync(file, 'utf8').replace(/^#!.*/, '');
  const source = /\.[mc]?ts$/.test(file) ? stripTypeScriptTypes(text, { mode: 'strip' }) : text;
  sources.set(file, source);
  return source;
}

export function newRealm() {
  const sandbox = {
    console: Object.fromEntries(['log', 'info', 'warn', 'error', 'debug', 'trace', 'table', 'dir', 'group', 'groupEnd', 'time', 'timeEnd'].map((n) => [n, () => {}])),
    setTimeout, clearTimeout, setInterval, clearInterval, setImmediate, clearImmediate, queueMicrotask, structuredClone,
    URL, URLSearchParams, TextEncoder, TextDecoder, Buffer, AbortController, AbortSignal, performance, btoa, atob, process, crypto: globalThis.crypto,
  };
  const context = vm.createContext(sandbox, { microtaskMode: undefined });
  vm.runInContext('globalThis.global = globalThis', context);
  const realm = vm.runInContext('({ Array, Object, Map, Set, Date })', context);
  return { context, realm, modules: new Map(), esm: new Map() };
}

/** The module's exports as a function from name to value. CommonJS without exports answers its top-level bindings. */
export async function loadModule(world, file, wanted) {
  if (!isEsm(file)) {
    const loaded = requireFile(world, file, wanted);
    return loaded;
  }
  const module = await linkEsm(world, file);
  await module.evaluate();
  const space = module.namespace;
  const fallback = space.default;
  return (name) => (name in space ? space[name] : pick(fallback, name));
}

function pick(holder, name) {
  if (holder === null || (typeof holder !== 'object' && typeof holder !== 'function')) return undefined;
  return name in holder ? holder[name] : typeof holder === 'function' && holder.name === name ? holder : undefined;
}

function isEsm(file) {
  if (/\.m[jt]s$/.test(file)) return true;
  if (/\.c[jt]s$/.test(file)) return false;
  try {
    new vm.Script(wrapper(sourceOf(file), []), { filename: file });
    return /^\s*(import\s*[\w{*'"]|export\s)/m.test(sourceOf(file)) && packageType(file) === 'module';
  } catch {
    return true; // not CommonJS; if it is no ESM either, loading it says why
  }
}

function packageType(file) {
  for (let dir = path.dirname(file); ; dir = path.dirname(dir)) {
    const manifest = path.join(dir, 'package.json');
    if (fs.existsSync(manifest)) return JSON.parse(fs.readFileSync(manifest, 'utf8')).type ?? 'commonjs';
    if (dir === path.dirname(dir)) return 'commonjs';
  }
}

function wrapper(source, names) {
  const reads = names.map((n) => `${JSON.stringify(n)}: () => { try { return ${n}; } catch { return undefined; } }`).join(',');
  return `(function (exports, require, module, __filename, __dirname) {${source}\n;return {${reads}};\n})`;
}

function requireFile(world, file, wanted) {
  const names = /^[A-Za-z_$][\w$]*$/.test(wanted) ? [wanted] : [];
  const { module, bindings } = runCommonJs(world, file, names);
  return (name) => pick(module.exports, name) ?? bindings[name]?.();
}

function runCommonJs(world, file, names) {
  const known = world.modules.get(file);
  if (known) return { module: known, bindings: {} };
  const module = { exports: new world.realm.Object() };
  world.modules.set(file, module);
  const run = vm.runInContext(wrapper(sourceOf(file), names), world.context, { filename: file, importModuleDynamically: (s) => importFrom(world, s, file) });
  const bindings = run.call(module.exports, module.exports, requireFrom(world, file), module, file, path.dirname(file));
  return { module, bindings };
}

function requireFrom(world, file) {
  const host = createRequire(file);
  return (specifier) => {
    const found = local(specifier, file);
    if (!found) return host(specifier);
    return found.endsWith('.json') ? JSON.parse(sourceOf(found)) : runCommonJs(world, found, []).module.exports;
  };
}

/** The candidate's own file that a specifier names, or undefined for builtins and packages. */
function local(specifier, file) {
  if (isBuiltin(specifier) || !/^(\.|\/|file:)/.test(specifier)) return undefined;
  const plain = path.resolve(path.dirname(file), specifier.replace(/^file:\/\//, ''));
  const tries = [plain, plain.replace(/\.([mc]?)js$/, '.$1ts'), ...['.js', '.ts', '.mjs', '.cjs', '.mts', '.json', '/index.js', '/index.ts'].map((end) => plain + end)];
  const hit = tries.find((name) => fs.statSync(name, { throwIfNoEntry: false })?.isFile());
  if (!hit) throw Object.assign(new Error(`Cannot find module '${specifier}'`), { code: 'MODULE_NOT_FOUND' });
  return hit;
}

async function linkEsm(world, file) {
  const module = esmOf(world, file);
  if (module.status === 'unlinked') await module.link((specifier, from) => esmDependency(world, specifier, from.identifier));
  return module;
}

function esmOf(world, file) {
  const known = world.esm.get(file);
  if (known) return known;
  const module = new vm.SourceTextModule(sourceOf(file), {
    context: world.context, identifier: file,
    initializeImportMeta: (meta) => { meta.url = `file://${file}`; meta.filename = file; meta.dirname = path.dirname(file); },
    importModuleDynamically: (specifier) => importFrom(world, specifier, file),
  });
  world.esm.set(file, module);
  return module;
}

async function esmDependency(world, specifier, from) {
  const found = local(specifier, from);
  if (found && !found.endsWith('.json') && isEsm(found)) return esmOf(world, found);
  const values = found ? requireFrom(world, from)(specifier) : await import(isBuiltin(specifier) ? specifier : createRequire(from).resolve(specifier));
  const names = [...new Set([...Object.keys(values), 'default'])];
  const synthetic = new vm.SyntheticModule(names, function fill() {
    for (const name of names) this.setExport(name, name === 'default' ? (values.default ?? values) : values[name]);
  }, { context: world.context });
  return synthetic;
}

async function importFrom(world, specifier, file) {
  const module = await esmDependency(world, specifier, file);
  if (module.status === 'unlinked') await module.link((s, from) => esmDependency(world, s, from.identifier ?? file));
  await module.evaluate();
  return module;
}
