/** What a person reads of the supply chain: at most five lines first, then a row per piece of evidence with its digest and the command that checks it, then the lists. */
import { code, plain, table } from '../../core/markdown.ts';
import type { ChangeRuling } from '../../core/ruling.ts';
import type { Charge } from '../../core/vulnerability/budget.ts';
import type { Merged } from '../../core/vulnerability/merge.ts';
import type { ChangeFacts } from './facts.ts';
import { traceWords } from './traces.ts';
import { isNew, judgeSupply, type Supply, type SupplyVerdict } from './supply.ts';

interface Said { title: string; summary: string; text?: string }

export function supplyChainCheck(facts: ChangeFacts, ruling: ChangeRuling): Said {
  const { supply } = facts;
  const verdict = judgeSupply(facts);
  if (!supply || !verdict) return { title: 'Reading the lock files', summary: 'The App reads the lock files of this head itself; nothing of the change is executed.' };
  const lists = listsOf(facts, supply, verdict);
  return { title: titleOf(facts, ruling, verdict), summary: `${lines(facts, supply, verdict).join('\n')}\n\n${rows(facts, supply, verdict)}`, ...(lists === '' ? {} : { text: lists }) };
}

function titleOf({ manifest, traces }: ChangeFacts, ruling: ChangeRuling, { outcome, assessment }: SupplyVerdict): string {
  if (outcome === 'fail' && assessment?.outcome !== 'fail' && traces?.ruling?.allow === false) return 'The preview run left no trace that counts';
  if (outcome === 'fail') return 'Known faults are over the budget';
  if (outcome === 'stale') return 'What was scanned is too old: /retry';
  if (outcome === 'error') return 'The supply chain could not be judged';
  return ruling.slots.supplyChain.code === 'SLOT_PASS' && manifest ? `Within the budget; manifest ${manifest.digest.slice(0, 12)} signed and verified` : 'Within the budget; the manifest is signed when all verdicts are in';
}

/** Five at most. */
function lines(facts: ChangeFacts, supply: Supply, verdict: SupplyVerdict): string[] {
  const words = { pass: '**Within the budget.**', not_applicable: '**Nothing is locked.**', fail: facts.traces?.ruling?.allow === false ? '**Not within what is required.**' : '**Over the budget.**', stale: '**Too old.**' }[verdict.outcome as string] ?? '**Not judged.**';
  return [
    `${words} ${plain(verdict.reason, 600)}`,
    ...(supply.sbom ? [`SBOM: ${billWords(supply)}.`] : []),
    ...(verdict.assessment ? [`Known faults: ${faultWords(supply, verdict)}.`] : []),
    ...(facts.traces ? [traceWords(facts.traces)] : []),
    `Recomputed by the App from the lock files at ${code(facts.change.headSha.slice(0, 12))}${facts.change.fork ? ', which come from a fork' : ''}; nothing of the change was executed, no build provenance is claimed.`,
  ];
}

function billWords({ components, added, removed, changed, newLicences, unlicensed, incomplete }: Supply): string {
  const licences = newLicences.length === 0 ? 'no new licence' : `new licences: ${newLicences.slice(0, 5).map((each) => plain(each, 60)).join(', ')}${newLicences.length > 5 ? ' …' : ''}`;
  return `${components} components, ${added.length} new, ${removed.length} removed, ${changed.length} at other versions; ${licences}${unlicensed > 0 ? `, ${unlicensed} state none` : ''}${incomplete.length > 0 ? '; not complete' : ''}`;
}

function faultWords(supply: Supply, { assessment }: SupplyVerdict): string {
  const { count, charges, disputed, ungraded } = assessment!;
  const fresh = charges.filter(({ found }) => isNew(supply, found)).length;
  const sources = supply.reports.filter(({ failure }) => failure === null).map(({ scanner, database }) => `${scanner.name} of ${database?.lastUpdate.slice(0, 10) ?? 'unknown age'}`);
  return `${count.critical} critical, ${count.high} high, ${count.medium} medium, ${count.low} low, ${fresh} of them new here${ungraded > 0 ? `; ${ungraded} graded by nobody count as high` : ''}${disputed > 0 ? `; scanners disagree on ${disputed}` : ''}; ${plain(sources.join(', ') || 'no source answered', 200)}`;
}

