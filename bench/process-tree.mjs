import { readFileSync } from 'node:fs';

/** Proportional set size of a process and its children, MB (Linux); shared memory counts once. */
export function treeMemory(pid) {
  let pids = [pid];
  try {
    const children = readFileSync(`/proc/${pid}/task/${pid}/children`, 'utf8');
    pids = [pid, ...children.trim().split(' ').filter(Boolean)];
  } catch {}
  let sum = 0;
  for (const one of pids) {
    try {
      sum += Number(/^Pss:\s+(\d+)/m.exec(readFileSync(`/proc/${one}/smaps_rollup`, 'utf8'))[1]) / 1024;
    } catch {}
  }
  return sum;
}
