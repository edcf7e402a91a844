/**
 * Exceptions of the budget as an OpenVEX document (0.2.0): one statement each, for one package URL in one repository. An exception does not say that a fault does no
 * harm, only that somebody answers for it: the status is `affected`, and the action is theirs. The same exceptions at the same time give the same bytes.
 */
import { digestOf } from '../core/digest.ts';
import { ended, type Exception } from '../core/vulnerability/budget.ts';

export interface VexFacts {
  /** Who states it, as a person or an account. */
  author: string;
  /** Milliseconds since the epoch. */
  at: number;
  exceptions: readonly Exception[];
}

/** Exceptions that have ended are not stated. */
export function openVexOf({ author, at, exceptions }: VexFacts): Record<string, unknown> {
  const timestamp = new Date(at).toISOString();
  const statements = exceptions.filter((each) => !ended(each, at)).map(statementOf).sort((a, b) => (digestOf(a) < digestOf(b) ? -1 : 1));
  return {
    '@context': 'https://openvex.dev/ns/v0.2.0', '@id': `https://openvex.dev/docs/assay/vex-${digestOf({ author, timestamp, statements })}`,
    author, role: 'Approver of exceptions', timestamp, version: 1, statements,
  };
}

function statementOf({ id, purl, repository, ticket, owner, approver, reason, expires }: Exception): Record<string, unknown> {
  return {
    vulnerability: { name: id },
    products: [{ '@id': `pkg:github/${repository.toLowerCase()}`, subcomponents: [{ '@id': purl, identifiers: { purl } }] }],
    status: 'affected',
    status_notes: `${approver} approved it until ${expires}: ${reason}`,
    action_statement: `${owner} answers for it until ${expires} (${ticket}); after that day it counts against the budget again.`,
  };
}
