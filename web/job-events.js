// Jobs as they go on: their events, and the results of those that the page starts.

import { events, get } from "./api.js";

/**
 * Calls `heard` with each event of a job from the first, whatever happens to the connection, to the last one, whose `event` is `end`.
 * @returns {() => void} ends it
 */
export function follow(job, heard) {
  let [last, source, isOver] = [0, null, false];
  function connect() {
    source = events(`/v1/jobs/${job.id}/events`, (event, number) => {
      // A new connection may begin with the first event again. A daemon that stops ends with the job as it is, which goes on later.
      const goesOn = event.event === "end" && ["queued", "running"].includes(event.state);
      if (number <= last || goesOn) return;
      last = number;
      if (event.event === "end") source.close();
      heard(event);
    }, { lost: again });
  }
  async function again() {
    // This waits for the daemon, and for a session.
    await get(`/v1/jobs/${job.id}`);
    if (!isOver) connect();
  }
  connect();
  return () => { isOver = true; source.close(); };
}

/**
 * Waits for a job that was started.
 * @param job the promise of a job
 * @param told called with each event
 * @returns what the job gave
 */
export async function result(job, told = () => {}) {
  const started = await job;
  return new Promise((done, fail) => {
    follow(started, (event) => {
      told(event);
      if (event.event !== "end") return;
      if (event.state === "finished") done(event.result);
      else fail(new Error(event.error ?? `Job ${started.id} is ${event.state}.`));
    });
  });
}
