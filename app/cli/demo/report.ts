/** The report of a demo run (the contract of `--report`) and the table at its end. */
import { verifyAuditLog } from '../../evidence/audit-log.ts';
import { seconds, type Teller, type Told } from './tell.ts';
import { status } from './looking.ts';
import type { AttackStory } from './story-attack.ts';
import type { GateStory } from './story-gate.ts';
import type { IntentStory } from './story-intent.ts';
import type { DemoWorld } from './world.ts';

export interface Stories {
  intent: IntentStory | null;
  gate: GateStory | null;
  attack: AttackStory | null;
}

export interface DemoReport {
  ok: boolean;
  steps: Told[];
  spec: { sha256: string; criteria: number } | null;
  candidates: IntentStory['candidates'];
  consensus: IntentStory['consensus'] | null;
  audit: IntentStory['audit'] | null;
  pr: { number: number; headSha: string } | null;
  checks: Record<string, string | null>;
  mergeBeforeApproval: { status: number } | null;
  mergeAfterApproval: { merged: boolean } | null;
  attack: AttackStory | null;
  auditLog: { entries: number; verified: boolean };
  ledger: { calls: number; usd: number };
  sandbox: { grade: string };
  durationMs: number;
}

export async function reportOf(world: DemoWorld, run: { told: Teller; stories: Stories; durationMs: number }): Promise<DemoReport> {
  const { intent, gate, attack } = run.stories;
  const auditLog = await readAuditLog(world.assay.url);
  const spent = intent ? (await status(world.assay.url, `/intents/${intent.repositoryId}/${intent.issue}`)).spent : { calls: 0, settled: 0 };
  const held = run.told.steps.every((step) => step.ok) && intent !== null && gate !== null && attack !== null;
  return {
    ok: held && auditLog.verified && auditLog.entries > 0 && spent.calls > 0,
    steps: run.told.steps, ...(intent ? ofIntent(intent) : withoutIntent), ...(gate ? ofGate(gate) : withoutGate),
    attack, auditLog, ledger: { calls: spent.calls, usd: spent.settled / 1e6 }, durationMs: run.durationMs,
  };
}

type OfIntent = Pick<DemoReport, 'spec' | 'candidates' | 'consensus' | 'audit' | 'pr' | 'sandbox'>;
const withoutIntent: OfIntent = { spec: null, candidates: [], consensus: null, audit: null, pr: null, sandbox: { grade: 'none' } };

function ofIntent({ spec, candidates, consensus, audit, pullRequest, sandbox }: IntentStory): OfIntent {
  return { spec, candidates, consensus, audit, pr: { number: pullRequest.number, headSha: pullRequest.head.sha }, sandbox: { grade: sandbox } };
}

type OfGate = Pick<DemoReport, 'checks' | 'mergeBeforeApproval' | 'mergeAfterApproval'>;
const withoutGate: OfGate = { checks: {}, mergeBeforeApproval: null, mergeAfterApproval: null };

function ofGate({ checks, mergeBeforeApproval, mergeAfterApproval }: GateStory): OfGate {
  return { checks, mergeBeforeApproval, mergeAfterApproval };
}

async function readAuditLog(url: string): Promise<DemoReport['auditLog']> {
  const text = await (await fetch(`${url}/audit.jsonl`)).text();
  const { entries, verified } = verifyAuditLog(text);
  return { entries, verified };
}

export function finalTable(report: DemoReport): string {
  const rows: [string, string][] = [
    ...report.steps.map((step): [string, string] => [`${step.ok ? '✓' : '✗'} ${step.name}`, `${step.detail.slice(0, 70)} (${seconds(step.ms)})`]),
    ...Object.entries(report.checks).map(([name, conclusion]): [string, string] => [`check ${name}`, conclusion ?? 'absent']),
    ['cost', `${report.ledger.calls} model calls, $${report.ledger.usd.toFixed(4)} at list prices`],
    ['audit log', `${report.auditLog.entries} entries, ${report.auditLog.verified ? 'verified' : 'NOT verified'}`],
    ['sandbox', report.sandbox.grade],
    ['time', seconds(report.durationMs)],
  ];
  const width = Math.max(...rows.map(([name]) => name.length));
  return rows.map(([name, value]) => `${name.padEnd(width)}  ${value}`).join('\n');
}
