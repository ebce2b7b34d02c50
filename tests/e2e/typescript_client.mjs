// What test_typescript.py runs: the client as a program uses it; what it saw goes to standard output as JSON.
import { setTimeout as sleep } from "node:timers/promises";
import { AuthenticationError, Client, InvalidRequestError, ResourceNotFoundError, TrainingError } from "../../clients/typescript/src/index.js";

const ethogram = new Client({ baseUrl: process.argv[2] });
const agents = ["tit-for-tat", "random"].map((strategy) => ({ id: strategy, adapter: "builtin", config: { strategy } }));
const training = { name: "by TypeScript", seed: 3, agents, games: [{ game: "prisoners-dilemma", rounds: 20 }] };
const nameOf = (error) => error.constructor.name;

const told = [];
const session = await ethogram.startTraining({ training });
const watched = (async () => {
  const types = [];
  for await (const frame of ethogram.watch(session)) types.push(frame.type);
  return types;
})();
const ended = await ethogram.waitForCompletion(session, { pollInterval: 0.1, timeout: 120, progress: (...now) => told.push(now) });
const report = await ethogram.getReport(session);

const wrong = await ethogram.startTraining({ training: { ...training, games: [{ game: "prisoners-dilemma", rounds: 0 }] } }).catch((error) => error);
const lost = await ethogram.getReport("no-such-session").catch((error) => error);
const agentsOff = [{ ...agents[0], config: { strategy: "tit-for-tax" } }, agents[1]];
const refused = await ethogram.waitForCompletion(await ethogram.startTraining({ training: { ...training, agents: agentsOff } }), { pollInterval: 0.1 }).catch((error) => error);
const stranger = await new Client({ baseUrl: process.argv[2], apiKey: "etho_sk_no" }).sessions().catch((error) => error);

await ethogram.registerAgent("by-typescript", "builtin", { strategy: "tit-for-tat" });
while (!(await ethogram.agents()).some((agent) => agent.name === "by-typescript")) await sleep(100);
const alone = await ethogram.startTraining({ agentId: "by-typescript", numScenarios: 3 });
const faced = await ethogram.waitForCompletion(alone, { pollInterval: 0.1, timeout: 120 });
const listed = [];
for await (const each of ethogram.allSessions({ name: "by TypeScript" })) listed.push(each.session_id);
await ethogram.approve(session, "nothing", { reason: "taken, and refused by the director" });
const approvals = await ethogram.approvals(session, true);

console.log(JSON.stringify({
  session, state: ended.state, last: told.at(-1), types: await watched, champion: report.champion, faced: faced.resolved_turns, listed, approvals,
  errors: [wrong instanceof InvalidRequestError, lost instanceof ResourceNotFoundError, refused instanceof TrainingError, stranger instanceof AuthenticationError],
  names: [wrong, lost, refused, stranger].map(nameOf), pointer: wrong.errors[0].pointer,
}));
