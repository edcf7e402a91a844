/** A missing behaviour as a program: run beside the change, it exits 0 where the behaviour is there and 1 where it is not. */
import type { CriterionTest, Spec } from '../core/spec.ts';
import { inLanguage, tagOf } from './values.ts';

export function programOf(test: CriterionTest, spec: Spec): string {
  if (spec.surface?.kind === 'cli') return commandProgram(test, spec.surface.command);
  if (spec.surface?.kind !== 'function') return '';
  return spec.language === 'python' ? pythonProgram(test, spec.surface) : javascriptProgram(test, spec.surface, spec);
}

interface FunctionSurface {
  module: string;
  export: string;
}

function pythonProgram(test: CriterionTest, { module, export: name }: FunctionSurface): string {
  const [head = name, method] = name.split('.');
  const load = `import runpy\nnames = runpy.run_path(${JSON.stringify(module)})\nglobals().update(names)\n`;
  if ('assert' in test) return `${load}${test.assert}\n`;
  if (!('args' in test)) return '';
  const callee = method ? `${head}().${method}` : head;
  const call = `${callee}(${test.args.map(pythonText).join(', ')})`;
  const raised = raisedBy(test.expect);
  if (raised !== null) return `${load}try:\n    actual = ${call}\nexcept Exception as error:\n    assert type(error).__name__ == ${pythonText(raised)}, f"raised {type(error).__name__}"\nelse:\n    raise AssertionError(f"expected ${raised}, got {actual!r}")\n`;
  return `${load}actual = ${call}\nexpected = ${pythonText(test.expect)}\nassert actual == expected, f"expected {expected!r}, got {actual!r}"\n`;
}

function javascriptProgram(test: CriterionTest, { module, export: name }: FunctionSurface, spec: Spec): string {
  const [head = name, method] = name.split('.');
  const load = `import assert from 'node:assert/strict';\nconst loaded = await import(${JSON.stringify(`./${module}`)});\nconst ${head} = loaded[${JSON.stringify(head)}] ?? loaded.default?.[${JSON.stringify(head)}] ?? loaded.default;\n`;
  if ('assert' in test) return `${load}${test.assert}\n`;
  if (!('args' in test)) return '';
  const callee = method ? `new ${head}().${method}` : head;
  const text = (value: unknown) => javascriptText(inLanguage(value, spec.language));
  const call = `${callee}(${test.args.map(text).join(', ')})`;
  const raised = raisedBy(test.expect);
  if (raised !== null) return `${load}await assert.rejects(async () => ${call}, { name: ${JSON.stringify(raised)} });\n`;
  return `${load}assert.deepEqual(await ${call}, ${text(test.expect)});\n`;
}

/** The class in `{"$raises": "Class"}`; null where a value is expected. Anything but a name would be source. */
function raisedBy(expect: unknown): string | null {
  const tagged = tagOf(expect);
  return tagged?.tag === '$raises' && /^[A-Za-z_$][\w$.]*$/.test(String(tagged.inner)) ? String(tagged.inner) : null;
}

function commandProgram(test: CriterionTest, command: string[]): string {
  if (!('stdin' in test)) return '';
  const quoted = command.map((word) => `'${word.replaceAll("'", "'\\''")}'`).join(' ');
  const shell = (text: string) => `'${text.replaceAll("'", "'\\''")}'`;
  return `#!/bin/sh\nactual=$(printf %s ${shell(test.stdin)} | ${quoted} | tr -s '[:space:]' ' ' | sed 's/^ //;s/ $//')\n[ "$actual" = ${shell(test.expect.trim().split(/\s+/).join(' '))} ]\n`;
}

export function pythonText(value: unknown): string {
  if (value === null) return 'None';
  if (typeof value === 'boolean') return value ? 'True' : 'False';
  if (typeof value === 'string') return JSON.stringify(value).replace(/[\u007f-\uffff]/g, (letter) => `\\u${letter.charCodeAt(0).toString(16).padStart(4, '0')}`).replace(/\\ud[89ab][\da-f]{2}\\ud[c-f][\da-f]{2}/gi, (pair) => `\\U${(JSON.parse(`"${pair}"`) as string).codePointAt(0)?.toString(16).padStart(8, '0') ?? ''}`);
  if (Array.isArray(value)) return `[${value.map(pythonText).join(', ')}]`;
  if (typeof value !== 'object') return String(value);
  const tagged = tagOf(value);
  if (tagged) return pythonTagged(tagged.tag, tagged.inner);
  return `{${Object.entries(value).map(([key, inner]) => `${pythonText(key)}: ${pythonText(inner)}`).join(', ')}}`;
}

function pythonTagged(tag: string, inner: unknown): string {
  const items = Array.isArray(inner) ? inner : [];
  switch (tag) {
    case '$tuple': return `(${items.map((item) => `${pythonText(item)},`).join(' ')})`;
    case '$set': return `set([${items.map(pythonText).join(', ')}])`;
    case '$frozenset': return `frozenset([${items.map(pythonText).join(', ')}])`;
    case '$float': return `float(${JSON.stringify(String(inner))})`;
    case '$int': return String(inner);
    case '$bytes': return `bytes.fromhex(${JSON.stringify(String(inner))})`;
    case '$dict': return `dict([${items.map((item) => pythonText(Array.isArray(item) ? { $tuple: item } : item)).join(', ')}])`;
    default: return 'None';
  }
}

export function javascriptText(value: unknown): string {
  if (Array.isArray(value)) return `[${value.map(javascriptText).join(', ')}]`;
  if (value === null || typeof value !== 'object') return JSON.stringify(value);
  const tagged = tagOf(value);
  const items = Array.isArray(tagged?.inner) ? tagged.inner : [];
  switch (tagged?.tag) {
    case '$undefined': return 'undefined';
    case '$float': return String(tagged.inner).replace('nan', 'NaN').replace('inf', 'Infinity');
    case '$int': return String(tagged.inner);
    case '$bigint': return `${String(tagged.inner)}n`;
    case '$set': return `new Set([${items.map(javascriptText).join(', ')}])`;
    case '$map': case '$dict': return `new Map([${items.map(javascriptText).join(', ')}])`;
    default: return `{ ${Object.entries(value).map(([key, inner]) => `${JSON.stringify(key)}: ${javascriptText(inner)}`).join(', ')} }`;
  }
}
