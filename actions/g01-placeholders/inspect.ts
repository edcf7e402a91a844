/** G01: placeholders in production code of JavaScript, TypeScript, Python and Go. Tests, fixtures, declarations and generated files are none of its business. */
import type { RawFinding } from '../../app/core/finding.ts';
import type { GuardFacts } from '../../app/core/guardrail.ts';
import { goHits } from './go.ts';
import type { Hit } from './hit.ts';
import { isProduction } from './paths.ts';
import { pythonHits } from './python.ts';
import { scriptHits } from './script.ts';
import { type Node, type Parsed, comments, lines, ofKinds, parseFile } from '../../app/core/syntax.ts';
import { elided, mockModules, mockNames, unquote, workMarker } from './words.ts';

export function inspect(facts: GuardFacts): RawFinding[] {
  return facts.changed.filter((file) => isProduction(file.path)).flatMap((file) => {
    const parsed = parseFile(file.path, file.text);
    const hits = parsed ? hitsOf(parsed) : [];
    return hits.map((hit) => ({ ...hit, path: file.path, values: { ...hit.values, text: (hit.values.text ?? '').slice(0, 120) } }));
  });
}

function hitsOf(parsed: Parsed): Hit[] {
  const bodies = { script: scriptHits, python: pythonHits, go: goHits }[parsed.dialect](parsed.root);
  return [...bodies, ...commentHits(parsed.root), ...mockHits(parsed), ...filler(parsed.root)];
}

function commentHits(root: Node): Hit[] {
  return comments(root).flatMap((comment): Hit[] => {
    const text = comment.text();
    const marker = workMarker(text);
    if (marker !== null) return [{ code: 'TODO_COMMENT', ...lines(comment), values: { text: marker } }];
    const line = text.split('\n').find((each) => elided.test(each));
    return line === undefined ? [] : [{ code: 'ELIDED_CODE', ...lines(comment), values: { text: line.trim() } }];
  });
}

const importKinds = { script: ['import_statement'], python: ['import_statement', 'import_from_statement'], go: ['import_spec'] } as const;
const declarations = ['variable_declarator', 'assignment', 'short_var_declaration', 'const_spec', 'var_spec'];

function mockHits({ root, dialect }: Parsed): Hit[] {
  const imports = ofKinds(root, importKinds[dialect]).filter((node) => !/^import type\b/.test(node.text()) && modulesOf(node).some((name) => mockModules.test(name)));
  const named = ofKinds(root, declarations).filter((node) => {
    const name = (node.field('name') ?? node.field('left'))?.text() ?? '';
    return mockNames.test(name) && isLiteral(node.field('value') ?? node.field('right'));
  });
  return [...imports, ...named].map((node) => ({ code: 'MOCK_IN_PRODUCTION', ...lines(node), values: { text: node.text().split('\n')[0]! } }));
}

function modulesOf(node: Node): string[] {
  const source = node.field('source') ?? node.field('path');
  if (source) return [unquote(source.text())];
  const from = node.field('module_name');
  return from ? [from.text()] : ofKinds(node, ['dotted_name']).map((each) => each.text());
}

function isLiteral(value: Node | null): boolean {
  const inner = value?.kind() === 'expression_list' ? value.child(0) : value;
  return inner !== null && inner !== undefined && ['object', 'array', 'dictionary', 'list', 'composite_literal', 'as_expression', 'satisfies_expression', 'string', 'number'].includes(String(inner.kind()));
}

function filler(root: Node): Hit[] {
  return ofKinds(root, ['string', 'template_string', 'interpreted_string_literal', 'raw_string_literal'])
    .filter((node) => /\blorem ipsum\b/i.test(node.text()))
    .map((node) => ({ code: 'LOREM_IPSUM', ...lines(node), values: { text: node.text().split('\n')[0]! } }));
}
