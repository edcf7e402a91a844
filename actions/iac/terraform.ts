/** Terraform resources that stand open, keep data unprotected or hand out every right. Only literals are judged; what a variable says is unknown here. */
import type { Hit } from '../../app/core/finding.ts';
import { type Attribute, type Block, isFalse, isTrue, literals, numberOf, parseHcl } from './hcl.ts';
import { guardedPorts, guardedRange, hit, isWorld } from './hit.ts';

export function terraformHits(text: string): Hit[] {
  try {
    return parseHcl(text).blocks.flatMap((block) => (block.type === 'resource' ? inResource(block) : block.type === 'data' ? documents(block) : []));
  } catch (thrown) {
    return [{ ...hit('IAC_UNREADABLE', 0, { why: thrown instanceof Error ? thrown.message : String(thrown) }), error: true }];
  }
}

type Rule = (block: Block, what: string) => Hit[];

function inResource(block: Block): Hit[] {
  const [type = '', name = ''] = block.labels;
  const what = `${type}.${name}`;
  return [...rules.filter((rule) => rule.type.test(type)).flatMap((rule) => rule.hits(block, what)), ...everywhere(block, what)];
}

function nested(block: Block, type: string): Block[] {
  return block.blocks.filter((each) => each.type === type || (each.type === 'dynamic' && each.labels[0] === type)).map((each) => (each.type === 'dynamic' ? each.blocks.find((inner) => inner.type === 'content') ?? each : each));
}

function open(addresses: readonly (Attribute | undefined)[]): Attribute | undefined {
  return addresses.find((attribute) => literals(attribute).some(isWorld));
}

/** An ingress of AWS: protocol -1 is every port of every protocol. */
function ingress(block: Block, what: string): Hit[] {
  const at = (key: string) => block.attributes.get(key);
  const world = open([at('cidr_blocks'), at('ipv6_cidr_blocks'), at('cidr_ipv4'), at('cidr_ipv6')]);
  if (!world) return [];
  const all = /^"?(-1|all)"?$/.test((at('protocol') ?? at('ip_protocol'))?.text ?? '');
  const ports = all ? 'all ports' : guardedPorts(numberOf(at('from_port')), numberOf(at('to_port')));
  return ports === null ? [] : [hit('OPEN_TO_WORLD', world.line, { what, ports })];
}

function firewall(block: Block, what: string): Hit[] {
  const world = open([block.attributes.get('source_ranges')]);
  if (!world || literals(block.attributes.get('direction'))[0] === 'EGRESS') return [];
  return nested(block, 'allow').flatMap((allow) => {
    const ports = literals(allow.attributes.get('ports')).map(guardedRange).find((found) => found !== null);
    if (ports) return [hit('OPEN_TO_WORLD', world.line, { what, ports })];
    return allow.attributes.has('ports') || literals(allow.attributes.get('protocol'))[0] === 'icmp' ? [] : [hit('OPEN_TO_WORLD', world.line, { what, ports: 'all ports' })];
  });
}

function azureRule(block: Block, what: string): Hit[] {
  const at = (key: string) => block.attributes.get(key);
  const world = open([at('source_address_prefix'), at('source_address_prefixes')]);
  if (!world || literals(at('access'))[0]?.toLowerCase() !== 'allow' || literals(at('direction'))[0]?.toLowerCase() !== 'inbound') return [];
  const ports = [...literals(at('destination_port_range')), ...literals(at('destination_port_ranges'))].map(guardedRange).find((found) => found !== null);
  return ports ? [hit('OPEN_TO_WORLD', world.line, { what, ports })] : [];
}

function isPublic(code: string, keys: readonly string[], bad: RegExp): Rule {
  return (block, what) => keys.flatMap((key) => {
    const attribute = block.attributes.get(key);
    return attribute && bad.test(attribute.text.replaceAll('"', '')) ? [hit(code, attribute.line, { what, text: `${key} = ${attribute.text.slice(0, 80)}` })] : [];
  });
}

