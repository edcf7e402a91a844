/** The App's webhook deliveries, for the poll that closes gaps: newest first, page by page until older than asked. */
import type { AppDeliveries } from '../../core/ports/github.ts';
import type { Client, Data } from './client.ts';
import { caps } from './limits.ts';

type Listed = Data<'GET /app/hook/deliveries'>[number];

export function createDeliveries(app: Client): AppDeliveries {
  return {
    async list(since) {
      const found: Listed[] = [];
      let cursor: string | null = null;
      for (let page = 0; page < caps.pages; page += 1) {
        const answer: { data: Listed[]; next: string | null } = await app.page('GET /app/hook/deliveries', { per_page: 100, ...(cursor && { cursor }) });
        found.push(...answer.data.filter((item) => Date.parse(item.delivered_at) >= since));
        const last = answer.data.at(-1);
        cursor = answer.next;
        if (!cursor || !last || Date.parse(last.delivered_at) < since) break;
      }
      return found.map(({ id, guid, delivered_at, status, event }) => ({ id, guid, deliveredAt: Date.parse(delivered_at), status, event }));
    },
    async redeliver(id) {
      // GitHub's description says integer; what it lists may need a bigint, which the address takes as well.
      await app.rest('POST /app/hook/deliveries/{delivery_id}/attempts', { delivery_id: id as number });
    },
  };
}
