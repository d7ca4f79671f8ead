import { execFile } from 'node:child_process';

/** Tells systemd how the service fares (`Type=notify`); outside of systemd it does nothing. */
export interface ServiceManager {
  ready(): void;
  stopping(): void;
  /** Ends the signs of life. */
  close(): void;
}

type Environment = Readonly<Record<string, string | undefined>>;

/**
 * Opens the way to systemd. Node has no datagram sockets of Unix, so the program `systemd-notify` sends what is to be
 * told; the unit needs `NotifyAccess=all`. Where a watchdog is set, gives a sign of life twice in its time: it comes from
 * the loop of events, so that a service that hangs gives none.
 */
export function serviceManager(environment: Environment): ServiceManager {
  const { NOTIFY_SOCKET: socket, WATCHDOG_USEC: watchdog, PATH } = environment;
  if (!socket) return { ready() {}, stopping() {}, close() {} };
  const tell = (...states: readonly string[]) => {
    execFile('systemd-notify', states, { env: { NOTIFY_SOCKET: socket, PATH }, timeout: 5000 }, () => {});
  };
  const period = Number(watchdog ?? 0) / 2000;
  const timer = period > 0 ? setInterval(() => tell('WATCHDOG=1'), period) : undefined;
  timer?.unref();
  return {
    ready: () => tell('--ready', '--status=scans uploads'),
    stopping: () => tell('STOPPING=1'),
    close: () => clearInterval(timer),
  };
}
