import { formatDuration } from "../../cli/duration.ts";

export interface Progress {
  readonly total: number;
  readonly sent: number;
  readonly ended: number;
  /** Since the first was sent. */
  readonly elapsedMs: number;
}

/** How far a run is; how long it takes still, as soon as everything is sent. */
export function describeProgress({ total, sent, ended, elapsedMs }: Progress): string {
  if (sent < total) return `${count(sent)} of ${count(total)} sent, ${count(ended)} ended`;
  const perSecond = (ended / elapsedMs) * 1000;
  const rest = ended > 0 ? `, ${formatRate(perSecond)} per second` : "";
  const left = ended > 0 && ended < total ? `, about ${formatLeft((total - ended) / perSecond)} left` : "";
  return `${count(ended)} of ${count(total)} ended${rest}${left}`;
}

/** How many intents wait, and how long at the stack's pace. */
export function describeBacklog(waiting: number, perSecond: number, isPaused: boolean): string {
  const subject = waiting === 1 ? "1 intent waits" : `${count(waiting)} intents wait`;
  return isPaused
    ? `${subject}: the stack is paused`
    : `${subject}, about ${formatLeft(waiting / perSecond)} at ${perSecond} per second`;
}

export function count(number: number): string {
  return number.toLocaleString("en");
}

function formatRate(perSecond: number): string {
  return perSecond < 10 ? perSecond.toFixed(1) : count(Math.round(perSecond));
}

function formatLeft(seconds: number): string {
  return formatDuration(Math.max(1, seconds) * 1000);
}
