/** Whether any guardrail of these packs needs a kind of fact that costs something to gather. Pure. */
import { descriptors, packs } from './catalogue.generated.ts';
import type { Descriptor } from './descriptor.ts';

export function packsNeed(names: readonly string[], fact: Descriptor['needs'][number]): boolean {
  const members = new Set(packs.filter((pack) => names.includes(pack.name)).flatMap((pack) => pack.members));
  return descriptors.some((descriptor) => members.has(descriptor.id) && descriptor.needs.includes(fact));
}
