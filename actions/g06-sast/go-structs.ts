/** Go: a struct with a secret field is turned into JSON, YAML, XML or TOML, and the field's tag does not keep it out. */
import { calleeOf, type CodeFile } from '../../app/core/code/file.ts';
import { kindOf, named } from '../../app/core/code/grammar.ts';
import { type Node, ofKinds } from '../../app/core/syntax.ts';
import type { Hit } from './hit.ts';

const secret = /^(?:password|passwd|passphrase|secret|clientsecret|apikeys?|accesskey|privatekey|secretkey|signingkey|credentials?|(?:api|access|refresh|auth|bearer|session|secret)?tokens?)$/;
const texts = /^(?:\[\])?\*?(?:string|\[\]byte)$/;
const encoders = /^(?:encoding\/(?:json|xml)|.*\/yaml(?:\.v\d+|\/v\d+)?|.*\/toml(?:\/v\d+)?)\.(?:Marshal|MarshalIndent|NewEncoder\(\)\.Encode)$/;

export function structHits(file: CodeFile): Hit[] {
  if (file.parsed.dialect !== 'go' || !/Marshal|Encode/.test(file.text)) return [];
  const fields = new Map(ofKinds(file.parsed.root, ['type_spec']).flatMap((spec) => secretFields(spec)));
  if (fields.size === 0) return [];
  return ofKinds(file.parsed.root, ['call_expression']).flatMap((node) => {
    const callee = calleeOf(node);
    const value = named(node.field('arguments')!)[0];
    if (!callee || !value || !encoders.test(file.nameOf(callee))) return [];
    const type = typeOf(value, file);
    const field = type === null ? undefined : fields.get(type);
    if (field === undefined || masks(file, { type: type!, field, value })) return [];
    return [{ code: 'SECRET_SERIALISED', node, why: `${type}.${field} is written out with the rest` }];
  });
}

/** Type name and its first secret field. */
function secretFields(spec: Node): [string, string][] {
  const struct = spec.field('type');
  if (!struct || kindOf(struct) !== 'struct_type') return [];
  const found = ofKinds(struct, ['field_declaration']).flatMap((field) => {
    const tag = field.field('tag')?.text() ?? '';
    const key = /(?:json|yaml|xml|toml):"([^",]*)/.exec(tag)?.[1] ?? '';
    if (key === '-' && !/:"-,/.test(tag)) return [];
    if (!texts.test((field.field('type')?.text() ?? '').replace(/\s/g, ''))) return [];
    return field.fieldChildren('name').map((name) => name.text()).filter((name) => /^[A-Z]/.test(name) && (isSecret(name) || isSecret(key)));
  });
  return found.length > 0 ? [[spec.field('name')!.text(), found[0]!]] : [];
}

function isSecret(name: string): boolean {
  return secret.test(name.replace(/[^a-z]/gi, '').toLowerCase());
}

/** The name of the struct type of a literal, or of what a name was given or declared as. */
function typeOf(value: Node, file: CodeFile): string | null {
  if (kindOf(value) === 'unary_expression') return typeOf(value.field('operand')!, file);
  if (kindOf(value) === 'composite_literal') return bare(value.field('type')!.text());
  for (const definition of kindOf(value) === 'identifier' ? file.definitionsOf(value) : []) {
    if (definition.parameter?.type) return bare(definition.parameter.type);
    if (definition.value && definition.value.id() !== value.id()) return typeOf(definition.value, file);
    const declared = definition.at.field('type');
    if (declared) return bare(declared.text());
  }
  return null;
}

function bare(type: string): string {
  return type.replace(/^(?:\*|&|\[\w*\]|map\[[^\]]*\])+/, '');
}

/** The type writes itself out, or the literal puts something made harmless into the field. */
function masks(file: CodeFile, { type, field, value }: { type: string; field: string; value: Node }): boolean {
  if (new RegExp(`func \\(\\w*\\s*\\*?${type}\\) Marshal\\w+\\(`).test(file.text)) return true;
  return new RegExp(`\\b${field}:\\s*(?:\\w+\\.)*(?:[mM]ask|[rR]edact|[hH]ide|[oO]bfuscate)\\w*\\(`).test(value.text());
}
