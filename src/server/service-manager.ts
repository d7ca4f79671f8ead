import { execFile } from 'node:child_process';

/** Tells systemd the state of the service (`Type=notify`). Outside of systemd it does nothing. */
export interface ServiceManager {
  /** Tells systemd that the service takes uploads. */
  ready(): void;
  /** Tells systemd that the service is stopping. */
  stopping(): void;
  /** Sends no more signs of life to the watchdog. */
  close(): void;
}

type Environment = Readonly<Record<string, string | undefined>>;

/**
 * Connects the service to systemd. Node has no Unix datagram sockets, so the program `systemd-notify` sends the
 * messages; the unit needs `NotifyAccess=all`. Where the unit sets a watchdog, the service sends a sign of life twice
 * in each of its periods. A timer of the event loop sends it, so that a service that hangs sends none.
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
