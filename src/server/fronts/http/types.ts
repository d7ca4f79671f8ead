import type { IncomingMessage } from 'node:http';
import type { FrontSetup } from '../../types.js';

/** One call of a route. */
export interface Call {
  readonly setup: FrontSetup;
  /** The request as Node has it; its body is not read yet. */
  readonly incoming: IncomingMessage;
  /** Address of the request, with its query. */
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
  /** True where the caller need not show the token. */
  readonly isOpen?: true;
  /** Answers a call. Raises BadRequest, TooLarge and Busy, which the front turns into answers. */
  handle(call: Call): Promise<Response> | Response;
}
