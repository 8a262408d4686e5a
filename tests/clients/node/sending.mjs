// Runs a plan: node CLIENT.mjs PLAN URL KEY MILLISECONDS
import { readFileSync } from "node:fs";
import { setTimeout as sleep } from "node:timers/promises";

export async function run(make) {
  const [file, url, key, milliseconds] = process.argv.slice(2);
  const calls = JSON.parse(readFileSync(file, "utf8"));
  const { send, finish } = make(url, key);
  for (const [number, call] of calls.entries()) {
    send(call);
    if (number === Math.floor(calls.length / 3)) console.log("a third is sent");
    await sleep(Number(milliseconds));
  }
  await finish();
  console.log("sent");
}
