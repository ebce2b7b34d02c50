// What can go wrong; every error is an APIError.

/** The gateway refused, or could not be reached. */
export class APIError extends Error {
  /** @param {string} message @param {import("./index.js").ErrorFacts} [facts] */
  constructor(message, { status = null, code = "", requestId = null, errors = [] } = {}) {
    super(message);
    this.name = new.target.name;
    this.status = status;
    this.code = code;
    this.requestId = requestId;
    this.errors = errors;
  }
}

export class AuthenticationError extends APIError {}
export class PermissionDeniedError extends APIError {}
export class ResourceNotFoundError extends APIError {}
export class InvalidRequestError extends APIError {}

/** Too many requests in this minute. */
export class RateLimitError extends APIError {
  /** @param {string} message @param {number} retryAfter seconds @param {import("./index.js").ErrorFacts} [facts] */
  constructor(message, retryAfter, facts) {
    super(message, facts);
    this.retryAfter = retryAfter;
  }
}

/** The gateway, or what it depends on, does not answer. */
export class ServiceUnavailableError extends APIError {
  /** @param {string} message @param {number | null} retryAfter seconds @param {import("./index.js").ErrorFacts} [facts] */
  constructor(message, retryAfter, facts) {
    super(message, facts);
    this.retryAfter = retryAfter;
  }
}

/** A session was rejected or failed. */
export class TrainingError extends APIError {
  /** @param {string} message @param {string} sessionId @param {string} state */
  constructor(message, sessionId, state) {
    super(message, { code: `session-${state}` });
    this.sessionId = sessionId;
    this.state = state;
  }
}

const BY_STATUS = { 401: AuthenticationError, 403: PermissionDeniedError, 404: ResourceNotFoundError, 422: InvalidRequestError };

/**
 * The error that a problem document (RFC 9457) stands for.
 * @param {number} status @param {Headers} headers @param {any} body
 */
export function errorOf(status, headers, body) {
  const words = String(body?.detail ?? `the gateway answered ${status}`);
  const facts = { status, code: String(body?.code ?? ""), requestId: body?.request_id ?? null, errors: body?.errors ?? [] };
  const told = Number(headers.get("retry-after") ?? NaN);
  const retryAfter = Number.isFinite(told) ? told : null;
  if (status === 429) return new RateLimitError(words, retryAfter ?? 60, facts);
  if ([502, 503, 504].includes(status)) return new ServiceUnavailableError(words, retryAfter, facts);
  const Kind = /** @type {Record<number, typeof APIError>} */ (BY_STATUS)[status] ?? APIError;
  return new Kind(words, facts);
}
