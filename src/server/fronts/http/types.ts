import type { IncomingMessage } from 'node:http';
import type { FrontSetup } from '../../types.js';

/** One call of a route. */
export interface Call {
  readonly setup: FrontSetup;
  readonly incoming: IncomingMessage;
  readonly url: URL;
  /** Values of the path's parameters. */
  readonly params: Readonly<Record<string, string>>;
  /** Id of the request, which its answer and the log carry. */
  readonly request: string;
  /** True where the caller showed the token of `--token-file`. */
  readonly isTrusted: boolean;
}

/** A route: docs/openapi.json describes each of them, and a test compares the two. */
export interface Route {
  readonly method: 'GET' | 'POST';
  /** The path as Hono writes it: `/c/bank/:name`. */
  readonly path: string;
  /** True where no token is asked for: it tells nothing. */
  readonly isOpen?: true;
  handle(call: Call): Promise<Response> | Response;
}
