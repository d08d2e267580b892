import type { SessionPorts } from './ports.ts'

/** What is said to take longer is told to the person instead, in ms. */
const LONGEST_WAIT = 30_000

/**
 * A read that came too soon (429): sent once more when the BFF said, if it said so and it is not for long. A change is
 * for a person to ask for again, whatever key it has.
 *
 * @returns the second answer, or the first where nothing is to be waited for
 * @throws the signal's reason when aborted meanwhile
 */
export async function onceMore(
  answer: Response,
  ports: Pick<SessionPorts, 'fetch' | 'timer'>,
  url: string,
  init: RequestInit,
): Promise<Response> {
  const header = answer.headers.get('retry-after')
  const after = header === null ? Number.NaN : Number(header) * 1000
  if (init.method !== 'GET' || !(after <= LONGEST_WAIT)) return answer
  await new Promise<void>((go) => ports.timer(after, go))
  init.signal?.throwIfAborted()
  return ports.fetch(url, init)
}
