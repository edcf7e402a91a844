/**
 * `deps/compose.yaml`, made from deps/containers.lock: the guardrails in a container, for `docker compose --profile guardrails`. A service whose image has no digest
 * yet is left out. The schema is the part of the compose specification that is used here; the policy says what no such service may have.
 */
import { stringify } from 'yaml';
import { z } from 'zod';
import type { ContainersLock, LockedImage } from './lock.ts';
import { digestOf } from './uses.ts';

export const composePath = 'deps/compose.yaml';

const Bind = z.strictObject({ type: z.literal('bind'), source: z.string().min(1), target: z.string().startsWith('/'), read_only: z.boolean().optional() });
const Service = z.strictObject({
  profiles: z.array(z.string()).min(1),
  image: z.string().min(1),
  platform: z.string().optional(),
  command: z.array(z.string()).min(1),
  working_dir: z.string().startsWith('/'),
  user: z.string().optional(),
  network_mode: z.string().optional(),
  read_only: z.boolean().optional(),
  privileged: z.boolean().optional(),
  cap_drop: z.array(z.string()).optional(),
  cap_add: z.array(z.string()).optional(),
  security_opt: z.array(z.string()).optional(),
  pids_limit: z.number().int().positive().optional(),
  mem_limit: z.string().optional(),
  tmpfs: z.array(z.string()).optional(),
  environment: z.record(z.string(), z.string()).optional(),
  volumes: z.array(Bind),
});
type Service = z.infer<typeof Service>;

export const Compose = z.strictObject({ name: z.string().regex(/^[a-z0-9][a-z0-9_-]*$/), services: z.record(z.string(), Service) });
export type Compose = z.infer<typeof Compose>;

/** Those that only read files and ask nobody: a container without network could not answer for the others. */
const offline = 'G01,G02,G06,G10,G11,G19';

const commands: Record<string, string[]> = { guard: ['node', '/assay/app/bin.js', 'guard', '/work', '--only', offline] };

/** Services of the lock that this project knows how to start. */
export function composeOf({ images }: ContainersLock): Compose {
  const known = images.filter((each): each is LockedImage & { name: string } => each.name !== undefined && Object.hasOwn(commands, each.name));
  return { name: 'assay', services: Object.fromEntries(known.map((each) => [each.name, service(each, commands[each.name]!)])) };
}

function service({ image, digest, platform }: LockedImage, command: string[]): Service {
  return {
    profiles: ['guardrails'], image: `${image}@${digest}`, ...(platform === undefined ? {} : { platform }), command, working_dir: '/work', user: '65534:65534',
    network_mode: 'none', read_only: true, cap_drop: ['ALL'], security_opt: ['no-new-privileges:true'], pids_limit: 512, mem_limit: '4g', tmpfs: ['/tmp'],
    // git looks at a folder of another user's only where it is told to.
    environment: { HOME: '/tmp', GIT_CONFIG_COUNT: '1', GIT_CONFIG_KEY_0: 'safe.directory', GIT_CONFIG_VALUE_0: '/work' },
    volumes: [
      { type: 'bind', source: '${ASSAY_TREE:-..}', target: '/work', read_only: true },
      { type: 'bind', source: '..', target: '/assay', read_only: true },
    ],
  };
}

export function composeText(compose: Compose): string {
  const empty = Object.keys(compose.services).length === 0 ? '# No image has a digest yet, so there is no service: "assay lock containers --resolve" asks for it.\n' : '';
  return `# Written by "assay lock containers --resolve" from deps/containers.lock. ASSAY_TREE is the work tree to judge, by default this one.\n${empty}${stringify(compose, { lineWidth: 0 })}`;
}

/** What a service has and must not, in one sentence each; none: the policy holds. */
export function composeBreaches({ services }: Compose): string[] {
  return Object.entries(services).flatMap(([name, each]) => [
    ...(digestOf(each.image) === null ? ['its image has no digest'] : []),
    ...(each.profiles.join() === 'guardrails' ? [] : ['it is not in the profile guardrails alone']),
    ...(each.network_mode === 'none' ? [] : ['it has a network']),
    ...(each.volumes.every(({ read_only }) => read_only === true) && each.read_only === true ? [] : ['it may write']),
    ...(each.volumes.some(({ source }) => /\.sock$|^\/(etc|proc|sys|dev|root|var\/run)?$/.test(source)) ? ['it mounts a part of the machine'] : []),
    ...(each.privileged || (each.cap_add ?? []).length > 0 || !each.cap_drop?.includes('ALL') ? ['it has privileges'] : []),
    ...(each.security_opt?.includes('no-new-privileges:true') && /^[1-9]\d*:[1-9]\d*$/.test(each.user ?? '') ? [] : ['it may become another user']),
  ].map((breach) => `${name}: ${breach}`));
}
