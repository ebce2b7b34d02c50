// Type-checked by `npm run check`: what a program in TypeScript writes.
import { Client, InvalidRequestError, type StartTraining } from "../src/index.js";

const training: StartTraining = {
  name: "first",
  agents: ["tit-for-tat", "grim-trigger"].map((strategy) => ({ id: strategy, adapter: "builtin", config: { strategy } })),
  games: [{ game: "prisoners-dilemma", rounds: 50 }],
};

export async function play(ethogram: Client): Promise<string[]> {
  try {
    const session = await ethogram.startTraining({ training });
    const { state } = await ethogram.waitForCompletion(session, { progress: (share) => console.log(Math.round(share * 100)) });
    const types = [state as string];
    for await (const frame of ethogram.watch(session)) types.push(frame.type);
    return types;
  } catch (error) {
    if (error instanceof InvalidRequestError) return error.errors.map(({ pointer, detail }) => `${pointer}: ${detail}`);
    throw error;
  }
}
