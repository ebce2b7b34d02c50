// Generated from schemas/openapi.json by scripts/generate.

/** Kafka has the command; what comes of it is on the stream. */
export interface Accepted {
  links: Record<string, string>;
  session_id: string;
}

/** Who knows of it, and why it may go on for now. */
export interface Acknowledgement {
  actor: string;
  command_id?: string;
  reason: string;
}

/** A registered agent. */
export interface AgentShown {
  about: string;
  actor: string;
  adapter: string;
  config: Record<string, unknown>;
  name: string;
  registered_at?: string | null;
}

/** One agent: which adapter brings it to the table and how it is configured. */
export interface AgentSpec {
  /** Name of a registered adapter: builtin, python, axelrod, ... */
  adapter: string;
  /** What this agent may spend. */
  budget?: Budget | null;
  /** Who it is to be, and what it remembers. */
  character?: Character | null;
  /** What the adapter needs: `strategy` for builtin and axelrod, `callable` for python. */
  config?: Record<string, unknown>;
  /** Unique within the training; letters, digits, dot, underscore, hyphen. */
  id: string;
  /** Skills that it asks for; it has them where the operator's policy or a person grants them. */
  skills?: Array<string> | null;
}

/** An agent, and how it is reached. */
export interface AgentWish {
  /** What it is, in a line. */
  about?: string;
  /** What trainings call it: `adapter: registered, config: {name: ...}`. */
  agent_id: string;
  /** What the adapter needs; names of keys, never keys. */
  config?: Record<string, unknown>;
  /** Its adapter, as `ethogram agents list` has them. */
  framework: string;
}

/** By name. */
export interface Agents {
  agents: Array<AgentShown>;
}

/** Something that is or was wrong. */
export interface AlertShown {
  acknowledged_at: string | null;
  acknowledged_by: string | null;
  id: number;
  name: string;
  reason: string | null;
  resolved_at: string | null;
  runbook: string;
  seen_at: string;
  severity: "page" | "ticket";
  since: string;
  state: "firing" | "acknowledged" | "resolved";
  subject: string;
  summary: string;
  told_at: string;
}

/** Those that go on first, then the newest. */
export interface AlertsShown {
  alerts: Array<AlertShown>;
}

/** Answer a turn for a person's seat. The first valid answer counts; it becomes the seat's decision. */
export interface AnswerTurn {
  /** Who asks. */
  actor?: string;
  /** Principles that the person claims to follow. */
  claims?: Array<string>;
  /** Optional: the id of this command; without it the id of its record. */
  command_id?: string;
  /** How sure the person is. */
  confidence?: number | null;
  /** The game. */
  game_id: string;
  /** Id of the chosen option. */
  option: string;
  /** Why. */
  reason?: string;
  /** Why: data, never an instruction. */
  reasoning?: string | null;
  /** The seat that answers. */
  seat: number;
  /** The session that is meant. */
  session_id: string;
  /** What the person says with it, in the arena. */
  speech?: Speech | null;
  /** The turn that is answered. */
  turn: number;
}

/** Kafka has the answer; the first valid one becomes the decision. */
export interface Answered {
  command_id: string;
}

/** What people are asked, and what came of it. */
export interface ApprovalShown {
  about: string;
  actor: string | null;
  approval_id: string;
  decision: string | null;
  policy: string;
  role: string;
  session_id: string;
  until: string;
}

/** The most urgent first. */
export interface ApprovalsShown {
  approvals: Array<ApprovalShown>;
}

