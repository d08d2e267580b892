import { asProblem } from '../session/problem.ts'

/** Waits before a request is sent again whose answer was lost, in ms; after the last one a person decides. */
const WAITS = [500, 1000, 2000, 4000, 8000] as const

/**
 * Sends until an answer comes. Only for what may be sent twice: each time carries the same key.
 *
 * @param send sends once
 * @param wait resolves after so many ms, or sooner if the network is back; rejects when given up
 * @throws ProvisionProblem of the last try
 */
export async function sendUntilAnswered<T>(
  send: () => Promise<T>,
  wait: (ms: number) => Promise<void>,
): Promise<T> {
  for (const ms of WAITS) {
    try {
      return await send()
    } catch (thrown) {
      if (asProblem(thrown).code !== 'offline') throw thrown
    }
    await wait(ms)
  }
  return send()
}
