/** Pages that a person reads, as blocks in order; how they are drawn is an edge's business. */

/** `grow`: shares of the page's width. `small`: set in a small fixed-width type, for digests. */
export interface Table { kind: 'table'; columns: { title: string; grow: number; small?: boolean }[]; rows: string[][] }
export type Block = { kind: 'title' | 'heading' | 'text' | 'good' | 'bad' | 'code'; text: string } | Table | { kind: 'page' };

export interface PageDocument {
  title: string;
  /** ISO 8601. */
  at: string;
  blocks: Block[];
}
