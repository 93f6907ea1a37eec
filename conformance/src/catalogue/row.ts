/** Who says so: the API document itself, a decision on what it leaves open, or what goes beyond it. */
export const LEVELS = ['documented', 'interpreted', 'extension'] as const;

/** A row of the requirement catalogue as the suite reads it. */
export interface RequirementRow {
  readonly slug: string;
  readonly text: string;
  /** The part of the API it belongs to: name of the catalogue's file. */
  readonly area: string;
  readonly level: (typeof LEVELS)[number];
  readonly strength: 'MUST' | 'SHOULD';
  /** Who must do it. */
  readonly role: string;
  /** What a target claims to be judged on it; absent: everyone. */
  readonly capability?: string;
  /** Where it is written. */
  readonly source: string;
  /** Why no black box can show it. */
  readonly untestable?: string;
}
