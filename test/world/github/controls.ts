/** What a test may change behind GitHub's back: repositories, people, installations, tokens. No event is sent for any of it. */
import { appRow } from './hub.ts';
import type { Hub } from './hub.ts';
import { holdMerges } from './mergeable.ts';
import { requireQueue } from './queue.ts';
import { install, seedRepo, seedUser } from './seed.ts';
import type { GitHubWorld } from './start.ts';

export type Controls = Pick<GitHubWorld, 'addRepository' | 'addUser' | 'installApp' | 'setWebhookUrl' | 'suspend' | 'holdMerges' | 'requireQueue' | 'expireInstallationTokens'>;

export function controls(hub: Hub, refs: { forgetAll(): void }): Controls {
  return {
    addRepository: (repo) => {
      const { id } = seedRepo(hub, repo);
      refs.forgetAll();
      return { id };
    },
    addUser: (user) => seedUser(hub, user).token,
    installApp: (appId, installation) => install(hub, appRow(hub, appId), installation),
    setWebhookUrl: (appId, url) => { hub.gh.apps.update(appRow(hub, appId).id, { webhook_url: url }); },
    requireQueue: (repository, branch) => requireQueue(hub, repository, branch),
    holdMerges: (held) => holdMerges(hub, held),
    suspend: (installationId, suspended) => {
      const row = hub.gh.appInstallations.all().find((candidate) => candidate.installation_id === installationId);
      if (row !== undefined) hub.gh.appInstallations.update(row.id, { suspended_at: suspended ? new Date().toISOString() : null });
    },
    expireInstallationTokens: () => {
      for (const holder of hub.tokens.values()) if (holder.installation !== undefined) holder.expiresAt = 0;
    },
  };
}