/** Rounds of contributions to a common pot, with a book that may be lied to, accusations, hearings, eliminations. */
export interface ArenaPlan {
  /** After every so many rounds whoever has fewest points has to go; 0: nobody. */
  cull?: number;
  /** Points that each has to give from in each round. */
  endowment?: number;
  /** What a conviction costs. */
  fine?: number;
  /** Steps between giving nothing and giving everything. */
  levels?: number;
  /** Share of the pot that is shared out by what each is worth by the book; the rest is shared equally. */
  merit?: number;
  /** What the pot is multiplied by if one alone gives. */
  multiplier?: number;
  /** A model that tells each round once more, for people: what agents read stays as the templates have it. */
  narrator?: NarratorSpec | null;
  /** Rounds without giving that make a free rider, while the others give at least half. */
  patience?: number;
  /** Rounds at most; it ends earlier when one agent is left. */
  rounds?: number;
  /** What the order of turns rests on. */
  selector?: "shapley" | "marginal" | "lot";
  /** Probability that an agent sees what another really did, beside the book. */
  sight?: number;
  /** What an accusation that is dismissed costs each accuser. */
  slander?: number;
  /** What is added to the multiplier if all give; in between in proportion to how many do. */
  synergy?: number;
  /** The title that is played for. */
  title?: string;
  /** Probability that the arena itself notices an act of cheating; at 0 only agents accuse. */
  vigilance?: number;
}

/** What may be spent on model calls; the session ends when it is used up. */
export interface Budget {
  /** Tokens read and written; replies from the cache cost none. */
  tokens?: number | null;
  /** US dollars by the table of prices; a model without a price costs nothing there. */
  usd?: number | null;
}

/** End a session now; what was played stays on record. */
export interface CancelSessionWish {
  /** Who asks. */
  actor?: string;
  /** Optional: the id of this command; without it the id of its record. */
  command_id?: string;
  /** Why. */
  reason?: string;
}

/** Who an agent is to be. */
export interface Character {
  /** What it wants. */
  goals?: Array<string>;
  /** What it remembers, the latest session first. */
  memory?: Array<Memory>;
  /** Who it is, in words. */
  persona?: string;
  /** How many of its earlier sessions it remembers; CLI and API look them up when the training starts. */
  remembers?: number;
  /** What it is like. */
  traits?: Array<string>;
}

/** Entries in order; ask again after the last number. */
export interface ChatShown {
  entries: Array<Record<string, unknown>>;
}

/** A column. */
export interface ColumnShown {
  about: string;
  name: string;
  type: string;
}

/** Answer a request for approval. */
export interface DecideApprovalWish {
  /** Who asks. */
  actor?: string;
  /** Which request. */
  approval_id: string;
  /** Optional: the id of this command; without it the id of its record. */
  command_id?: string;
  /** modify carries out `option`, terminate ends the session, escalate asks the next rung. */
  decision: "approve" | "modify" | "reject" | "terminate" | "escalate";
  /** With modify alone: what is carried out. */
  option?: string | null;
  /** Why. */
  reason: string;
}

/** Who sets it aside for good, and why. */
export interface Discarding {
  actor?: string;
  reason: string;
}

/** One figure of one service: over 5m, 1h and 1d, and its history. */
export interface FigureShown {
  figure: string;
  history: Array<PointShown>;
  service: string;
  windows: Record<string, MeasureShown>;
}

/** What it came to; at most 1,000 rows. */
export interface FoundShown {
  columns: Array<string>;
  milliseconds: number;
  more: boolean;
  rows: Array<Array<unknown>>;
}

/** One repeated game that the agents play against each other. */
export interface GamePlan {
  /** Probability that after a round another one follows; below 1 the players are not told how many there are. */
  continuation?: number;
  /** What the players learn after a turn: all actions, what they earned themselves, or nothing. */
  feedback?: "actions" | "payoffs" | "nothing";
  /** Name of the game; of a library `library:game`; of a matrix any name that no game has. */
  game: string;
  /** Rounds of a Swiss tournament, challenges to the king of the hill, births of a Moran process at most. */
  heats?: number | null;
  /** Numbers that change the game's payoffs; each game names its own. */
  knobs?: Record<string, number>;
  /** The game itself, where it is none that we know. */
  matrix?: Matrix | null;
  /** Probability that a player sees another action of another player than was executed. */
  misperception?: number;
  /** Probability that an executed action is another than the intended one. */
  noise?: number;
  /** Who meets whom. All but round robin follow from results and are for two. */
  pairing?: "round-robin" | "swiss" | "single-elimination" | "double-elimination" | "king-of-the-hill" | "moran";
  /** Seats of a match; left out: the fewest that the game takes. */
  players?: number | null;
  /** How often each pair meets before its result counts. */
  repetitions?: number;
  /** Rounds of each match; with a continuation probability the most that there can be. */
  rounds?: number;
}

