/** How a disclosure is laid out on pages: the answer first, then the numbers with their sources, then the changes one by one. Pure: the same disclosure gives the same blocks. */
import type { PageDocument } from '../../core/page-document.ts';
import type { DisclosedChange, Disclosure } from './disclose.ts';
import { gateWords } from './gate-words.ts';

/** `digest`: SHA-256 of disclosure.json, from which everything on the pages is taken. */
export function disclosureDocument(disclosure: Disclosure, digest: string): PageDocument {
  const { release, at, holds, summary, gate, figures, changes, waivers, attachments } = disclosure;
  const title = `Disclosure of release ${release.tag}`;
  return {
    title, at,
    blocks: [
      { kind: 'title', text: title },
      { kind: holds ? 'good' : 'bad', text: summary },
      { kind: 'text', text: `Commit ${release.commit}. As recorded up to ${at.slice(0, 16).replace('T', ' ')} UTC. Every number on these pages stands in disclosure.json:` },
      { kind: 'code', text: `sha256 ${digest}` },
      { kind: 'heading', text: 'In numbers' },
      { kind: 'table', columns: [{ title: 'What', grow: 34 }, { title: 'Number', grow: 13 }, { title: 'Read from, and its SHA-256', grow: 53, small: true }], rows: figures.map(({ label, value, source }) => [label, value, `${source.file}\n${source.sha256}`]) },
      { kind: 'heading', text: `May it be deployed (asked ${gate.at.slice(0, 16).replace('T', ' ')} UTC)` },
      ...gateWords(gate).map((text) => ({ kind: 'text', text }) as const),
      { kind: 'page' },
      { kind: 'heading', text: 'Changes' },
      { kind: 'table', columns: [{ title: 'Change', grow: 18 }, { title: 'Verdicts', grow: 20 }, { title: 'Approved by', grow: 22 }, { title: 'Commit, merge, and SHA-256 of the manifest', grow: 64, small: true }], rows: changes.map(changeRow) },
      { kind: 'heading', text: 'Waivers in force' },
      waivers.length === 0 ? { kind: 'text', text: 'None.' } : { kind: 'table', columns: [{ title: 'Of', grow: 16 }, { title: 'About', grow: 22 }, { title: 'Why', grow: 34 }, { title: 'Who answers', grow: 18 }, { title: 'Until', grow: 12 }], rows: waivers.map(({ guardrail, about, reason, owner, ticket, until }) => [guardrail, about, reason, `${owner} (${ticket})`, until]) },
      { kind: 'heading', text: 'Attachments' },
      { kind: 'table', columns: [{ title: 'File', grow: 46 }, { title: 'SHA-256', grow: 60, small: true }], rows: attachments.map(({ file, sha256 }) => [file, sha256]) },
      { kind: 'heading', text: 'How to check it' },
      { kind: 'text', text: 'Offline, with the public key of the App that signed it (never taken from here), the key of its audit log, and the run or key that built the release:' },
      { kind: 'code', text: 'npx assay verify FOLDER --key key.pem\nnpx assay verify --log FOLDER/attachments/audit-log.json --key audit-key\nnpx assay verify FOLDER/build --expect FILE' },
      { kind: 'text', text: 'The first makes every file again from the evidence of the changes and compares it byte for byte, this page among them.' },
    ],
  };
}

function changeRow({ change, verdicts, approvals, headSha, mergeSha, manifest, asApproved }: DisclosedChange): string[] {
  const by = approvals.map(({ account, class: kind, presence }) => `account ${account}, ${kind}${presence === 'passkey' ? ', passkey' : ''}`).join('\n') || 'nobody';
  return [change, verdicts.map(({ slot, outcome }) => `${slot}: ${outcome}`).join('\n'), `${by}${asApproved ? '' : '\nMERGED OTHERWISE'}`, `${headSha}\n${mergeSha}\n${manifest}`];
}
