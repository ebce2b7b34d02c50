import type { Accepted, AgentShown, ApprovalShown, DecideApprovalWish, KeyMade, KeyWish, RecordShown, ScenarioPlan, SessionShown, Standing, StartTraining, Wrong } from "./types.js";

export type * from "./types.js";

export interface ClientOptions {
  /** Else ETHOGRAM_API_KEY; a gateway on loopback needs none. */
  apiKey?: string;
  /** Where the gateway is; else ETHOGRAM_API_URL, else this machine. */
  baseUrl?: string;
  timeoutMs?: number;
}
export interface KeyOptions {
  usageLimit?: number | null;
  expiresInDays?: number | null;
  scopes?: KeyWish["scopes"];
}
/** One registered agent that faces scenarios, or a whole training. */
export interface StartOptions {
  agentId?: string;
  numScenarios?: number;
  /** Left out: all of them. */
  archetypes?: ScenarioPlan["archetypes"];
  seed?: number;
  training?: StartTraining;
  /** The same key means the same session. */
  idempotencyKey?: string;
}
export interface ListOptions {
  limit?: number;
  state?: SessionShown["state"];
  /** Only sessions whose name has this in it. */
  name?: string;
}
export interface WaitOptions {
  /** Seconds. */
  pollInterval?: number;
  progress?: (share: number, completed: number, total: number) => void;
  /** Seconds; then a DOMException named TimeoutError. */
  timeout?: number;
}
export interface Why {
  reason?: string;
  actor?: string;
}
/** Who asks and why, and the fields of that request. */
export type Wish = Why & Record<string, unknown>;
/** What comes of a request for approval, and why. */
export type Decision = Pick<DecideApprovalWish, "reason" | "option"> & { decision?: DecideApprovalWish["decision"]; actor?: string };
/** What a session came to: docs of the Python client and `ethogram report --json` say what is in it. */
export type Report = Record<string, any>;

/** Talks to a gateway over HTTP. What may be repeated is tried up to four times. Every error is an APIError. */
export class Client {
  constructor(options?: ClientOptions);
  /** A new key; `api_key` in the answer is shown this once. */
  generateApiKey(userId: string, options?: KeyOptions): Promise<KeyMade>;
  /** Make an agent known by a name; `framework` is an adapter. */
  registerAgent(agentId: string, framework: string, config?: Record<string, unknown>): Promise<AgentShown>;
  agents(): Promise<AgentShown[]>;
  /** Start a session; its id. */
  startTraining(options: StartOptions): Promise<Accepted["session_id"]>;
  status(session: string): Promise<Standing>;
  sessions(options?: ListOptions): Promise<SessionShown[]>;
  /** Every session, the newest first, page by page. */
  allSessions(options?: Omit<ListOptions, "limit">): AsyncGenerator<SessionShown, void, undefined>;
  /** Wait until a session has ended; TrainingError if it was rejected or failed. */
  waitForCompletion(session: string, options?: WaitOptions): Promise<Standing>;
  getReport(session: string): Promise<Report>;
  champions(limit?: number): Promise<Record<string, any>[]>;
  pause(session: string, why?: Why): Promise<void>;
  resume(session: string, why?: Why): Promise<void>;
  cancel(session: string, why?: Why): Promise<void>;
  /** What people are asked to approve, the most urgent first; with `everything` also what was decided. */
  approvals(session?: string, everything?: boolean): Promise<ApprovalShown[]>;
  /** Decide what people are asked; `modify` carries out `option`. */
  approve(session: string, approvalId: string, decision: Decision): Promise<void>;
  /** Ask something of a session that runs: swap, inject, override, overrule, grant, revoke, chat; with what its body has besides. */
  steer(session: string, what: string, wish?: Wish): Promise<void>;
  /** Every record, past and live, until the last word; goes on by itself after a broken connection. */
  watch(session: string, options?: { lastEventId?: string }): AsyncGenerator<RecordShown, void, undefined>;
}

export interface ErrorFacts {
  status?: number | null;
  code?: string;
  requestId?: string | null;
  errors?: Wrong[];
}
/** The gateway refused, or could not be reached (`status` null). */
export class APIError extends Error {
  constructor(message: string, facts?: ErrorFacts);
  status: number | null;
  code: string;
  requestId: string | null;
  errors: Wrong[];
}
/** 401 */
export class AuthenticationError extends APIError {}
/** 403 */
export class PermissionDeniedError extends APIError {}
/** 404 */
export class ResourceNotFoundError extends APIError {}
/** 422; `errors` says which field. */
export class InvalidRequestError extends APIError {}
/** 429 */
export class RateLimitError extends APIError {
  constructor(message: string, retryAfter: number, facts?: ErrorFacts);
  /** Seconds. */
  retryAfter: number;
}
/** Trying again later may help. */
export class ServiceUnavailableError extends APIError {
  constructor(message: string, retryAfter: number | null, facts?: ErrorFacts);
  retryAfter: number | null;
}
/** A session was rejected or failed. */
export class TrainingError extends APIError {
  constructor(message: string, sessionId: string, state: string);
  sessionId: string;
  state: string;
}
