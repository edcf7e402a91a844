/** People at the stand-in's HTTP interface, with verbs for what they do in the stories. */
import { person, type Person } from '../../app/cli/demo/person.ts';

export interface Pull { number: number; title: string; body: string; state: string; merged: boolean; draft: boolean; head: { sha: string; ref: string }; base: { ref: string; sha: string }; user: { login: string } }
export interface Push { branch: string; files: Record<string, string | null>; onto?: string; message?: string; repository?: string; author?: { name: string; email: string } }

export interface Somebody extends Person {
  opensIntent(options?: { title?: string; body?: string; labels?: string[] }): Promise<number>;
  /** Answers the comment's id. */
  comments(issue: number, body: string): Promise<number>;
  edits(comment: number, body: string): Promise<void>;
  deletes(comment: number): Promise<void>;
  /** One commit on a new or moved branch, on top of it or of `onto` (a branch or a SHA); a null file goes. Answers its SHA. */
  pushes(push: Push): Promise<string>;
  opensPull(options: { head: string; base?: string; title?: string; body?: string; draft?: boolean }): Promise<Pull>;
  /** Pushes to a new branch and opens a pull request from it. */
  proposes(options: { branch: string; files: Record<string, string | null>; body?: string; draft?: boolean; base?: string }): Promise<Pull>;
  /** Asks for a merge; answers the status code. */
  merges(pull: number, sha: string): Promise<number>;
  forks(): Promise<string>;
}

export function somebody(url: string, who: { login: string; token: string }, at: string): Somebody {
  const base = person(url, who);
  const self: Somebody = {
    ...base,
    opensIntent: async ({ title = 'Double a number', body = '### Goal\n\nA function that doubles.', labels = ['intent'] } = {}) => (await base.post<{ number: number }>(`${at}/issues`, { title, body, labels })).number,
    comments: async (issue, body) => (await base.post<{ id: number }>(`${at}/issues/${issue}/comments`, { body })).id,
    edits: async (comment, body) => { await base.patch(`${at}/issues/comments/${comment}`, { body }); },
    deletes: async (comment) => { await base.answer('DELETE', `${at}/issues/comments/${comment}`); },
    pushes: (push) => pushTo(base, at, push),
    opensPull: ({ head, base: into = 'main', title = 'A change', body = '', draft = false }) => base.post<Pull>(`${at}/pulls`, { head, base: into, title, body, draft }),
    proposes: async ({ branch, files, ...rest }) => {
      await self.pushes({ branch, files, ...(rest.base ? { onto: rest.base } : {}) });
      return self.opensPull({ head: branch, ...rest });
    },
    merges: async (pull, sha) => (await base.answer('PUT', `${at}/pulls/${pull}/merge`, { merge_method: 'merge', sha })).status,
    forks: async () => (await base.post<{ full_name: string }>(`${at}/forks`, {})).full_name,
  };
  return self;
}

async function pushTo(who: Person, home: string, { branch, files, onto, message = 'Change it', repository, author }: Push): Promise<string> {
  const at = repository ? `/repos/${repository}` : home;
  const known = await who.answer('GET', `${at}/git/ref/heads/${branch}`);
  const parent = onto !== undefined && /^[0-9a-f]{40}$/.test(onto) ? onto : known.status === 200 && onto === undefined ? shaOf(known.body) : shaOf(await who.get(`${at}/git/ref/heads/${onto ?? 'main'}`));
  const { tree: base } = await who.get<{ tree: { sha: string } }>(`${at}/git/commits/${parent}`);
  const entries = Object.entries(files).map(([path, content]) => (content === null ? { path, mode: '100644', type: 'blob', sha: null } : { path, mode: '100644', type: 'blob', content }));
  const tree = await who.post<{ sha: string }>(`${at}/git/trees`, { base_tree: base.sha, tree: entries });
  const commit = await who.post<{ sha: string }>(`${at}/git/commits`, { message, tree: tree.sha, parents: [parent], ...(author ? { author, committer: author } : {}) });
  if (known.status === 200) await who.patch(`${at}/git/refs/heads/${branch}`, { sha: commit.sha, force: true });
  else await who.post(`${at}/git/refs`, { ref: `refs/heads/${branch}`, sha: commit.sha });
  return commit.sha;
}

function shaOf(ref: unknown): string {
  return (ref as { object: { sha: string } }).object.sha;
}
