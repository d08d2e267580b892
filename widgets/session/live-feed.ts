import { FeedNews, newsOf, type Readers } from './feed-news.ts'
import { type OpenStream, openStream, type StreamWorld } from './feed-stream.ts'
import { onPageHidden } from './page-hiding.ts'
import type { SessionPorts } from './ports.ts'
import { afterEnding, type Ending } from './reconnecting.ts'
import type { FeedState } from './store.ts'

/** What time alone changes about an operation is looked for so often while the feed is open, in ms: at least, at most. */
const LOOK_SOONEST = 2000
const LOOK_LATEST = 30_000
/** Until the BFF says another: the wait before a stream that ended is opened again, in ms. */
const RETRY = 2000
/** Longer than this nobody waits, in ms. */
const LONGEST_RETRY = 60_000
/** An id that can be sent back in a header. */
const SENDABLE = /^[!-~]{1,64}$/

export interface FeedWorld extends StreamWorld, Readers {
  readonly ports: SessionPorts
  readonly polls: ReadonlyMap<string, { round: number }>
  /** Looks at a watched operation in a while. */
  wait(id: string): void
}

/** The one feed of the page that may be open, and those that poll until it is their turn. */
let holder: LiveFeed | undefined
const waiting = new Set<LiveFeed>()

/**
 * The live feed of one service: opened while it is wanted and the page is visible, resumed where it ended, and left alone
 * for minutes where it cannot be had. One is open per page, as a browser has few connections to one origin.
 */
export class LiveFeed {
  readonly #world: FeedWorld
  readonly #news: FeedNews
  readonly #stopListening: readonly (() => void)[]
  #isWanted = false
  #stream: OpenStream | undefined
  #stopTimer = () => {}
  /** Before this nothing brings it back. */
  #notBefore = Number.NEGATIVE_INFINITY
  #lastId: string | undefined
  #spent: string | undefined
  #retry = RETRY
  #strikes = 0

  constructor(world: FeedWorld) {
    this.#world = world
    const { ports } = world
    this.#news = new FeedNews(world, ports.timer)
    this.#stopListening = [
      ports.onWake(() => {
        this.#stream?.woken()
        this.#tend()
      }),
      (ports.onHide ?? onPageHidden)(() => this.#rest()),
    ]
  }

  /** Says whether anybody needs it. */
  want(isWanted: boolean): void {
    if (isWanted === this.#isWanted) return
    this.#isWanted = isWanted
    this.#tend()
  }

  /** Somebody has signed in: what was refused before may be had now. */
  again(): void {
    this.#notBefore = Number.NEGATIVE_INFINITY
    this.#tend()
  }

  /** Ends it for good. */
  stop(): void {
    this.#isWanted = false
    this.#rest()
    this.#news.stop()
    for (const stop of this.#stopListening) stop()
  }

  /** How long a watched operation need not be looked at, in ms; `undefined` leaves it to polling. */
  patience(id: string): number | undefined {
    const { store, ports } = this.#world
    if (store.feed !== 'open' || this.#news.isBehind(id)) return undefined
    const until = Date.parse(store.operation(id)?.waiting?.until ?? '') - ports.clock.now()
    return until <= LOOK_LATEST ? Math.max(until, LOOK_SOONEST) : LOOK_LATEST
  }

  #enter(state: FeedState): void {
    const { store, polls } = this.#world
    const before = store.feed
    if (before === state) return
    store.feed = state
    store.tell({ kind: 'feed', state })
    // Polling takes another pace.
    if (before !== 'open' && state !== 'open') return
    for (const [id, poll] of polls) {
      poll.round = 0
      this.#world.wait(id)
    }
  }

  /** Opens what is wanted, as soon as it may be. */
  #tend(): void {
    const { clock, visible } = this.#world.ports
    if (!this.#isWanted || !visible()) {
      this.#rest()
      return
    }
    if (this.#stream !== undefined) return
    this.#stopTimer()
    if (holder !== undefined && holder !== this) {
      waiting.add(this)
      this.#enter('polling')
      return
    }
    waiting.delete(this)
    holder = this
    const left = this.#notBefore - clock.now()
    if (left <= 0) {
      this.#open()
      return
    }
    this.#later(left)
    this.#enter('polling')
  }

  /** Closes what is open; where it ended stays known. */
  #rest(): void {
    this.#stopTimer()
    this.#stream?.close()
    this.#stream = undefined
    this.#enter('closed')
    waiting.delete(this)
    if (holder !== this) return
    holder = undefined
    for (const next of [...waiting]) next.#tend()
  }

  #open(): void {
    const resume = this.#lastId
    const beginning = { resume, spent: this.#spent }
    this.#spent = undefined
    let isFirst = true
    this.#enter('opening')
    this.#stream = openStream(this.#world, beginning, {
      opened: () => {
        this.#enter('open')
        // Between what was read before and the beginning of the stream anything may have happened.
        if (resume === undefined) this.#news.everything()
      },
      block: ({ event, data, id, retry }) => {
        if (retry !== undefined) this.#retry = Math.min(retry, LONGEST_RETRY)
        // The head of the feed lies behind what a resumed stream has still to tell.
        const isPassed = data !== undefined || resume === undefined
        if (isPassed && id !== undefined && SENDABLE.test(id)) this.#lastId = id
        if (data === undefined) return
        const news = newsOf(event, data)
        // A first word about the service also says that what was missed is no longer kept.
        if (isFirst && resume !== undefined && event === 'service') this.#news.everything()
        else if (news !== undefined) this.#news.tell(news)
        isFirst = false
      },
      ended: (ending, lived, token) => this.#ended(ending, lived, token),
    })
  }

  #ended(ending: Ending, lived: boolean, token: string | undefined): void {
    const { clock, random } = this.#world.ports
    this.#stream = undefined
    if (ending.kind === 'bye' && ending.reason === 'token') this.#spent = token
    // Where to go on from may be what is refused.
    if (ending.kind === 'refused') this.#lastId = undefined
    const next = afterEnding(this.#strikes, ending, lived, this.#retry, random())
    this.#strikes = next.strikes
    if (next.state === 'polling') this.#notBefore = clock.now() + next.delay
    this.#later(next.delay)
    this.#enter(next.state)
  }

  #later(delay: number): void {
    this.#stopTimer = this.#world.ports.timer(delay, () => this.#tend())
  }
}
