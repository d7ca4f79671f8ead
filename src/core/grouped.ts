/** Writes 1234567 as 1,234,567. By hand: the first toLocaleString of a process takes 20 ms. */
export const grouped = (value: number): string => String(value).replace(/\B(?=(?:\d{3})+$)/g, ',');