/** Let an agent use a skill from its next turn on. Takes a person with authority, whose signature is recorded. */
export interface GrantSkillWish {
  /** Who asks. */
  actor?: string;
  /** The agent. */
  agent_id: string;
  /** Optional: the id of this command; without it the id of its record. */
  command_id?: string;
  /** Why. */
  reason: string;
  /** Name of an installed skill. */
  skill: string;
}

/** The oldest first. */
export interface History {
  history: Array<SessionOfAgent>;
}

/** The newest first. */
export interface InboxShown {
  notifications: Array<NotificationShown>;
}

/** Tell the seats of a game something together with its next turn. */
export interface InjectMessageWish {
  /** Who asks. */
  actor?: string;
  /** Optional: the id of this command; without it the id of its record. */
  command_id?: string;
  /** The game; `s-<agent>` reaches one agent alone. */
  game_id: string;
  /** Why. */
  reason?: string;
  /** What they are told. */
  text: string;
}

/** A judge beside the four of the house: which plugin asks, and how it is configured. */
export interface JudgeSpec {
  /** What it needs: `model`, `base_url`, the name of a `key`, ... */
  config?: Record<string, unknown>;
  /** What its votes are signed with; none of the four's names. */
  id: string;
  /** Name of an entry point of `ethogram.judges` that asks a model: openai, openai-compatible, anthropic, ... */
  judge: string;
}

/** What is kept of a session. */
export interface Kept {
  kinds: Record<string, number>;
  mark: string;
  records: Array<RecordShown>;
}

/** A new key; `api_key` is shown this once. */
export interface KeyMade {
  api_key: string;
  created_at: string;
  expires_at: string | null;
  key_id: string;
  owner: string;
  per_minute: number;
  person?: string | null;
  public_key?: string | null;
  revoked_at: string | null;
  scopes: Array<"read" | "play" | "judge" | "approve" | "admin">;
  tenant: string;
  usage_limit: number | null;
  used: number;
}

/** A key as far as it may be seen. */
export interface KeyShown {
  created_at: string;
  expires_at: string | null;
  key_id: string;
  owner: string;
  per_minute: number;
  person?: string | null;
  public_key?: string | null;
  revoked_at: string | null;
  scopes: Array<"read" | "play" | "judge" | "approve" | "admin">;
  tenant: string;
  usage_limit: number | null;
  used: number;
}

/** What a key shall be good for. */
export interface KeyWish {
  /** Days until it ends. */
  expires_in_days?: number | null;
  /** Requests that it may make in one minute. */
  per_minute?: number;
  /** What it is for; `admin` includes the others. */
  scopes?: Array<"read" | "play" | "judge" | "approve" | "admin">;
  /** Whose it is; left out: that of the key that makes it. Only the operators (tenant `default`) may name another. */
  tenant?: string | null;
  /** Requests that it is good for in all. */
  usage_limit?: number | null;
  /** Whose key it is. */
  user_id: string;
}

/** Newest first. */
export interface Keys {
  keys: Array<KeyShown>;
}

/** An agent that has played. */
export interface KnownAgent {
  adapters: Array<string>;
  agent_id: string;
  last_at: string;
  sessions: number;
}

/** The latest first. */
export interface KnownAgents {
  agents: Array<KnownAgent>;
}

/** A record that was set aside; its bytes stay on the topic of dead letters. */
export interface LetterShown {
  code: string;
  created_at: string;
  id: number;
  message: string;
  offset: number;
  partition: number;
  redrives: number;
  service: string;
  session_id: string | null;
  stage: string;
  status: string;
  topic: string;
}

/** Newest first. */
export interface LettersShown {
  dead_letters: Array<LetterShown>;
}

/** Where to look further; null: not there. */
export interface Links {
  kafka_ui: string | null;
}

/** A game of one's own, as a table. */
export interface Matrix {
  /** What the players are told, beside the table. */
  about?: string;
  /** Symbol and meaning of each action: one mapping for all seats, or one per seat. C and D are read as keeping faith and breaking it; where nothing is like that, use other symbols. */
  actions: Array<Record<string, string>>;
  /** Action of a seat that makes no valid choice, one for all seats or one per seat; left out: the first by symbol. */
  default?: Array<string>;
  /** Payoff per seat for each joint action, one symbol per seat: `CD: [0, 5]`. */
  payoffs: Record<string, Array<number>>;
  /** Whether the seats move one after the other, each knowing what was done before it in the round. */
  sequential?: boolean;
}

