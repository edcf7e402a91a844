/** The names that a module imports, with their lines. Types are left to the compiler. */
import { lines, type Node, ofKinds, parseFile } from '../../app/core/syntax.ts';

export interface Imported {
  module: string;
  /** `default` for a default import; null where the module as a whole is imported. */
  name: string | null;
  /** The local name. */
  local: string | null;
  line: number;
}

export function importsIn(path: string, text: string): Imported[] {
  const parsed = parseFile(path, text);
  if (parsed?.dialect !== 'script') return [];
  return ofKinds(parsed.root, ['import_statement', 'export_statement']).flatMap((statement): Imported[] => {
    const module = statement.field('source')?.text().slice(1, -1);
    if (module === undefined || /^(import|export)\s+type[\s{]/.test(statement.text())) return [];
    const { startLine } = lines(statement);
    const whole: Imported = { module, name: null, local: ofKinds(statement, ['namespace_import'])[0]?.text().split(/\s+/).at(-1) ?? null, line: startLine };
    return [whole, ...named(statement, module), ...byDefault(statement, whole)];
  });
}

function named(statement: Node, module: string): Imported[] {
  return ofKinds(statement, ['import_specifier', 'export_specifier']).filter((each) => !/^type\s/.test(each.text())).flatMap((each): Imported[] => {
    const name = each.field('name')?.text();
    return name === undefined ? [] : [{ module, name, local: (each.field('alias') ?? each.field('name'))!.text(), line: lines(each).startLine }];
  });
}

function byDefault(statement: Node, whole: Imported): Imported[] {
  const local = ofKinds(statement, ['import_clause'])[0]?.children().find((child) => child.kind() === 'identifier')?.text();
  return local === undefined ? [] : [{ ...whole, name: 'default', local }];
}
