/** What a person sees of issues and pull requests, read over HTTP. */
import type { Person } from '../../app/cli/demo/person.ts';
import type { Pull } from './people.ts';

export interface Comment { id: number; body: string; user: { login: string; type: string } }
export interface Check { id: number; name: string; status: string; conclusion: string | null; app: { id: number }; output: { title: string; summary: string; text: string | null } }

export const checkNames = ['assay', 'assay/approval', 'assay/consensus', 'assay/guardrails', 'assay/policy', 'assay/saboteur', 'assay/supply-chain'] as const;

export interface Readers {
  comments(issue: number): Promise<Comment[]>;
  /** The App's standing comment. */
  standing(issue: number): Promise<string>;
  /** The App's replies to that comment; one, if all is well. */
  replies(issue: number, comment: number): Promise<string[]>;
  reactions(comment: number): Promise<string[]>;
  /** The exact line that the standing comment offers. */
  approveLine(issue: number): Promise<string>;
  checks(sha: string): Promise<Check[]>;
  /** Name → conclusion, or the status of one that has not concluded. */
  conclusions(sha: string): Promise<Record<string, string>>;
  pull(number: number): Promise<Pull>;
  pulls(): Promise<Pull[]>;
  issue(number: number): Promise<{ state: string; labels: { name: string }[] }>;
  branchSha(branch: string): Promise<string>;
}

export function readers(who: Person, at: string): Readers {
  const comments = (issue: number): Promise<Comment[]> => who.get(`${at}/issues/${issue}/comments?per_page=100`);
  const own = async (issue: number): Promise<Comment[]> => (await comments(issue)).filter((one) => one.user.login === 'assay[bot]');
  const checks = async (sha: string): Promise<Check[]> => (await who.get<{ check_runs: Check[] }>(`${at}/commits/${sha}/check-runs?per_page=100&filter=all`)).check_runs.toSorted((a, b) => a.id - b.id);

  async function standing(issue: number): Promise<string> {
    const found = (await own(issue)).filter((one) => one.body.startsWith('<!-- assay:standing '));
    if (found.length !== 1) throw new Error(`#${issue} has ${found.length} standing comments`);
    return found[0]!.body;
  }

  return {
    comments, standing, checks,
    replies: async (issue, comment) => (await own(issue)).filter((one) => one.body.startsWith(`<!-- assay:reply ${comment} -->`)).map((one) => one.body.split('\n').slice(1).join('\n')),
    reactions: async (comment) => (await who.get<{ content: string; user: { login: string } }[]>(`${at}/issues/comments/${comment}/reactions`)).filter((one) => one.user.login === 'assay[bot]').map((one) => one.content),
    async approveLine(issue) {
      const body = await standing(issue);
      const line = /^\/approve [0-9a-f ]+$/m.exec(body)?.[0];
      if (!line) throw new Error(`no approval line in:\n${body}`);
      return line;
    },
    async conclusions(sha) {
      return Object.fromEntries((await checks(sha)).map((run) => [run.name, run.conclusion ?? run.status]));
    },
    pull: (number) => who.get(`${at}/pulls/${number}`),
    pulls: () => who.get(`${at}/pulls?state=all&per_page=100`),
    issue: (number) => who.get(`${at}/issues/${number}`),
    branchSha: async (branch) => (await who.get<{ object: { sha: string } }>(`${at}/git/ref/heads/${branch}`)).object.sha,
  };
}
