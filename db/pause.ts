import { setTimeout as wait } from 'node:timers/promises'

/** Waits before asking the database again: longer each time, at most a second, and never in step with others. */
export async function pauseBefore(attempt: number): Promise<void> {
  await wait(Math.random() * Math.min(1000, 10 * 2 ** (attempt - 1)))
}
