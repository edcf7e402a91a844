/** How far a value is to be trusted, and what follows where values meet. */

/** From harmless to hostile. `field`: of an object of the program's own; `free`: a name that the file does not define. */
export const grades = ['literal', 'constant', 'clean', 'field', 'computed', 'parameter', 'free', 'environment', 'argument', 'stdin', 'archive', 'request'] as const;
export type Grade = (typeof grades)[number];

export interface Origin {
  grade: Grade;
  /** Text put together from parts of which one at least is not fixed. */
  composed: boolean;
}

export const of = (grade: Grade, composed = false): Origin => ({ grade, composed });

export function atLeast(grade: Grade, least: Grade): boolean {
  return grades.indexOf(grade) >= grades.indexOf(least);
}

/** The most hostile of all, `least` where there are none. */
export function worst(all: readonly Origin[], least: Grade = 'constant'): Origin {
  return all.reduce((a, b) => ({ grade: !atLeast(a.grade, b.grade) ? b.grade : a.grade, composed: a.composed || b.composed }), of(least));
}
