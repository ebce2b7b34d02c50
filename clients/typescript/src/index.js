// The client: what the Python client does, with promises.
import { APIError, ResourceNotFoundError, RateLimitError, ServiceUnavailableError, TrainingError, errorOf } from "./errors.js";
import { eventsOf } from "./sse.js";

export * from "./errors.js";

const DEFAULT_URL = "http://127.0.0.1:8700";
const TRIES = 4;
const FIRST_WAIT_S = 0.2;
const LONGEST_WAIT_S = 30;
const APPEARS_MS = 15_000; // how long a session that was just started may be unknown
const PAGE = 100;
const ENDED = new Set(["completed", "cancelled"]);
const LOST = new Set(["failed", "rejected"]);
const LAST_WORDS = new Set(["completed", "failed", "rejected"].map((word) => `ethogram.session.${word}.v1`));
const ARCHETYPES = /** @type {import("./types.js").ScenarioPlan["archetypes"]} */ ([
  "loyalty", "scarcity", "betrayal", "trade-offs", "time-pressure", "obedience-versus-autonomy",
  "information-asymmetry", "reputation-management", "power-dynamics", "moral-hazard",
]);

/** @param {number} seconds */
const rest = (seconds) => new Promise((resume) => setTimeout(resume, seconds * 1000));
const environment = /** @type {any} */ (globalThis).process?.env ?? {};

/** Talks to a gateway over HTTP. */
export class Client {
  #url;
  #headers;
  #timeoutMs;

  /** @param {import("./index.js").ClientOptions} [options] */
  constructor({ apiKey, baseUrl, timeoutMs = 30_000 } = {}) {
    const key = apiKey ?? environment.ETHOGRAM_API_KEY;
    this.#url = (baseUrl ?? environment.ETHOGRAM_API_URL ?? DEFAULT_URL).replace(/\/+$/, "");
    this.#headers = { Accept: "application/json", ...(key ? { "X-API-Key": key } : {}) };
    this.#timeoutMs = timeoutMs;
  }

  /** @param {string} userId @param {import("./index.js").KeyOptions} [options] */
  generateApiKey(userId, { usageLimit = null, expiresInDays = null, scopes = ["read", "play"] } = {}) {
    const body = { user_id: userId, usage_limit: usageLimit, expires_in_days: expiresInDays, scopes };
    return this.#ask("POST", "/v1/keys", { body, repeatable: false });
  }

  /** @param {string} agentId @param {string} framework @param {Record<string, unknown>} [config] */
  registerAgent(agentId, framework, config = {}) {
    return this.#ask("POST", "/v1/agents", { body: { agent_id: agentId, framework, config }, repeatable: false });
  }

