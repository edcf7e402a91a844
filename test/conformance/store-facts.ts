/** Ready-made deliveries, comments and repositories for store tests: name only what matters. */
import type { CommentEvent, Delivery, DeliveryEffects, RepositoryRef } from '../../app/core/ports/store.ts';
import type { Problem } from '../../app/core/errors.ts';
import { changeKey } from '../../app/core/subject.ts';

export const shop: RepositoryRef = { id: 1, owner: 'acme', name: 'shop', installationId: 501 };
export const other: RepositoryRef = { id: 2, owner: 'solo', name: 'site', installationId: 502 };
export const change7 = changeKey(shop.id, 7);
export const problem: Problem = { code: 'TEST', message: 'it broke', remedy: 'mend it' };

let count = 0;

export function delivery(over: Partial<Delivery> = {}): Delivery {
  count += 1;
  return { guid: `guid-${count}`, event: 'pull_request', action: 'synchronize', body: '{"a":1}', receivedAt: 1, ...over };
}

export function effects(over: Partial<DeliveryEffects> = {}): DeliveryEffects {
  return { marks: [], repository: shop, comment: null, installation: null, ...over };
}

export function comment(over: Partial<CommentEvent> = {}): CommentEvent {
  return { id: 9001, subject: change7, action: 'created', authorId: 11, authorLogin: 'alice', authorType: 'User', viaApp: false, body: '/approve', createdAt: 5, ...over };
}
