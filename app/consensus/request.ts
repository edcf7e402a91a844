/** What consensus is asked, and with which tools. */
import type { Candidate } from '../core/candidate.ts';
import type { Sandbox } from '../core/ports/sandbox.ts';
import type { Spec } from '../core/spec.ts';
import type { Tree } from '../core/tree.ts';
import type { Kept } from './kept.ts';
import type { FamilyRecord } from '../core/family-record.ts';

export interface ConsensusRequest {
  spec: Spec;
  base: Tree;
  candidates: Candidate[];
  seed: number;
  record?: FamilyRecord | undefined;
  /** Below this confidence nothing passes; 0.85 where policy names none. */
  requiredConfidence?: number;
}

/** With the record filled in and the candidates in the order of their ids. */
export type Prepared = Omit<ConsensusRequest, 'record' | 'requiredConfidence'> & { record: FamilyRecord; requiredConfidence: number };

export interface ConsensusTools {
  sandbox: Sandbox;
  progress?: (line: string) => void;
  /** Finished observations of a run that was cut off. */
  kept?: Kept;
}