function rows(facts: ChangeFacts, supply: Supply, verdict: SupplyVerdict): string {
  const { change, manifest, files } = facts;
  const at = `git checkout ${change.headSha}`;
  const all = [
    ['SBOM (CycloneDX 1.6)', supply.sbom ? billWords(supply) : 'no lock file', digest(supply.sbom?.digest), supply.sbom ? code(`${at} && npx assay sbom --name ${quoted(supply.name)} --out sbom.cdx.json && sha256sum sbom.cdx.json`, 400) : ''],
    ['vulnerabilities', verdict.assessment ? `${verdict.outcome}: ${faultWords(supply, verdict)}` : verdict.outcome, digest(supply.scan?.statement), supply.sbom ? code(`${at} && npx assay guard --all --only cve-budget`, 400) : ''],
    ...(supply.vex ? [['exceptions (OpenVEX)', `${verdict.assessment?.charges.filter(({ state }) => state === 'excepted').length ?? 0} in force`, digest(supply.vex.statement), '']] : []),
    ...(facts.traces ? [['traces', facts.traces.ruling?.outcome ?? 'waits', '', code(`${at} && npx assay guard --base ${files.mergeBase} --only otlp`, 400)]] : []),
    ['manifest', manifest ? 'signed and verified' : 'waiting for the verdicts', digest(manifest?.digest), manifest ? code('npx assay verify PACK --key PUBLIC.pem') : ''],
  ];
  return table(['evidence', 'what it says', 'digest', 'check it yourself'], all);
}

function digest(sha256: string | undefined): string {
  return sha256 === undefined ? '' : code(sha256);
}

/** Repository names have no other characters; anything else is left out of a line that people paste. */
function quoted(name: string): string {
  return name.replace(/[^\w.-]/g, '');
}

function listsOf({ config }: ChangeFacts, supply: Supply, { assessment }: SupplyVerdict): string {
  const charged = (assessment?.charges ?? []).slice(0, 100).map((each) => `- ${chargeWords(each)}${isNew(supply, each.found) ? ' New here.' : ''}`);
  const failed = supply.reports.flatMap(({ scanner, failure }) => (failure ? [`- ${plain(scanner.name)}: ${code(failure.code)} ${plain(failure.why, 300)}. ${plain(failure.remedy, 200)}`] : []));
  const parts: [string, string[]][] = [
    ['Known faults', charged], ['Sources that did not answer', failed],
    ['New', supply.added.map((each) => `- ${code(each)}`)], ['Removed', supply.removed.map((each) => `- ${code(each)}`)],
    ['At other versions', supply.changed.map(({ purl, from, to }) => `- ${code(purl)} ${plain(from.join(', ') || 'none')} → ${plain(to.join(', ') || 'none')}`)],
    ['Not known', supply.incomplete.map((each) => `- ${plain(each)}`)],
    ['Left out as fixtures', supply.sbom ? config.fixtures.map((each) => `- ${code(each)}`) : []],
  ];
  return parts.filter(([, list]) => list.length > 0).map(([title, list]) => `**${title}**\n\n${list.join('\n')}`).join('\n\n');
}

function chargeWords(charged: Charge<Merged>): string {
  const { found } = charged;
  const what = `${code(found.purl)} ${plain(found.id, 60)} (${found.grade}${found.graded ? '' : ', graded by nobody'})${found.summary ? `: ${plain(found.summary, 160)}` : ''}. ${found.fixed ? `Fixed in ${plain(found.fixed, 60)}.` : 'No fix is known.'}`;
  const dispute = found.notBy.length > 0 ? ` Found by ${plain(found.by.join(', '))}, not by ${plain(found.notBy.join(', '))}.` : '';
  const why = {
    over: () => ` **Over the budget** (${charged.state === 'over' ? charged.limit : ''}).`, late: () => (charged.state === 'late' ? ` **Too long**: ${charged.days} days, ${charged.limit} are allowed.` : ''),
    counting: () => (charged.state === 'counting' ? ` ${charged.limit - charged.days} days are left.` : ''), undecided: () => ' **Nobody can say whether it concerns this version.**',
    excepted: () => exception(charged), ended: () => exception(charged),
  }[charged.state]();
  return `${what}${why}${dispute}`;
}

function exception(charged: Charge<Merged>): string {
  if (charged.state !== 'excepted' && charged.state !== 'ended') return '';
  const { approver, owner, reason, ticket, expires } = charged.exception;
  return charged.state === 'ended' ? ` **Its exception ended on ${plain(expires)}** (${plain(ticket, 60)}, ${plain(owner, 60)}).` : ` ${plain(approver, 60)} approved it until ${plain(expires)}: ${plain(reason, 200)} (${plain(ticket, 60)}, ${plain(owner, 60)}).`;
}
