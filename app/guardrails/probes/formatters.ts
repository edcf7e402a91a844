/** The formatters by name: when a repository formats by one, how it is started, and which of its endings mean that it did its work. */
import { textOf, type Tree } from '../../core/tree.ts';
import type { Formatter } from './formatter.ts';

const inCode = /(^|\/)(\.prettierrc|prettier\.config)\.[cm]?[jt]s$/;
const asData = /(^|\/)\.prettierrc(\.(json5?|ya?ml|toml))?$/;

/** Only where its configuration is code, a package, or loads plugins: everything else is judged without running anything. */
export const prettierConfigured: Formatter = {
  name: 'prettier-configured', package: { name: 'prettier', program: 'prettier' },
  applies: (base) => Object.keys(base).some((path) => inCode.test(path) || (asData.test(path) && /\bplugins\b|^\s*["'][@\w./-]+["']\s*$/.test(textOf(base[path]) ?? ''))) || keyOf(base),
  isConfiguration: (path) => inCode.test(path) || asData.test(path) || /(^|\/)\.(prettierignore|editorconfig)$/.test(path),
  judges: (path) => /\.([cm]?[jt]sx?|json5?|jsonc|ya?ml|md|mdx|css|scss|less|graphql|gql|html|vue|svelte|astro)$/i.test(path),
  line: (program, paths) => `${program} --write --ignore-unknown --log-level warn -- ${paths}`,
  ended: (exit, words) => exit === 0 || (exit === 2 && /SyntaxError/.test(words)),
};

function keyOf(base: Tree): boolean {
  return /"prettier"\s{0,9}:\s{0,9}("[@a-z]|\{[^}]{0,500}"plugins")/.test((textOf(base['package.json']) ?? '').replace(/"(dev|peer|optional)?[dD]ependencies"\s*:\s*\{[^}]*\}/g, ''));
}

const biomeFile = /(^|\/)\.?biome\.jsonc?$/;

export const biome: Formatter = {
  name: 'biome', package: { name: '@biomejs/biome', program: 'biome' },
  applies: (base) => Object.keys(base).some((path) => biomeFile.test(path) && !/"formatter"\s*:\s*\{\s*"enabled"\s*:\s*false/.test(textOf(base[path]) ?? '')),
  isConfiguration: (path) => biomeFile.test(path) || /(^|\/)\.editorconfig$/.test(path),
  judges: (path) => /\.([cm]?[jt]sx?|jsonc?|css|graphql|gql|html|vue|svelte|astro)$/i.test(path),
  line: (program, paths) => `${program} format --write --no-errors-on-unmatched --colors=off ${paths}`,
  ended: (exit, words) => exit === 0 || (exit === 1 && /^(Formatted|Checked) \d+ files?/m.test(words) && !/configuration resulted in errors/.test(words)),
};

/** The one format of its language; whether a repository keeps to it is told by its own files. */
export const gofmt: Formatter = {
  name: 'gofmt', package: null,
  applies: (base) => Object.keys(base).some((path) => /(^|\/)go\.mod$/.test(path)),
  isConfiguration: () => false,
  judges: (path) => path.endsWith('.go') && !/(^|\/)testdata\//.test(path),
  line: (_, paths) => `command -v gofmt > /dev/null || exit 127; gofmt -w ${paths}`,
  ended: (exit, words) => exit === 0 || (exit === 2 && /\.go:\d+:\d+: /.test(words)),
};