/** Policies as objects of the language or as text of JSON: one statement that allows everything on everything. */
function policy(block: Block, what: string): Hit[] {
  const attribute = block.attributes.get('policy') ?? block.attributes.get('inline_policy');
  if (!attribute) return [];
  const text = attribute.text.slice(0, 20_000);
  const wide = text.split(/[{}]/).some((part) => /\bEffect"?\s*[:=]\s*"Allow"/.test(part) && /(?<!Not)\bAction"?\s*[:=]\s*\[?\s*"\*(:\*)?"/.test(part) && /(?<!Not)\bResource"?\s*[:=]\s*\[?\s*"\*"/.test(part));
  return wide ? [hit('ALL_RIGHTS', attribute.line, { what, text: 'Allow * on *' })] : [];
}

function documents(block: Block): Hit[] {
  if (block.labels[0] !== 'aws_iam_policy_document') return [];
  return nested(block, 'statement').flatMap((statement) => {
    const all = (key: string) => literals(statement.attributes.get(key)).includes('*');
    const denied = literals(statement.attributes.get('effect'))[0] === 'Deny';
    return all('actions') && all('resources') && !denied ? [hit('ALL_RIGHTS', statement.line, { what: block.labels.join('.'), text: 'actions * on resources *' })] : [];
  });
}

const rules: { type: RegExp; hits: Rule }[] = [
  { type: /^aws_(default_)?security_group$/, hits: (block, what) => nested(block, 'ingress').flatMap((rule) => ingress(rule, what)) },
  { type: /^aws_security_group_rule$/, hits: (block, what) => (literals(block.attributes.get('type'))[0] === 'ingress' ? ingress(block, what) : []) },
  { type: /^aws_vpc_security_group_ingress_rule$/, hits: ingress },
  { type: /^google_compute_firewall$/, hits: firewall },
  { type: /^azurerm_network_security_rule$/, hits: azureRule },
  { type: /^azurerm_network_security_group$/, hits: (block, what) => nested(block, 'security_rule').flatMap((rule) => azureRule(rule, what)) },
  { type: /^aws_s3_bucket(_acl)?$/, hits: isPublic('PUBLIC_DATA', ['acl'], /^(public-read|public-read-write|authenticated-read)$/) },
  { type: /^aws_s3_bucket_public_access_block$/, hits: isPublic('PUBLIC_DATA', ['block_public_acls', 'block_public_policy', 'ignore_public_acls', 'restrict_public_buckets'], /^false$/) },
  { type: /^google_storage_(bucket_iam_(member|binding)|bucket_access_control|default_object_access_control)$/, hits: isPublic('PUBLIC_DATA', ['member', 'members', 'entity'], /\ball(Authenticated)?Users\b/) },
  { type: /^azurerm_storage_account$/, hits: isPublic('PUBLIC_DATA', ['allow_blob_public_access', 'allow_nested_items_to_be_public'], /^true$/) },
  { type: /^azurerm_storage_container$/, hits: isPublic('PUBLIC_DATA', ['container_access_type'], /^(blob|container)$/) },
  { type: /^(aws_(db_instance|rds_cluster_instance|redshift_cluster|dms_replication_instance)|azurerm_(mssql|mysql|postgresql)\w*server)$/, hits: isPublic('PUBLIC_DATA', ['publicly_accessible'], /^true$/) },
  { type: /^aws_iam_(role_|user_|group_)?policy$/, hits: policy },
];

/** Settings that mean the same on any resource. */
function everywhere(block: Block, what: string): Hit[] {
  const own = [...block.attributes].flatMap(([key, attribute]): Hit[] => {
    const text = `${key} = ${attribute.text.slice(0, 80)}`;
    if (/^(storage_encrypted|encrypted|at_rest_encryption_enabled|transit_encryption_enabled|encryption_at_host_enabled|enable_disk_encryption)$/.test(key) && isFalse(attribute)) return [hit('UNENCRYPTED', attribute.line, { what, text })];
    if (/^(min(imum)?_tls_version|minimum_protocol_version|tls_min_version|ssl_policy)$/.test(key) && /"(TLS_?v?1([._]?[01])?(_2016)?|1\.[01]|TLSv1(_2016)?|SSLv3|ELBSecurityPolicy-(2015|2016)-\d\d|ELBSecurityPolicy-TLS-1-[01]-\d+(-\d+)?)"/i.test(attribute.text)) return [hit('WEAK_TLS', attribute.line, { what, text })];
    return key === 'privileged' && isTrue(attribute) ? [hit('PRIVILEGED', attribute.line, { what, text })] : [];
  });
  return [...own, ...block.blocks.flatMap((inner) => everywhere(inner, what))];
}
