/** The scale of the trade, from the Tech Coalition: what a report may state as a file's classification. */
export const grades = ['baseline', 'A1', 'A2', 'B1', 'B2'] as const;
