/** The state of one thing that a scan may need of the machine. */
export interface Check {
  readonly name: string;
  /**
   * `missing`: the thing is not there, and `advice` says what is lost by that. `broken`: it is there and does not work.
   */
  readonly state: 'ok' | 'missing' | 'broken';
  readonly version?: string;
  readonly path?: string;
  readonly detail?: string;
  /** What is lost, and what to do. */
  readonly advice?: string;
}
