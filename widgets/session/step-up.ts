import type { Timer } from './ports.ts'
import { asProblem, localProblem, ProvisionProblem, STEP_UP } from './problem.ts'
import type { TokenKeeper, TokenRequest } from './token-source.ts'

/** Milliseconds a page has to let a person prove who they are. */
export const STEP_UP_PATIENCE = 300_000

/** What a step up needs of the world. */
export interface StepUpWorld {
  readonly tokens: Pick<TokenKeeper, 'ask' | 'stepUps'>
  readonly timer: Timer
  /** Address of the page: what leads elsewhere must not leave its origin. */
  readonly page: string
  /** Whether what is sent is still wanted; when not, nothing is sent again. */
  isWanted(): boolean
  /** Told when a person is asked, and when that is over. */
  asking(isAsking: boolean): void
}

/** What a challenge asks for (RFC 9470 §3), as a host is told. Pure. */
export function wantedOf(challenge: string): Pick<TokenRequest, 'acr_values' | 'max_age'> {
  const acr = /(?:^|[\s,])acr_values="([^"]*)"/.exec(challenge)?.[1]
  const age = /(?:^|[\s,])max_age="?(\d{1,9})\b/.exec(challenge)?.[1]
  return {
    ...(acr === undefined ? {} : { acr_values: acr }),
    ...(age === undefined ? {} : { max_age: Number(age) }),
  }
}

/** Steps up that are under way, by what they ask for: a person is asked one thing at a time, and nothing twice. */
const underWay = new WeakMap<StepUpWorld['tokens'], Map<string, Promise<unknown>>>()

function inTime<T>(answer: Promise<T>, timer: Timer): Promise<T> {
  return new Promise((resolve, reject) => {
    const cancel = timer(STEP_UP_PATIENCE, () => reject(new Error('nobody has answered')))
    answer.finally(cancel).then(resolve, reject)
  })
}

function asked({ tokens, timer }: StepUpWorld, challenge: string): Promise<unknown> {
  const wanted = wantedOf(challenge)
  const key = JSON.stringify(wanted)
  const known = underWay.get(tokens) ?? new Map<string, Promise<unknown>>()
  underWay.set(tokens, known)
  const same = known.get(key)
  if (same !== undefined) return same
  const begun = Promise.allSettled(known.values())
    .then(() => inTime(tokens.ask({ reason: 'step_up', ...wanted }), timer))
    .finally(() => known.delete(key))
  known.set(key, begun)
  return begun
}

/** Where the host wants a person to prove who they are: a page of its own origin, and nothing else. */
function elsewhere(address: string, page: string): ProvisionProblem {
  if (!URL.canParse(address, page)) return localProblem('host_session_ended')
  const [{ origin, protocol, href }, here] = [new URL(address, page), new URL(page)]
  return origin === here.origin && protocol === here.protocol
    ? new ProvisionProblem('step_up_elsewhere', { challenge: href })
    : localProblem('host_session_ended')
}

/** What a step up that failed means to the person. What a host's own function throws is its text, not ours to show. */
function meaning(thrown: unknown, refusal: ProvisionProblem, page: string): ProvisionProblem {
  if (!(thrown instanceof ProvisionProblem)) return refusal
  switch (thrown.code) {
    case 'step_up_elsewhere':
      return elsewhere(thrown.challenge, page)
    case 'expired':
      // Only a token that is written into the page says so.
      return localProblem('step_up_impossible')
    default:
      return thrown
  }
}

/**
 * Sends, and where the login behind the token does not do, has the host ask the person, once, and sends again. Only for
 * what may be sent twice: a read, or a write with a key.
 *
 * @throws ProvisionProblem: the BFF's refusal where the person did not prove who they are, or not well enough;
 *   `step_up_elsewhere` with where they can; what the token source says
 */
export async function withStepUp<T>(world: StepUpWorld, send: () => Promise<T>): Promise<T> {
  for (let hasAsked = false; ; ) {
    const { stepUps } = world.tokens
    let refusal: ProvisionProblem
    try {
      return await send()
    } catch (thrown) {
      if (hasAsked || asProblem(thrown).code !== STEP_UP) throw thrown
      refusal = asProblem(thrown)
    }
    // Another element of the page has had it done meanwhile.
    if (world.tokens.stepUps !== stepUps) continue
    hasAsked = true
    world.asking(true)
    try {
      await asked(world, refusal.challenge)
    } catch (thrown) {
      throw meaning(thrown, refusal, world.page)
    } finally {
      world.asking(false)
    }
    if (!world.isWanted()) throw refusal
  }
}
