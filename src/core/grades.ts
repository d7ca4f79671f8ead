/** The Tech Coalition's industry classification, which a report may state for a file. */
export const grades = ['baseline', 'A1', 'A2', 'B1', 'B2'] as const;
