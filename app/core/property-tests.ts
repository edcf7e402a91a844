/** Property tests in a file, by its syntax: a generator handed to a checker of a known library. A property that nobody runs (`fc.property` alone) is none. */
import { ofKinds, parseFile } from './syntax.ts';
import { isTest } from './test-paths.ts';

const libraries = { script: /['"](?:fast-check|@fast-check\/[\w-]{1,40}|jsverify)['"]/, python: /^\s*(?:from|import)\s+hypothesis\b/m, go: /"testing\/quick"|"pgregory\.net\/rapid"|"github\.com\/leanovate\/gopter/ };

/** The file's text without its imports where it holds a property test, else null. */
export function propertyTest(path: string, text: string): string | null {
  if (!isTest(path) || !Object.values(libraries).some((library) => library.test(text))) return null;
  const parsed = parseFile(path, text);
  if (!parsed || !libraries[parsed.dialect].test(text)) return null;
  const found = { script, python, go }[parsed.dialect](parsed.root);
  if (!found) return null;
  const imports = new Set(ofKinds(parsed.root, ['import_statement', 'import_from_statement', 'import_declaration']).flatMap((node) => rows(node.range())));
  return text.split('\n').filter((_, row) => !imports.has(row)).join('\n');
}

type Root = NonNullable<ReturnType<typeof parseFile>>['root'];

function rows({ start, end }: { start: { line: number }; end: { line: number } }): number[] {
  return Array.from({ length: end.line - start.line + 1 }, (_, index) => start.line + index);
}

const calls = (root: Root, callee: RegExp): boolean => ofKinds(root, ['call_expression']).some((node) => callee.test(node.field('function')?.text().slice(0, 80) ?? ''));

function script(root: Root): boolean {
  const checked = calls(root, /^(?:\w+\.)?(?:assert|check|checkAsync)$/) && calls(root, /^(?:\w+\.)?(?:property|asyncProperty|forall|modelRun|asyncModelRun|scheduledModelRun)$/);
  return checked || ofKinds(root, ['call_expression']).some((node) => /^(?:test|it)(?:\.\w+)*\.prop\b/.test(node.text().slice(0, 80)));
}

function python(root: Root): boolean {
  return ofKinds(root, ['decorator']).some((node) => /^@(?:\w+\.)?(?:given|rule)\s*\(/.test(node.text().slice(0, 80))) || /\bRuleBasedStateMachine\b/.test(root.text());
}

function go(root: Root): boolean {
  return calls(root, /^(?:quick\.Check(?:Equal)?|rapid\.(?:Check|MakeCheck)|\w+\.TestingRun)$/);
}
