import { asProblem, type ProvisionProblem } from '../session/problem.ts'
import type { Session } from '../session/session.ts'
import type { Stale } from '../session/store.ts'
import { ProvisionElement } from './base-element.ts'

/** An element that shows what the BFF answers, and reads it again quietly when it may be old. */
export abstract class ReadingElement extends ProvisionElement {
  static override properties = {
    ...ProvisionElement.properties,
    unseen: { state: true },
    said: { state: true },
  }

  /** Why the latest news could not be had; what is shown may be old. */
  declare protected unseen: ProvisionProblem | undefined
  /** For those who cannot see what changed. */
  declare protected said: string
  readonly #what: Stale
  #reading: AbortController | undefined
  #isBusy = false

  /** @param what the news on the page after which this element reads again */
  protected constructor(what: Stale) {
    super()
    this.#what = what
    this.unseen = undefined
    this.said = ''
  }

  /** Address of what belongs to the element's service. */
  protected path({ service }: Session, tail: string): string {
    return `/v1/services/${encodeURIComponent(service ?? '')}/${tail}`
  }

  protected override attached(session: Session): () => void {
    return session.store.subscribe((change) => {
      if (change.kind === 'stale' && change.what === this.#what) this.onStale()
    })
  }

  protected onStale(): void {
    void this.quietly((session, signal) => this.load(session, signal))
  }

  /**
   * Reads behind what is shown, which stays if that fails. One such read at a time: a later one takes its place.
   *
   * @param read answers whether there is anything to show
   * @param asked whether a person waits for it: then the element is `busy` meanwhile
   */
  protected async quietly(
    read: (session: Session, signal: AbortSignal) => Promise<boolean>,
    asked = false,
  ): Promise<void> {
    const { session } = this
    if (session === undefined || session.service === null) return
    // Nothing is in view that could stay; what is being read for the first time may be old before it comes.
    if (this.problem !== undefined || this.state === 'connecting') return this.refresh()
    this.#reading?.abort()
    const reading = new AbortController()
    this.#reading = reading
    const { signal } = reading
    if (asked) {
      this.#isBusy = true
      this.state = 'busy'
    }
    try {
      const hasContent = await read(session, signal)
      if (signal.aborted) return
      this.unseen = undefined
      this.#settle(hasContent)
    } catch (thrown) {
      if (signal.aborted) return
      const problem = asProblem(thrown)
      if (isSignedOut(problem)) {
        this.#isBusy = false
        this.fail(problem)
        return
      }
      this.unseen = problem
      this.#settle(true)
    }
  }

  protected override reset(): void {
    this.#reading?.abort()
    this.#isBusy = false
    this.unseen = undefined
    this.said = ''
    if (this.hasUpdated) this.state = 'connecting'
  }

  #settle(hasContent: boolean): void {
    // Being busy with something else goes on.
    if (!this.#isBusy && this.state !== 'ready' && this.state !== 'empty') return
    this.#isBusy = false
    this.state = hasContent ? 'ready' : 'empty'
  }
}

/** Whether only signing in again helps. */
export function isSignedOut({ code }: ProvisionProblem): boolean {
  return code === 'expired' || code === 'host_session_ended'
}
