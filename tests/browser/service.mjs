// The real binary on ports of its own, and work for it.

import { execFileSync, spawn } from "node:child_process";
import { createInterface } from "node:readline";

const START_MS = 30_000;

export async function start(binary) {
  const child = spawn(binary, ["serve", "--listen", "127.0.0.1:0", "--ops-listen", "127.0.0.1:0", "--threads", "2"], {
    stdio: ["ignore", "pipe", "ignore"],
  });
  const lines = createInterface({ input: child.stdout });
  const addresses = new Promise((found, lost) => {
    setTimeout(() => lost(new Error("the service did not start")), START_MS).unref();
    child.once("exit", (status) => lost(new Error(`the service ended with ${status}`)));
    let api, ops, example;
    lines.on("line", (line) => {
      api ??= line.match(/serves on (http:\/\/[^ ]+)/)?.[1];
      ops ??= line.match(/^Dashboard: (http:\/\/[^ /]+)/)?.[1];
      example ??= line.match(/-d '([^']+)'/)?.[1];
      if (api && ops && example) found({ api, ops, example: JSON.parse(example) });
    });
  });
  const ended = new Promise((resolve) => child.once("exit", (code) => resolve(code)));
  return { ...(await addresses), ended, stop: () => child.kill("SIGTERM") };
}

// Keeps asking until told to stop: single verifications that are merged, batches of all sizes, and
// in every fourth batch items that are not valid. Waves, so that charts show something.
export function load({ api, example }) {
  let going = true;
  const failures = [];
  const forged = { ...example, message: "0x00" };
  const post = async (path, body) => {
    const answer = await fetch(api + path, {
      method: "POST",
      headers: { "content-type": "application/json" },
      body: JSON.stringify(body),
    });
    if (!answer.ok) failures.push(`${path}: ${answer.status}`);
    return answer.json();
  };
  const wait = (ms) => new Promise((resolve) => setTimeout(resolve, ms));
  const wave = () => 30 + 25 * Math.sin(Date.now() / 4000);
  const singles = async () => {
    while (going) {
      const { valid } = await post("/v1/verify", example);
      if (!valid) failures.push("a valid signature was judged invalid");
      await wait(wave());
    }
  };
  const batches = async () => {
    for (let round = 0; going; round += 1) {
      const items = Array(2 ** (round % 8)).fill(example);
      if (round % 4 === 3) items.push(forged);
      await post("/v1/verify/batch", { items });
      await wait(2 * wave());
    }
  };
  const running = [...Array(8).keys()].map(singles).concat(batches(), batches());
  return async () => {
    going = false;
    await Promise.all(running);
    return failures;
  };
}

export function chromium() {
  for (const name of ["chromium", "chromium-browser", "google-chrome"]) {
    try {
      return execFileSync("sh", ["-c", `command -v ${name}`], { encoding: "utf8" }).trim();
    } catch { /* the next one */ }
  }
  return null;
}
