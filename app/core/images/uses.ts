/** Every place where a file names a container image: recipes, compose files, workflows, pipelines of other hosts, Kubernetes manifests. */
import type { From, Instruction } from 'dockerfile-ast';
import { type Node, isMap, isScalar } from 'yaml';
import { languageOf } from '../language.ts';
import { YamlTree } from '../yaml-tree.ts';
import { maxRecipe, parseDockerfile, type Recipe } from './recipe.ts';

export interface ImageUse {
  /** As written, with defaults filled in where they are known. */
  image: string;
  line: number;
  /** `FROM`, `service db`, `container of job test`. */
  where: string;
  /** A part of it comes from outside of the file. */
  open: boolean;
  /** A part of it stands in a variable, which whoever builds or starts it can set, whatever its default is. */
  interpolated: boolean;
}

/** `sha256:…` of a reference that is pinned, else null. In capitals it is no digest: registries and runtimes refuse it. */
export function digestOf(image: string): string | null {
  return /@(sha256:[0-9a-f]{64})$/.exec(image)?.[1] ?? null;
}

/** Every image that the file names, whatever kind of file it is. */
export function imagesIn(path: string, text: string): ImageUse[] {
  if (languageOf(path) === 'dockerfile') return text.length > maxRecipe ? [] : imagesInDockerfile(parseDockerfile(text));
  return /\.ya?ml$/i.test(path) ? imagesInYaml(path, text) : [];
}

export function imagesInDockerfile({ docker, lineOf }: Recipe): ImageUse[] {
  const known = new Map<string, string>();
  const stages = new Set<string>();
  const uses: ImageUse[] = [];
  const use = (raw: string, where: string, instruction: Instruction): void => {
    const { text: image, open, interpolated } = filled(raw, known);
    if (image === '' && !open || image.toLowerCase() === 'scratch' || stages.has(image.toLowerCase()) || /^\d+$/.test(image)) return;
    uses.push({ image, line: lineOf(instruction, raw), where, open, interpolated });
  };
  let first = true;
  for (const instruction of docker.getInstructions()) {
    const keyword = instruction.getKeyword();
    if (keyword === 'ARG' && first) remember(instruction, known);
    else if (keyword === 'FROM') {
      first = false;
      const from = instruction as From;
      use(from.getImage() ?? '', 'FROM', instruction);
      const stage = from.getBuildStage();
      if (stage) stages.add(stage.toLowerCase());
    } else for (const source of sourcesOf(instruction)) use(source, `${keyword} from`, instruction);
  }
  return uses;
}

