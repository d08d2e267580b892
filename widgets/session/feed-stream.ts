import { type Block, EventStream } from './event-stream.ts'
import type { SessionPorts } from './ports.ts'
import { ProvisionProblem } from './problem.ts'
import { type Ending, retryAfter } from './reconnecting.ts'
import type { TokenKeeper } from './token-source.ts'

/** The first block of a stream comes at once, unless something between keeps it; in ms from the request. */
const FIRST_BLOCK = 4000
/** A heartbeat comes every 15 s; a stream that is silent for longer than two of them is none; in ms. */
const SILENCE = 35_000
/** A stream that still brought something so long after it was opened has worked; in ms. */
const LIVED = 20_000
/** A timer that fires so late has slept with its machine; in ms. */
const OVERSLEPT = 5000

export interface StreamWorld {
  readonly service: string | null
  readonly http: { readonly base: string }
  readonly tokens: Pick<TokenKeeper, 'current' | 'afterRefusal'>
  readonly ports: Pick<SessionPorts, 'fetch' | 'timer' | 'clock'>
}

/** Where a stream begins. */
export interface Beginning {
  /** Id of the last event that was read. */
  readonly resume: string | undefined
  /** The token with which the stream before this ended. */
  readonly spent: string | undefined
}

export interface Heard {
  /** The first block is here: the stream is one. */
  opened(): void
  block(block: Block): void
  /** Called once, and not after the stream was closed from here. `lived`: it worked for a while. */
  ended(ending: Ending, lived: boolean, token: string | undefined): void
}

/** The reason in a `bye`; what cannot be read is like a reason that is not known. */
function reasonOf(data: string | undefined): string {
  try {
    const body: unknown = JSON.parse(data ?? '')
    if (typeof body === 'object' && body !== null && 'reason' in body) return String(body.reason)
  } catch {
    return ''
  }
  return ''
}

function refusal(answer: Response, now: number): Ending | undefined {
  const { status, headers } = answer
  if (status === 429 || status === 503)
    return { kind: 'busy', after: retryAfter(headers.get('retry-after'), now) }
  if (status >= 500) return { kind: 'broken' }
  if (status >= 400) return { kind: 'refused' }
  const isStream = /^text\/event-stream\b/i.test(headers.get('content-type') ?? '')
  return status === 200 && isStream && answer.body !== null ? undefined : { kind: 'swallowed' }
}

export interface OpenStream {
  /** Closes it, without another word. */
  close(): void
  /** The page or its network is back: a stream that was silent for too long meanwhile ends now. */
  woken(): void
}

/** Opens one stream of the live feed and reads it to its end. A refused token is renewed once. */
export function openStream(
  { service, http, tokens, ports }: StreamWorld,
  { resume, spent }: Beginning,
  heard: Heard,
): OpenStream {
  const aborter = new AbortController()
  const { signal } = aborter
  const stream = new EventStream()
  let stopTimer = () => {}
  let token: string | undefined
  let openedAt: number | undefined
  let heardAt = 0

  function close(): void {
    stopTimer()
    aborter.abort()
  }

  function end(ending: Ending): void {
    if (signal.aborted) return
    const lived = openedAt !== undefined && heardAt - openedAt >= LIVED
    close()
    // One that worked and fell silent has lost its connection; nobody has swallowed it.
    heard.ended(ending.kind === 'swallowed' && lived ? { kind: 'broken' } : ending, lived, token)
  }

  function expectWithin(delay: number): void {
    stopTimer()
    const due = ports.clock.now() + delay
    stopTimer = ports.timer(delay, () => {
      const isLate = ports.clock.now() - due > OVERSLEPT
      end({ kind: isLate ? 'slept' : 'swallowed' })
    })
  }

  function ask(bearer: string): Promise<Response> {
    signal.throwIfAborted()
    token = bearer
    expectWithin(FIRST_BLOCK)
    return ports.fetch(`${http.base}/v1/services/${encodeURIComponent(service ?? '')}/events`, {
      credentials: 'omit',
      redirect: 'error',
      cache: 'no-store',
      signal,
      headers: {
        authorization: `Bearer ${bearer}`,
        accept: 'text/event-stream',
        ...(resume === undefined ? {} : { 'last-event-id': resume }),
      },
    })
  }

  async function open(): Promise<Response> {
    const first = await ask(
      await (spent === undefined ? tokens.current() : tokens.afterRefusal(spent)),
    )
    if (first.status !== 401 || token === undefined) return first
    // A host may take its time, and may ask a person.
    stopTimer()
    discard(first)
    return ask(await tokens.afterRefusal(token))
  }

  async function read(): Promise<Ending> {
    const answer = await open()
    const refused = refusal(answer, ports.clock.now())
    const reader = answer.body?.getReader()
    if (refused !== undefined || reader === undefined) {
      reader?.cancel().catch(() => undefined)
      return refused ?? { kind: 'swallowed' }
    }
    signal.addEventListener('abort', () => void reader.cancel().catch(() => undefined))
    for (;;) {
      const { done, value } = await reader.read()
      if (signal.aborted || done) return { kind: 'broken' }
      heardAt = ports.clock.now()
      if (openedAt !== undefined) expectWithin(SILENCE)
      for (const block of stream.push(value)) {
        if (openedAt === undefined) {
          openedAt = heardAt
          expectWithin(SILENCE)
          heard.opened()
        }
        if (block.event === 'bye') return { kind: 'bye', reason: reasonOf(block.data) }
        heard.block(block)
        // What was heard may have closed the stream.
        if (signal.aborted) return { kind: 'broken' }
      }
      if (stream.isTooLong) return { kind: 'swallowed' }
    }
  }

  read().then(end, (thrown: unknown) => {
    // Without a token there is no stream; whoever reads shows why.
    const isRefused = thrown instanceof ProvisionProblem && thrown.code !== 'offline'
    end({ kind: isRefused ? 'refused' : 'broken' })
  })
  return {
    close,
    woken() {
      // A timer may stand still while its machine sleeps; the clock does not.
      if (openedAt !== undefined && ports.clock.now() - heardAt > SILENCE) end({ kind: 'slept' })
    },
  }
}

function discard(answer: Response): void {
  answer.body?.cancel().catch(() => undefined)
}
