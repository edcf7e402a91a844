/** Where a builder may write. Anything that judges the change, runs outside the sandbox or steers other agents is refused, with the reason. */
import { textOf, type Tree } from '../core/tree.ts';

/** Relative, forward slashes, no dot segments, no control characters: a path that stays where it is put. */
export function isInsidePath(path: string): boolean {
  if (path === '' || path.length > 300 || /[\u0000-\u001f\u007f\\:]/.test(path)) return false;
  return path.split('/').every((part) => part !== '' && part !== '.' && part !== '..' && part !== '__proto__' && part.toLowerCase() !== '.git');
}

const forbidden: [RegExp, string][] = [
  [/^\.(github|gitlab|circleci|buildkite|azure-pipelines|ci)(\/|$)|(^|\/)(\.gitlab-ci\.ya?ml|\.travis\.yml|jenkinsfile|azure-pipelines\.ya?ml|bitbucket-pipelines\.yml)$/i, 'CI and repository configuration'],
  [/^\.(git|husky|githooks|lefthook)(\/|$)|(^|\/)(\.gitattributes|\.gitmodules|\.pre-commit-config\.ya?ml|lefthook\.ya?ml)$/i, 'hooks and git configuration'],
  [/(^|\/)(package-lock\.json|npm-shrinkwrap\.json|yarn\.lock|pnpm-lock\.yaml|bun\.lockb?|poetry\.lock|pipfile\.lock|uv\.lock|go\.sum|cargo\.lock|gemfile\.lock|composer\.lock)$/i, 'a lock file'],
  [/(^|\/)(\.npmrc|\.yarnrc(\.yml)?|bunfig\.toml|\.pnpmfile\.cjs|pip\.conf|\.pypirc|\.envrc|\.env(\..*)?)$/i, 'package manager or environment configuration'],
  [/(^|\/)(claude\.md|agents\.md|gemini\.md|\.mcp\.json|\.cursorrules|\.windsurfrules)$|^\.(claude|gemini|cursor|codex|copilot|vscode|devcontainer)(\/|$)/i, 'configuration of agents and editors'],
  [/(^|\/)(vitest|jest|mocha|ava|playwright|karma)\.config\.[cm]?[jt]s$|(^|\/)(\.mocharc(\..*)?|pytest\.ini|tox\.ini|conftest\.py|setup\.cfg|noxfile\.py|\.coveragerc|sitecustomize\.py|usercustomize\.py)$/i, 'test configuration'],
];

const testFile = /(^|\/)(tests?|__tests__|spec|__snapshots__)\/|(\.|_|-)(test|spec)\.[cm]?[jt]sx?$|(^|\/)test_[^/]*\.py$|_test\.(py|go)$|\.snap$/i;

/** Why this path may not be written, or null. */
export function refusalOf(path: string, base: Tree): string | null {
  if (!isInsidePath(path)) return 'the path leaves the repository or is malformed';
  const rule = forbidden.find(([pattern]) => pattern.test(path));
  if (rule) return `${rule[1]} is not the builder's to change`;
  if (base[path] && testFile.test(path)) return 'an existing test is not the builder\'s to change; add a new test file instead';
  if (base[path]?.mode === '120000') return 'it is a symbolic link';
  return null;
}

/** Why there is no room for a file at this path: a file stands where its folder would be, or a folder where it would be. */
export function noRoomFor(path: string, tree: Tree): string | null {
  const parents = path.split('/').slice(0, -1).map((_, index, parts) => parts.slice(0, index + 1).join('/'));
  if (parents.some((parent) => tree[parent])) return 'a file or symbolic link stands where a folder would have to be';
  return Object.keys(tree).some((other) => other.startsWith(`${path}/`)) ? 'a folder has this name' : null;
}

/** A manifest decides how tests are started and what installing runs; a builder may change the rest of it. */
export function manifestRefusal(path: string, content: string, base: Tree): string | null {
  if (!/(^|\/)package\.json$/.test(path)) return null;
  const before = settingsOf(textOf(base[path]) ?? '{}');
  const after = settingsOf(content);
  if (after === null) return 'it is no JSON object';
  return before === after ? null : 'scripts and dependencies of package.json are not the builder\'s to change';
}

const guarded = ['scripts', 'dependencies', 'devDependencies', 'optionalDependencies', 'peerDependencies', 'bundleDependencies', 'overrides', 'workspaces', 'jest', 'mocha', 'ava', 'packageManager'];

function settingsOf(text: string): string | null {
  try {
    const manifest: unknown = JSON.parse(text);
    if (typeof manifest !== 'object' || manifest === null || Array.isArray(manifest)) return null;
    const fields = new Map<string, unknown>(Object.entries(manifest));
    return JSON.stringify(guarded.map((name) => fields.get(name) ?? null));
  } catch {
    return null; // unreadable: the caller refuses it
  }
}
