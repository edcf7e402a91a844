/** Versions of Node and Python that CI runs, against the ones that the shipped image runs. Speaks only where both are known and nothing matches. */
import { isSeq, isScalar, type Node } from 'yaml';
import type { From } from 'dockerfile-ast';
import type { RawFinding } from '../../app/core/finding.ts';
import type { GuardFacts } from '../../app/core/guardrail.ts';
import { languageOf } from '../../app/core/language.ts';
import { YamlTree } from '../../app/core/yaml-tree.ts';
import { maxRecipe, parseDockerfile } from '../../app/core/images/recipe.ts';

interface Version {
  /** `22` of Node, `3.12` of Python; null: it cannot be told. */
  version: string | null;
  path: string;
  line: number;
}

const runtimes = {
  Node: { setup: /^actions\/setup-node@/i, input: 'node-version', image: /(^|\/)node:v?(\d+)/, shape: /^v?(\d+)(\.|$)/ },
  Python: { setup: /^actions\/setup-python@/i, input: 'python-version', image: /(^|\/)python:v?(3\.\d+)/, shape: /^(3\.\d+)(\.|$)/ },
} as const;
type Runtime = keyof typeof runtimes;

const aside = /(^|\/)(tests?|__tests__|examples?|samples?|docs?|fixtures?|bench(marks?)?|\.devcontainer|\.github|tools|scripts|dev)\/|(^|\/)[^/]*(dev|test|ci|build)[^/]*\.?dockerfile$|dockerfile\.(dev|test|ci|build)[^/]*$/i;

export function mirrorFindings(facts: GuardFacts): RawFinding[] {
  const changed = new Set(facts.changed.map((file) => file.path));
  const dockerfiles = facts.paths.filter((path) => languageOf(path) === 'dockerfile' && !aside.test(path));
  const workflows = facts.paths.filter((path) => /^\.github\/workflows\/[^/]+\.ya?ml$/i.test(path));
  if (![...dockerfiles, ...workflows].some((path) => changed.has(path))) return [];
  return (Object.keys(runtimes) as Runtime[]).flatMap((runtime) => {
    const ships = dockerfiles.flatMap((path) => shipped(runtime, path, facts.read(path)));
    const tests = workflows.flatMap((path) => tested(runtime, path, facts.read(path)));
    return compared(runtime, { ships, tests, changed });
  });
}

function compared(runtime: Runtime, of: { ships: Version[]; tests: Version[]; changed: ReadonlySet<string> }): RawFinding[] {
  const { ships, tests, changed } = of;
  if (ships.length === 0 || tests.length === 0 || [...ships, ...tests].some(({ version }) => version === null)) return [];
  const run = new Set(tests.map(({ version }) => version));
  return ships.filter(({ version }) => !run.has(version)).slice(0, 1).flatMap((ship) => {
    const place = changed.has(ship.path) ? ship : tests.find(({ path }) => changed.has(path));
    if (!place) return [];
    const values = { runtime, ci: [...run].join(', '), production: ship.version!, place: `${ship.path}:${ship.line}` };
    return [{ code: 'CI_NOT_PRODUCTION', path: place.path, startLine: place.line, endLine: place.line, severity: 'medium', values, remedy: 'Let at least one job run the version that ships, or read both from one file.' }];
  });
}

/** The version of the stage that is shipped, where its image says one. */
function shipped(runtime: Runtime, path: string, text: string | null): Version[] {
  if (text === null || text.length > maxRecipe) return [];
  const froms = parseDockerfile(text).docker.getFROMs();
  let from: From | undefined = froms.at(-1);
  for (let image = from?.getImage(); from && image; image = from.getImage()) {
    const earlier: From | undefined = froms.slice(0, froms.indexOf(from)).findLast((each) => each.getBuildStage()?.toLowerCase() === image?.toLowerCase());
    if (!earlier) break;
    from = earlier;
  }
  const version = runtimes[runtime].image.exec(from?.getImage() ?? '')?.[2];
  return from && version !== undefined ? [{ version, path, line: from.getRange().start.line + 1 }] : [];
}

function tested(runtime: Runtime, path: string, text: string | null): Version[] {
  if (text === null) return [];
  const tree = new YamlTree(text);
  if (tree.fault !== null) return [];
  return tree.entries(tree.at(tree.documents[0]?.contents, 'jobs')).flatMap(({ value: job }) => {
    const matrix = tree.at(job, 'strategy', 'matrix');
    const steps = tree.items(tree.at(job, 'steps')).filter((step) => runtimes[runtime].setup.test(tree.text(tree.at(step, 'uses')) ?? ''));
    const set = steps.flatMap((step) => {
      const node = tree.at(step, 'with', runtimes[runtime].input);
      return node === null ? [{ version: null, path, line: tree.line(step) }] : valuesOf(tree, { node, matrix }).map((value) => ({ version: runtimes[runtime].shape.exec(value)?.[1] ?? null, path, line: tree.line(node) }));
    });
    const container = tree.at(job, 'container');
    const image = isScalar(container) ? container : tree.at(container, 'image');
    const inside = runtimes[runtime].image.exec(tree.text(image) ?? '')?.[2];
    return [...set, ...(inside === undefined ? [] : [{ version: inside, path, line: tree.line(image) }])];
  });
}

/** A version as written, each line of a list of them, or what the matrix has for it. */
function valuesOf(tree: YamlTree, { node, matrix }: { node: Node; matrix: Node | null }): string[] {
  if (isSeq(node)) return tree.items(node).map((item) => tree.text(item) ?? '?');
  const text = tree.text(node) ?? '?';
  const name = /^\$\{\{\s*matrix\.([\w-]+)\s*\}\}$/.exec(text)?.[1];
  if (name === undefined) return text.trim().split(/\s*\n\s*/);
  const listed = [...tree.items(tree.at(matrix, name)), ...tree.items(tree.at(matrix, 'include')).flatMap((item) => tree.at(item, name) ?? [])].map((item) => tree.text(item) ?? '?');
  return listed.length > 0 ? listed : ['?'];
}
