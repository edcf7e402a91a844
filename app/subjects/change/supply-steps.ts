/** Signs the statements on what is locked where they were made just now, and remembers them after that: what was remembered is signed. */
import type { Statement } from '../../core/ports/signer.ts';
import type { Step } from '../../core/step.ts';
import { sbomStatement, scanStatement, vexStatement } from '../../evidence/supply-chain.ts';
import type { ChangeFacts } from './facts.ts';
import { resourceOf } from './manifest.ts';

export function supplySteps(facts: Pick<ChangeFacts, 'supply' | 'change' | 'gitHubUrl'>): Step[] {
  if (!facts.supply) return [];
  const { documents, ruling: _ofToday, ...note } = facts.supply;
  const { headSha } = facts.change;
  const subject = { resource: resourceOf(facts), headSha };
  const statements: Record<string, Statement> = documents ? {
    sbom: sbomStatement({ subject, text: documents.sbom }), ...(documents.scan === null ? {} : { vulnerabilities: scanStatement({ subject, text: documents.scan }) }), ...(documents.vex === null ? {} : { vex: vexStatement({ subject, text: documents.vex }) }),
  } : {};
  return [
    ...Object.entries(statements).map(([name, statement]) => ({ step: 'sign-statement', note: `statement ${headSha} ${name}`, statement }) as const),
    { step: 'put-note', name: 'supply', value: note },
  ];
}