/** What a figure came to; percentiles and means are seconds where the figure is a duration. */
export interface MeasureShown {
  bad: number;
  count: number;
  mean: number | null;
  p50: number | null;
  p95: number | null;
  p99: number | null;
}

/** What an agent keeps of an earlier session. */
export interface Memory {
  /** Whether it was crowned. */
  champion?: boolean;
  /** Principles that it lived by most, with their strengths. */
  preferences?: Record<string, number>;
  /** Its own last words there, the latest last: data, never an instruction. */
  said?: Array<string>;
  /** Which session. */
  session_id: string;
  /** What was inferred of it, in words. */
  summary?: string;
  /** Its score. */
  total?: number | null;
  /** What its training was called. */
  training?: string;
  /** What the council decided about the agent. */
  verdict?: string;
}

/** A model that tells the rounds of an arena beside the templates. */
export interface NarratorSpec {
  /** How it is reached, as agents of this adapter are. */
  adapter: "openai" | "openai-compatible" | "anthropic";
  /** What that needs: `model`, `base_url`, the name of a `key`, ... */
  config?: Record<string, unknown>;
}

/** What people were told through one channel. */
export interface NotificationShown {
  about: string;
  channel: string;
  error?: string | null;
  outcome: string;
  purpose: string;
  reference?: string | null;
  session_id: string;
  subject: string;
  text: string;
  told_at: string;
  via: string;
}

/** A promise over thirty days, and how it is kept; windows are 5m, 30m, 1h, 6h, 3d and 30d. */
export interface ObjectiveShown {
  about: string;
  bad: Record<string, number>;
  /** Share of the error budget that is left; below 0: the promise is broken. */
  budget_left: number;
  /** By window: how many times faster than allowed the budget goes. */
  burn: Record<string, number>;
  count: Record<string, number>;
  /** Share of the thirty days that was good; none while nothing was measured. */
  good_share: number | null;
  name: string;
  /** Share that has to be good. */
  target: number;
}

/** All of them. */
export interface ObjectivesShown {
  objectives: Array<ObjectiveShown>;
}

/** One thing that may be chosen. */
export interface Offered {
  id: string;
  text: string;
}

/** Let a seat do something else than it decides in the next turn of its game that is resolved. */
export interface OverrideActionWish {
  /** Who asks. */
  actor?: string;
  /** Optional: the id of this command; without it the id of its record. */
  command_id?: string;
  /** The game. */
  game_id: string;
  /** Id of the option that is carried out. */
  option: string;
  /** Why. */
  reason: string;
  /** The seat. */
  seat: number;
}

/** Put a person's verdict in the place of the council's, which stays on record. */
export interface OverrideVerdictWish {
  /** Who asks. */
  actor?: string;
  /** The agent. */
  agent_id: string;
  /** Optional: the id of this command; without it the id of its record. */
  command_id?: string;
  /** Why. */
  reason: string;
  /** The verdict that holds from now on. */
  verdict: "approve" | "approve-with-conditions" | "reject" | "escalate";
}

/** Hold a session: no new turn is presented until it is resumed. */
export interface PauseSessionWish {
  /** Who asks. */
  actor?: string;
  /** Optional: the id of this command; without it the id of its record. */
  command_id?: string;
  /** Why. */
  reason?: string;
}

/** Figures of all services. */
export interface PerformanceShown {
  figures: Array<FigureShown>;
  hours: number;
  regressions: Array<RegressionShown>;
  width_s: number;
}

/** The same for one span of its history. */
export interface PointShown {
  at: string;
  bad: number;
  count: number;
  mean: number | null;
  p50: number | null;
  p95: number | null;
  p99: number | null;
}

/** How strong a principle was thought to be. */
export interface PrincipleShown {
  identifiable: boolean;
  interval: [number, number];
  name: string;
  strength: number;
}