/** Arguments before the first FROM are the ones that images may be written with. */
function remember(instruction: Instruction, known: Map<string, string>): void {
  for (const argument of instruction.getArguments()) {
    const [name, ...value] = argument.getValue().split('=');
    if (value.length > 0) known.set(name!, filled(value.join('=').replace(/^(['"])(.*)\1$/, '$2'), known).text);
  }
}

const variable = /\$(?:\{(\w+)(?::?-([^}]{0,300}))?\}|(\w+))/g;

function filled(raw: string, known: ReadonlyMap<string, string>): { text: string; open: boolean; interpolated: boolean } {
  let open = false;
  let interpolated = false;
  const text = raw.replace(/^(['"])(.*)\1$/, '$2').replace(variable, (whole: string, braced?: string, fallback?: string, bare?: string) => {
    const value = known.get(braced ?? bare ?? '') ?? fallback;
    interpolated = true;
    if (value === undefined) open = true;
    return value ?? whole;
  });
  return { text, open, interpolated };
}

const copied = /^\s*(?:COPY|ADD)\s+(?:--\S+\s+)*--from=(\S+)/i;
const mounted = /--mount=\S*?\bfrom=([^,\s]+)/gi;

function sourcesOf(instruction: Instruction): string[] {
  const text = instruction.getTextContent();
  if (/^(COPY|ADD)$/.test(instruction.getKeyword())) return [...copied.exec(text)?.slice(1, 2) ?? []];
  return instruction.getKeyword() === 'RUN' ? [...text.slice(0, 2000).matchAll(mounted)].map((match) => match[1]!) : [];
}

const workflow = /(^|\/)\.github\/workflows\/[^/]+\.ya?ml$/i;

function imagesInYaml(path: string, text: string): ImageUse[] {
  if (!/image|container|docker/i.test(text)) return [];
  const tree = new YamlTree(text);
  // Templates are no YAML before they are filled in; a broken workflow is told by G10 and G13.
  if (tree.fault !== null) return [];
  return tree.documents.flatMap((document) => inDocument(tree, document.contents, path)).map((use) => {
    const open = use.open || /\{\{|\$\{|\$[A-Z_]/.test(use.image);
    return { ...use, open, interpolated: use.interpolated || open };
  });
}

function inDocument(tree: YamlTree, root: unknown, path: string): ImageUse[] {
  if (workflow.test(path)) return ofWorkflow(tree, root);
  if (/(^|\/)action\.ya?ml$/i.test(path)) return docker(tree, tree.at(root, 'runs', 'image'), 'the action');
  if (/(^|\/)\.gitlab-ci\.yml$/i.test(path)) return ofGitlab(tree, root);
  if (tree.at(root, 'apiVersion') !== null && tree.at(root, 'kind') !== null) return ofManifest(tree, root);
  return isMap(tree.at(root, 'services')) ? ofCompose(tree, root) : [];
}

function one(tree: YamlTree, node: Node | null, where: string): ImageUse[] {
  const image = tree.text(node);
  return node === null || image === null || image === '' ? [] : [{ image, line: tree.line(node), where, open: false, interpolated: false }];
}

function ofCompose(tree: YamlTree, root: unknown): ImageUse[] {
  // Beside `build` the name is what the built image will be called.
  return tree.entries(tree.at(root, 'services')).filter(({ value }) => tree.at(value, 'build') === null)
    .flatMap(({ key, value }) => one(tree, tree.at(value, 'image'), `service ${key}`).map((use) => {
      const { text: image, interpolated } = filled(use.image, new Map());
      return { ...use, image, interpolated };
    }));
}

function ofManifest(tree: YamlTree, root: unknown): ImageUse[] {
  const found: ImageUse[] = [];
  const walk = (node: Node | null, depth: number): void => {
    if (depth > 40) return;
    for (const { key, value } of tree.entries(node)) {
      if (/^(containers|initContainers|ephemeralContainers)$/.test(key)) for (const item of tree.items(value)) found.push(...one(tree, tree.at(item, 'image'), `container ${tree.text(tree.at(item, 'name')) ?? ''}`));
      else walk(value, depth + 1);
    }
    for (const item of tree.items(node)) walk(item, depth + 1);
  };
  walk(tree.resolve(root), 0);
  return found;
}

function ofGitlab(tree: YamlTree, root: unknown): ImageUse[] {
  const named = (node: Node | null, where: string) => one(tree, isMap(node) ? tree.at(node, 'name') : node, where);
  const inJob = (node: Node | null, where: string) => [...named(tree.at(node, 'image'), where), ...tree.items(tree.at(node, 'services')).flatMap((item) => named(item, `service of ${where}`))];
  return [...inJob(tree.resolve(root), 'the pipeline'), ...tree.entries(root).filter(({ key, value }) => isMap(value) && !/^(image|services|include|variables|cache)$/.test(key)).flatMap(({ key, value }) => inJob(value, `job ${key}`))];
}

function ofWorkflow(tree: YamlTree, root: unknown): ImageUse[] {
  return tree.entries(tree.at(root, 'jobs')).flatMap(({ key, value: job }) => {
    const container = tree.at(job, 'container');
    const matrix = tree.at(job, 'strategy', 'matrix');
    return [
      ...expanded(tree, { node: isScalar(container) ? container : tree.at(container, 'image'), matrix, where: `container of ${key}` }),
      ...tree.entries(tree.at(job, 'services')).flatMap(({ key: name, value }) => expanded(tree, { node: tree.at(value, 'image'), matrix, where: `service ${name}` })),
      ...tree.items(tree.at(job, 'steps')).flatMap((step) => docker(tree, tree.at(step, 'uses'), `a step of ${key}`)),
    ];
  });
}

function docker(tree: YamlTree, node: Node | null, where: string): ImageUse[] {
  return one(tree, node, where).filter(({ image }) => image.startsWith('docker://')).map((use) => ({ ...use, image: use.image.slice('docker://'.length) }));
}

const fromMatrix = /^\$\{\{\s*matrix\.([\w-]+)(?:\.([\w-]+))?\s*(?:\|\|\s*'[^']*'\s*)?\}\}$/;

/** `${{ matrix.image }}` stands for each value that the matrix gives it. */
function expanded(tree: YamlTree, of: { node: Node | null; matrix: Node | null; where: string }): ImageUse[] {
  const uses = one(tree, of.node, of.where);
  const [, name, inner] = fromMatrix.exec(uses[0]?.image ?? '') ?? [];
  if (name === undefined) return uses;
  const listed = [...tree.items(tree.at(of.matrix, name)), ...tree.items(tree.at(of.matrix, 'include')).map((item) => tree.at(item, name))];
  const values = listed.flatMap((value) => one(tree, inner === undefined ? (isMap(value) ? tree.at(value, 'image') : value) : tree.at(value, inner), `${of.where}, from the matrix`));
  return listed.length > 0 ? values : uses;
}