  async agents() {
    return (await this.#ask("GET", "/v1/agents")).agents;
  }

  /** @param {import("./index.js").StartOptions} options */
  async startTraining({ training, agentId, numScenarios = 12, archetypes, seed = 0, idempotencyKey = crypto.randomUUID() }) {
    if ((training === undefined) === (agentId === undefined)) throw new TypeError("give an agentId or a training");
    const alone = {
      name: `${agentId} alone`, seed, scenarios: { count: numScenarios, archetypes: archetypes ?? ARCHETYPES },
      agents: [{ id: agentId, adapter: "registered", config: { name: agentId } }],
    };
    const headers = { "Idempotency-Key": idempotencyKey };
    return (await this.#ask("POST", "/v1/sessions", { body: training ?? alone, headers })).session_id;
  }

  /** @param {string} session */
  status(session) {
    return this.#ask("GET", this.#at(session));
  }

  /** @param {import("./index.js").ListOptions} [options] */
  async sessions({ limit = 50, state, name } = {}) {
    return (await this.#ask("GET", "/v1/sessions", { query: { limit, state, name } })).sessions;
  }

  /** @param {Omit<import("./index.js").ListOptions, "limit">} [options] */
  async *allSessions({ state, name } = {}) {
    for (let cursor = undefined, page; page === undefined || cursor; ) {
      page = await this.#ask("GET", "/v1/sessions", { query: { limit: PAGE, cursor, state, name } });
      yield* page.sessions;
      cursor = page.next;
    }
  }

  /** @param {string} session @param {import("./index.js").WaitOptions} [options] */
  async waitForCompletion(session, { pollInterval = 1, progress, timeout } = {}) {
    const began = performance.now();
    for (;;) {
      try {
        const standing = await this.status(session);
        const [completed, total] = [standing.resolved_turns ?? 0, standing.planned_turns ?? 0];
        progress?.(total ? completed / total : 0, completed, total);
        if (LOST.has(standing.state)) {
          const why = standing.reason ?? "no reason was given";
          throw new TrainingError(`session ${standing.session_id} was ${standing.state}: ${why}`, standing.session_id, standing.state);
        }
        if (ENDED.has(standing.state)) return standing;
      } catch (error) {
        if (!(error instanceof ResourceNotFoundError) || performance.now() - began > APPEARS_MS) throw error;
      }
      if (timeout !== undefined && performance.now() - began > timeout * 1000) {
        throw new DOMException(`session ${session} had not ended after ${timeout} s`, "TimeoutError");
      }
      await rest(pollInterval);
    }
  }

  /** @param {string} session */
  getReport(session) {
    return this.#ask("GET", `${this.#at(session)}/report`);
  }

  async champions(limit = 50) {
    return (await this.#ask("GET", "/v1/champions", { query: { limit } })).champions;
  }

  /** @param {string} session @param {import("./index.js").Why} [why] */
  pause(session, why) {
    return this.steer(session, "pause", why);
  }

  /** @param {string} session @param {import("./index.js").Why} [why] */
  resume(session, why) {
    return this.steer(session, "resume", why);
  }

  /** @param {string} session @param {import("./index.js").Why} [why] */
  cancel(session, why) {
    return this.steer(session, "cancel", why);
  }

  /** @param {string} [session] @param {boolean} [everything] */
  async approvals(session, everything = false) {
    return (await this.#ask("GET", "/v1/approvals", { query: { session, everything } })).approvals;
  }

  /** @param {string} session @param {string} approvalId @param {import("./index.js").Decision} decision */
  approve(session, approvalId, { decision = "approve", ...told }) {
    return this.steer(session, "approvals", { approval_id: approvalId, decision, ...told });
  }

  /** @param {string} session @param {string} what @param {import("./index.js").Wish} [wish] */
  async steer(session, what, { reason = "", actor = "client", ...wish } = {}) {
    await this.#ask("POST", `${this.#at(session)}/${what}`, { body: { actor, reason, ...wish }, repeatable: false });
  }

  /** @param {string} session @param {{ lastEventId?: string }} [options] */
  async *watch(session, { lastEventId = "" } = {}) {
    for (let attempt = 0, mark = lastEventId; ; ) {
      let lost;
      try {
        for await (const { id, data } of this.#listen(session, mark)) {
          [attempt, mark] = [0, id];
          const frame = JSON.parse(data);
          yield frame;
          if (LAST_WORDS.has(frame.type)) return;
        }
        lost = this.#away(new Error("the stream ended"));
      } catch (error) {
        lost = error;
      }
      attempt += 1;
      await rest(waitBefore(attempt, lost, true));
    }
  }

  /** @param {string} session @param {string} mark */
  async *#listen(session, mark) {
    const headers = { ...this.#headers, Accept: "text/event-stream", ...(mark ? { "Last-Event-ID": mark } : {}) };
    const answer = await fetch(`${this.#url}${this.#at(session)}/stream`, { headers }).catch((error) => { throw this.#away(error); });
    if (!answer.ok || !answer.body) throw errorOf(answer.status, answer.headers, await answer.json().catch(() => null));
    const events = eventsOf(answer.body);
    try {
      for (;;) {
        const next = await events.next().catch((error) => { throw this.#away(error); });
        if (next.done) return;
        yield next.value;
      }
    } finally {
      await events.return(undefined);
    }
  }

  /** @param {string} session */
  #at(session) {
    return `/v1/sessions/${encodeURIComponent(session)}`;
  }

  /** @param {unknown} error */
  #away(error) {
    const words = error instanceof Error ? error.message : String(error);
    return new ServiceUnavailableError(`no gateway answers at ${this.#url} (${words}); start one: ethogram up`, null, { code: "unreachable" });
  }

  /**
   * The answer to a request, tried again as far as that is safe and sensible.
   * @param {string} method @param {string} path
   * @param {{ body?: unknown, query?: Record<string, unknown>, headers?: Record<string, string>, repeatable?: boolean }} [more]
   * @returns {Promise<any>}
   */
  async #ask(method, path, { body, query = {}, headers = {}, repeatable = true } = {}) {
    const wanted = Object.entries(query).flatMap(([name, value]) => (value == null ? [] : [[name, String(value)]]));
    const url = `${this.#url}${path}${wanted.length ? `?${new URLSearchParams(wanted)}` : ""}`;
    for (let attempt = 1; ; attempt += 1) {
      let error;
      try {
        const answer = await fetch(url, {
          method, headers: { ...this.#headers, ...headers, ...(body === undefined ? {} : { "Content-Type": "application/json" }) },
          body: body === undefined ? undefined : JSON.stringify(body), signal: AbortSignal.timeout(this.#timeoutMs),
        });
        if (answer.ok) return await answer.json();
        error = errorOf(answer.status, answer.headers, await answer.json().catch(() => null));
      } catch (lost) {
        error = this.#away(lost);
      }
      await rest(waitBefore(attempt, error, repeatable));
    }
  }
}

/**
 * Seconds to wait after the `attempt`-th try (from 1); the error itself is thrown if there shall be no other.
 * @param {number} attempt @param {unknown} error @param {boolean} repeatable
 */
function waitBefore(attempt, error, repeatable) {
  if (attempt < TRIES && error instanceof RateLimitError) return Math.min(error.retryAfter, LONGEST_WAIT_S);
  if (attempt < TRIES && error instanceof ServiceUnavailableError && repeatable) {
    return Math.min(error.retryAfter ?? FIRST_WAIT_S * 2 ** (attempt - 1), LONGEST_WAIT_S);
  }
  throw error instanceof APIError ? error : new APIError(String(error));
}
