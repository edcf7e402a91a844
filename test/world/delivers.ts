/** A webhook with GitHub's own signature that GitHub never sent: what an insider, or a fault, could make the App hear. */
import { createHmac, randomUUID } from 'node:crypto';
import { webhookPath } from '../../app/index.ts';
import type { World } from './world.ts';

/** Answers the receiver's status. `guid` is the delivery's, where a replay is to be told. */
export async function delivers(world: World, event: string, payload: object, guid: string = randomUUID()): Promise<number> {
  const repository = { id: world.repositoryId, name: 'shop', full_name: 'ada/shop', owner: { login: 'ada' }, default_branch: 'main' };
  const body = JSON.stringify({ repository, installation: { id: world.github.installationIds[0] }, ...payload });
  const signature = createHmac('sha256', world.github.webhookSecret).update(body).digest('hex');
  const headers = { 'content-type': 'application/json', 'x-github-event': event, 'x-github-delivery': guid, 'x-hub-signature-256': `sha256=${signature}` };
  return (await fetch(`${world.assay.url}${webhookPath}`, { method: 'POST', headers, body })).status;
}
