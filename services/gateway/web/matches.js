// Matches and tournaments of a session, from its turns: who met whom, what was played, who stands where. Knows no page.

/** Every match as it stood after the first `count` turns: `Map(game_id -> {rules, entry, heat, played, tapes, scores, turns})`. */
export function matchesAfter(scene, count) {
  const entries = entriesOf(scene);
  const matches = new Map([...scene.games].map(([id, rules]) => [id, {
    rules, ...(entries.get(id) ?? { entry: 0, heat: 1 }), played: 0, turns: [], tapes: rules.players.map(() => ""), scores: rules.players.map(() => 0), over: false,
  }]));
  for (let at = 0; at < count && at < scene.turns.length; at += 1) {
    const turn = scene.turns[at];
    const match = turn && matches.get(turn.game_id);
    if (!match) continue;
    match.played += 1;
    match.turns.push(turn);
    match.over ||= turn.last;
    for (const part of [...turn.actions, ...(turn.bystanders ?? [])]) {
      match.tapes[part.seat] += part.executed ?? "-";
      match.scores[part.seat] += part.payoff;
    }
  }
  return matches;
}

/** The seats that earned most in a match that is over. */
export function winners(match) {
  if (!match.over) return [];
  const most = Math.max(...match.scores);
  return match.scores.flatMap((score, seat) => (score === most ? [seat] : []));
}

// A first heat does not say to which entry of the training its matches belong. Those that are played like the later
// heats of an entry do, in order and as many as its way of pairing makes; what is left belongs to entries without heats.
function entriesOf(scene) {
  const known = new Map();
  for (const heat of scene.heats) for (const game of heat.games) known.set(game.game_id, { entry: heat.entry, heat: heat.heat });
  const alike = new Map();
  for (const game of scene.games.values()) if (!known.has(game.game_id)) alike.set(rulesOf(game), [...(alike.get(rulesOf(game)) ?? []), game]);
  const heated = new Set(scene.heats.map((heat) => heat.entry));
  let fresh = 0;
  for (const [rules, games] of alike) {
    const own = [...heated].filter((entry) => scene.heats.some((heat) => heat.entry === entry && heat.games.some((game) => rulesOf(game) === rules))).sort((one, other) => one - other);
    for (const entry of own) {
      const size = entry === own.at(-1) ? games.length : firstHeat(scene, entry);
      for (const game of games.splice(0, size)) known.set(game.game_id, { entry, heat: 1 });
    }
    if (!games.length) continue;
    while (heated.has(fresh)) fresh += 1;
    for (const game of games) known.set(game.game_id, { entry: fresh, heat: 1 });
    fresh += 1;
  }
  return known;
}

function firstHeat(scene, entry) {
  const later = scene.heats.find((heat) => heat.entry === entry);
  const count = scene.specs.size;
  const pairs = { moran: (count * (count - 1)) / 2, "king-of-the-hill": 1 }[later.pairing] ?? Math.floor(count / 2);
  const [first] = later.games;
  return pairs * (later.pairing === "moran" ? 1 : later.games.filter((game) => game.players.join() === first.players.join()).length);
}

function rulesOf({ game, noise, misperception, continuation, feedback, rule, knobs, payoffs }) {
  return JSON.stringify([game, noise, misperception, continuation, feedback, rule, knobs, payoffs]);
}

/** Tournaments of a session: `[{entry, pairing, game, matches, heats, standings, over}]`, by entry. */
export function tournaments(scene, matches) {
  const found = new Map();
  for (const match of matches.values()) {
    const one = found.get(match.entry) ?? { entry: match.entry, pairing: "", game: match.rules.game, matches: [], heats: [], standings: [], over: false };
    one.matches.push(match);
    found.set(match.entry, one);
  }
  for (const heat of scene.heats) Object.assign(found.get(heat.entry) ?? {}, { pairing: heat.pairing, standings: heat.standings });
  for (const heat of scene.heats) found.get(heat.entry)?.heats.push(heat);
  for (const end of scene.concluded.values()) Object.assign(found.get(end.entry) ?? {}, { pairing: end.pairing, standings: end.standings, over: true });
  return [...found.values()].sort((one, other) => one.entry - other.entry);
}

/** Copies of each agent in a Moran process, heat by heat: `[{name, counts: Map(agent -> copies)}]`. */
export function populations(tournament, agents) {
  const counted = (standings) => new Map(standings.map((one) => [one.agent_id, one.merit]));
  const told = tournament.heats.map((heat) => ({ name: `before heat ${heat.heat}`, counts: counted(heat.standings) }));
  const ending = tournament.over ? [{ name: "at the end", counts: counted(tournament.standings) }] : [];
  return [{ name: "at first", counts: new Map(agents.map((id) => [id, 1])) }, ...told, ...ending];
}

/** Mean payoff a turn of row against column over these matches of two: `Map("row column" -> [sum, turns])`. */
export function meetings(matches) {
  const pairs = new Map();
  for (const { rules, scores, played } of matches) {
    if (rules.players.length !== 2 || !played) continue;
    for (const [mine, theirs] of [[0, 1], [1, 0]]) {
      const key = `${rules.players[mine]} ${rules.players[theirs]}`;
      const [sum, turns] = pairs.get(key) ?? [0, 0];
      pairs.set(key, [sum + scores[mine], turns + played]);
    }
  }
  return pairs;
}
