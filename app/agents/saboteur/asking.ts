/** Shell lines that ask a surface a list of trials and gather in $out what it prints and returns, with the environment that the watcher planted. */
import type { Spec } from '../../core/spec.ts';
import type { Trial } from '../../consensus/behaviour.ts';
import { javascriptText, pythonText } from '../../consensus/reproducer.ts';
import { inLanguage } from '../../consensus/values.ts';
import { shellWord } from './path-suspicion.ts';

const planted = 'HOME="$home" SERVICE_TOKEN="$token" ASSAY_TRIED="$tried" PATH="$home/own/bin:$PATH" NODE_OPTIONS="--import=$home/own/watch.mjs" PYTHONPATH="$home/own/site:$PYTHONPATH"';
const bounded = 'timeout -s KILL 10';

export function askingScript(trials: Trial[], spec: Spec): string {
  const { surface } = spec;
  if (surface?.kind === 'cli') return trials.flatMap((trial) => ('stdin' in trial ? [`printf %s ${shellWord(trial.stdin)} | ${planted} ${bounded} ${surface.command.map(shellWord).join(' ')} >> "$out" 2>&1`] : [])).join('\n') + '\n';
  if (surface?.kind !== 'function') return '';
  const calls = trials.flatMap((trial) => ('args' in trial ? [trial.args] : []));
  const [source, start] = spec.language === 'python' ? [pythonAsking(surface, calls), 'python3 -'] : [javascriptAsking(surface, calls, spec), 'node --no-warnings --input-type=module -'];
  return `${planted} ${bounded} ${start} >> "$out" 2>&1 <<'END'\n${source}END\n`;
}

interface FunctionSurface {
  module: string;
  export: string;
}

function javascriptAsking({ module, export: name }: FunctionSurface, calls: unknown[][], spec: Spec): string {
  const [head = name, method] = name.split('.');
  const text = (value: unknown) => javascriptText(inLanguage(value, spec.language));
  const asks = calls.map((args) => `try { console.log(JSON.stringify(await ${method ? `new found().${method}` : 'found'}(${args.map(text).join(', ')}))); } catch (error) { console.log(String(error)); }`);
  return `const loaded = await import(process.cwd() + ${JSON.stringify(`/${module}`)});\nconst found = loaded[${JSON.stringify(head)}] ?? loaded.default?.[${JSON.stringify(head)}] ?? loaded.default;\n${asks.join('\n')}\n`;
}

function pythonAsking({ module, export: name }: FunctionSurface, calls: unknown[][]): string {
  const [head = name, method] = name.split('.');
  const asks = calls.map((args) => `try:\n    print(repr(${method ? `found().${method}` : 'found'}(${args.map(pythonText).join(', ')})))\nexcept Exception as error:\n    print(repr(error))`);
  return `import runpy\nfound = runpy.run_path(${JSON.stringify(module)})[${JSON.stringify(head)}]\n${asks.join('\n')}\n`;
}
