/** What kind of change this is, from its paths alone: only that decides which checks do not apply. */
import type { ChangedFile } from '../../core/ports/github.ts';
import type { ChangeKind } from './facts.ts';

// Prose and pictures. Anything an agent or a tool reads as instructions is not documentation, whatever its ending.
const prose = /\.(md|mdx|txt|rst|adoc|png|jpe?g|gif|svg|webp)$/i;
const readByMachines = /(^|\/)(AGENTS|CLAUDE|GEMINI|SKILL|copilot-instructions)\.md$|(^|\/)\.(github|cursor|claude|gemini|vscode|codex)\/|(^|\/)requirements[^/]*\.txt$|(^|\/)CMakeLists\.txt$|(^|\/)robots\.txt$/i;
const configuration = '.github/assay.yml';
const waivers = /^\.github\/assay\/waivers\/[^/]+\.ya?ml$/;

export function kindOfChange(files: readonly ChangedFile[]): ChangeKind {
  const paths = files.flatMap((file) => (file.previousPath ? [file.path, file.previousPath] : [file.path]));
  if (paths.length === 0) return 'code';
  if (paths.every((path) => waivers.test(path))) return 'waiver';
  if (paths.every((path) => path === configuration)) return 'config';
  return paths.every((path) => prose.test(path) && !readByMachines.test(path)) ? 'docs' : 'code';
}

/** The intent a pull request names: `Closes #12`, `Fixes #12`, `Intent: #12`. The first counts. */
export function intentNumber(body: string): number | null {
  const match = /(?:^|\s)(?:close[sd]?|fix(?:e[sd])?|resolve[sd]?|intent:?)\s*:?\s+#(\d{1,9})\b/i.exec(body.replace(/<!--[\s\S]*?-->/g, ''));
  return match ? Number(match[1]) : null;
}