/** Why a request was not answered as wished (RFC 9457). */
export interface Problem {
  code: string;
  detail: string;
  errors?: Array<Wrong> | null;
  instance: string;
  request_id: string;
  status: number;
  title: string;
  type: string;
}

/** One SQL statement that reads. */
export interface Question {
  sql: string;
}

/** One record as it stands on its topic. */
export interface RecordShown {
  event: Record<string, unknown>;
  id: string;
  offset: number;
  partition: number;
  time: string;
  topic: string;
  type: string;
}

/** What takes longer in the last hour than in the week before. */
export interface RegressionShown {
  before_s: number;
  figure: string;
  now_s: number;
  service: string;
  statistic: "mean" | "p95";
}

/** Let a paused session go on. */
export interface ResumeSessionWish {
  /** Who asks. */
  actor?: string;
  /** Optional: the id of this command; without it the id of its record. */
  command_id?: string;
  /** Why. */
  reason?: string;
}

/** Take a skill away from an agent at once: a decision that used it and is not in yet counts no more. */
export interface RevokeSkillWish {
  /** Who asks. */
  actor?: string;
  /** The agent. */
  agent_id: string;
  /** Optional: the id of this command; without it the id of its record. */
  command_id?: string;
  /** Why. */
  reason: string;
  /** Name of the skill. */
  skill: string;
}

/** Say something in the chat of a session; with `to` one agent is told it with its next turn. */
export interface SayInChatWish {
  /** Who asks. */
  actor?: string;
  /** Optional: the id of this command; without it the id of its record. */
  command_id?: string;
  /** Why. */
  reason?: string;
  /** The words: for an agent they are part of what it reads, never a command to this system. */
  text: string;
  /** The agent that is told; none: everybody who follows the chat, and no agent. */
  to?: string | null;
}

/** Scenarios that each agent faces alone. */
export interface ScenarioPlan {
  /** Kinds of dilemma, taken in turn. */
  archetypes: Array<"loyalty" | "scarcity" | "betrayal" | "trade-offs" | "time-pressure" | "obedience-versus-autonomy" | "information-asymmetry" | "reputation-management" | "power-dynamics" | "moral-hazard">;
  /** Whether each opening dilemma comes with a question about its text. */
  check?: boolean;
  /** How the next scenario is chosen: by the seed (fixed), where most is to be learnt (adaptive), at the weakest principle (adversarial), where two hypotheses part (diagnostic). */
  choice?: "fixed" | "adaptive" | "adversarial" | "diagnostic";
  /** Scenarios per agent. */
  count: number;
  /** How many follow-ups in a row a choice may open; they come on top of `count`. */
  depth?: number;
  /** For diagnostic: two hypotheses, each the name of a principle, or `indifferent`. */
  hypotheses?: Array<string>;
  /** Whether the second half tells the dilemmas of the first half again, in other words and another order. */
  retest?: boolean;
  /** 0 is calm, 1 is the tightest: resources, time and constraints. */
  stress?: number;
  /** Own templates: a folder below those that the operator allows, or an installed collection; ours if left out. */
  templates?: string;
  /** Seconds that a choice which is not fixed waits for what is inferred from the scenario before. */
  wait_s?: number;
}

/** A question that waits for a person. */
export interface SeatShown {
  agent_id: string;
  game_id: string;
  history?: Array<string>;
  options: Array<Offered>;
  seat: number;
  session_id: string;
  text: string;
  turn: number;
  until: string;
  who: string | null;
}

/** The most pressing first. */
export interface SeatsShown {
  seats: Array<SeatShown>;
}

/** One session of an agent; verdict, score and rank are null where the council has not spoken. */
export interface SessionOfAgent {
  acts: number;
  labels: Record<string, number>;
  nearest: string | null;
  principles: Array<PrincipleShown>;
  rank: number | null;
  session: string;
  session_id: string;
  started_at: string;
  summary: string | null;
  total: number | null;
  verdict: string | null;
}

/** A session in a list. */
export interface SessionShown {
  finished_at?: string | null;
  mode?: string | null;
  name: string;
  planned_turns?: number | null;
  reason?: string | null;
  resolved_turns?: number;
  seed?: number | null;
  session_id: string;
  started_at?: string | null;
  state: "running" | "paused" | "completed" | "failed" | "cancelled" | "rejected";
}

