/** The outcome of one test. */
export interface AlarmCheck {
  /** `missed`: an altered copy that no setting can promise to find, or no list of others. That is no failure. */
  readonly state: 'ok' | 'failed' | 'missed';
  /** What was tested, in words. */
  readonly what: string;
}