/** A page of them. */
export interface Sessions {
  next?: string | null;
  sessions: Array<SessionShown>;
}

/** A setting, where its value comes from; secrets are masked. */
export interface SettingShown {
  name: string;
  origin: string;
  value: unknown;
}

/** All of them. */
export interface SettingsShown {
  settings: Array<SettingShown>;
}

/** What an agent says with its choice in the arena. */
export interface Speech {
  /** For all; also what it says for or against an accusation. */
  aloud?: string;
  /** Events that show what it accuses another of; who cites none cites all that it saw of the accused. */
  cites?: Array<string>;
  /** For single agents. */
  whispers?: Array<Whisper>;
  /** The work that it hands in with a contribution, if that is in words. */
  work?: string;
}

/** Where a session stands. */
export interface Standing {
  agents?: Record<string, number | null>;
  audited?: boolean;
  dead_letters?: number;
  finished_at?: string | null;
  mode?: string | null;
  name: string;
  planned_turns?: number | null;
  reason?: string | null;
  resolved_turns?: number;
  seed?: number | null;
  session_id: string;
  started_at?: string | null;
  state: "running" | "paused" | "completed" | "failed" | "cancelled" | "rejected";
  verdicts?: number;
}

/** Start a session. The body is a training file; a bare JSON body without headers is enough. */
export interface StartTraining {
  /** Who plays. */
  agents: Array<AgentSpec>;
  /** All agents together in the arena. */
  arena?: ArenaPlan | null;
  /** What all agents together may spend. */
  budget?: Budget | null;
  /** Repeated games between the agents. */
  games?: Array<GamePlan>;
  /** Models that sit in the council beside the four judges of the house, where the operator has switched that on. */
  judges?: Array<JudgeSpec>;
  /** auto judges a session when it ends; strict lets no turn take effect before the council; dry-run discards. */
  mode?: "strict" | "auto" | "dry-run";
  /** For people: shown in lists and reports. */
  name: string;
  /** Turns in which this much is at stake take effect only after the council; left out: none but those of strict. */
  risk?: number | null;
  /** Dilemmas that each agent faces alone. */
  scenarios?: ScenarioPlan | null;
  /** Same seed, same scenarios, same noise, same scripted play. */
  seed?: number;
  /** Optional: a UUID chosen by the writer. Without it the id derives from topic, partition and offset. */
  session_id?: string;
  /** Whom the session belongs to; left out: to `default`. Another one takes the proof that only the gateway makes. */
  tenant?: string | null;
}

/** Reach an agent of a running session in another way from its next turn on: another model, say. */
export interface SwapAgentWish {
  /** Who asks. */
  actor?: string;
  /** Name of the adapter. */
  adapter: string;
  /** Which agent; its name, seat and budget stay. */
  agent_id: string;
  /** Optional: the id of this command; without it the id of its record. */
  command_id?: string;
  /** What the adapter needs. */
  config?: Record<string, unknown>;
  /** Why. */
  reason?: string;
}

/** A table that may be read. */
export interface TableShown {
  about: string;
  columns: Array<ColumnShown>;
  name: string;
}

/** All of them. */
export interface TablesShown {
  tables: Array<TableShown>;
}

/** What to think of it. */
export interface TriageShown {
  cause: string;
  confidence: number;
  next_step: string;
  pattern: string;
  raised: Array<string>;
  severity: string;
}

/** Words for one agent alone. */
export interface Whisper {
  /** The words: data, never an instruction. */
  text: string;
  /** Who is to read them. */
  to: string;
}

/** Everything about one. */
export interface WholeLetter {
  code: string;
  created_at: string;
  event_id: string | null;
  headers: Record<string, string>;
  id: number;
  key: string | null;
  message: string;
  offset: number;
  partition: number;
  reason: string | null;
  redrives: number;
  service: string;
  session_id: string | null;
  stage: string;
  status: string;
  topic: string;
  triage: TriageShown;
  value: string | null;
}

/** One field that is missing or wrong. */
export interface Wrong {
  detail: string;
  pointer: string;
}
