import { html, LitElement, nothing, type PropertyValues, type TemplateResult } from 'lit'
import { Localize } from '../locales/localize.ts'
import { pagePorts } from '../session/ports.ts'
import { asProblem, localProblem, type ProvisionProblem } from '../session/problem.ts'
import { acquireSession, hasSession, type Session } from '../session/session.ts'
import {
  fixedSource,
  type GetToken,
  propertySource,
  type TokenSource,
  urlSource,
} from '../session/token-source.ts'
import { VERSION } from '../session/version.ts'
import { baseStyles } from '../theme/base.styles.ts'
import {
  type ElementState,
  ProvisionErrorEvent,
  ProvisionStateEvent,
  ProvisionTokenRequestEvent,
} from './events.ts'
import { problemText } from './problem-text.ts'
import { scriptOrigin, sessionAround } from './surroundings.ts'

/**
 * What all elements share: attributes, the way to the BFF, states and what is shown in them.
 *
 * @attr service - the host's id of the service
 * @attr bff - origin of the BFF; else `<provision-session>`'s, else that of the script under `/widgets/`
 * @attr token-url - address of this page's origin that answers tokens
 * @attr token - a token; read once and removed
 * @attr lang - language of the texts (BCP 47); inherited by default
 * @attr heading-level - 2 to 6, 0 for no heading; 3 by default
 * @attr scheme - `auto`, `light` or `dark`; that of the page by default
 * @slot - seen before the element is defined and while it is `idle` or `incompatible`
 * @slot footer - always seen, at the end
 * @fires {ProvisionStateEvent} provision-state - the element's state has changed; `state` is the new one
 * @fires {ProvisionErrorEvent} provision-error - something failed; `code` is stable, `requestId` names the request where there was one
 * @fires {ProvisionTokenRequestEvent} provision-token-request - a token is wanted; the first `respondWith(token)` answers it
 * @csspart base - around everything
 * @csspart heading - the element's heading
 * @csspart status - what is said while nothing is there yet
 * @csspart problem - what is said when something failed
 * @cssprop --provision-accent - colour of what is offered first and of what is chosen
 * @cssprop --provision-danger - colour of what is dangerous or has failed
 * @cssprop --provision-radius - radius of corners; `0.5rem` by default
 * @cssprop --provision-gap - space between parts; `0.75rem` by default
 * @cssstate idle - nothing can be asked: an address or a way to a token is missing
 * @cssstate connecting - the first answer is awaited
 * @cssstate ready - something is shown
 * @cssstate empty - there is nothing to show
 * @cssstate busy - something that a person asked for is under way
 * @cssstate failed - something that a person asked for, or reading, has failed
 * @cssstate forbidden - this person may not see it
 * @cssstate expired - the page's session has ended; signing in again helps
 * @cssstate offline - the BFF does not answer
 * @cssstate incompatible - the element and the BFF do not speak the same version
 */
export abstract class ProvisionElement extends LitElement {
  /** Version of the scripts this element came with. */
  static readonly version: string = VERSION
  static override properties = {
    service: {},
    bff: {},
    tokenUrl: { attribute: 'token-url' },
    token: {},
    lang: {},
    headingLevel: { type: Number, attribute: 'heading-level' },
    scheme: { reflect: true },
    state: { state: true },
    problem: { state: true },
  }
  static override styles = [baseStyles]

  declare service: string | null
  declare bff: string | null
  declare tokenUrl: string | null
  declare token: string | null
  declare lang: string
  declare headingLevel: number
  declare scheme: 'auto' | 'light' | 'dark' | null
  declare protected state: ElementState
  /** Why the element is in a state of failure. */
  declare protected problem: ProvisionProblem | undefined

  protected readonly localize = new Localize(this)
  protected session: Session | undefined
  #internals = this.attachInternals()
  #getToken: GetToken | undefined
  #fixed: TokenSource | undefined
  #reads: AbortController | undefined
  #unsubscribe: (() => void) | undefined
  #around: Element | undefined
  #shownState: ElementState | undefined

  constructor() {
    super()
    this.service = null
    this.bff = null
    this.tokenUrl = null
    this.token = null
    this.headingLevel = 3
    this.scheme = null
    this.state = 'idle'
    this.problem = undefined
    // A page may set the property before the class is known.
    if (Object.hasOwn(this, 'getToken')) {
      const early = this.getToken
      Reflect.deleteProperty(this, 'getToken')
      this.getToken = early
    }
  }

  /** The page's way to a token. Another function later is used from then on and restarts nothing. */
  get getToken(): GetToken | undefined {
    return this.#getToken
  }

  set getToken(getToken: GetToken | undefined) {
    const isFirst = this.#getToken === undefined
    this.#getToken = getToken
    if (isFirst && this.isConnected && this.session === undefined) void this.refresh()
  }

  /** Reads everything anew. Never rejects: what fails is shown, and told by `provision-error`. */
  async refresh(): Promise<void> {
    if (!this.session) this.#connect()
    if (this.session) await this.#read(this.session)
  }

  /**
   * Reads what the element shows.
   *
   * @returns whether there is anything to show
   */
  protected abstract load(session: Session, signal: AbortSignal): Promise<boolean>

  /** The element's content in every state but `idle`, `connecting` and those of failure. */
  protected abstract renderContent(): TemplateResult | typeof nothing

  /** Called when service or BFF change or the element goes: close dialogs, forget secrets. */
  protected reset(): void {}

  /** Called once per session; the answer is called when it is given up. */
  protected attached(_session: Session): () => void {
    return () => {}
  }

  override connectedCallback(): void {
    super.connectedCallback()
    if (this.hasUpdated && this.session === undefined) void this.refresh()
  }

  override disconnectedCallback(): void {
    super.disconnectedCallback()
    // An element that is only moved is back before this runs, and keeps everything.
    queueMicrotask(() => {
      if (!this.isConnected) this.#disconnect()
    })
  }

  protected override willUpdate(changed: PropertyValues): void {
    if (this.token !== null) {
      this.#fixed = fixedSource(this.token)
      this.token = null
      this.removeAttribute('token')
    }
    const restarts = ['service', 'bff', 'tokenUrl', 'token'].some((name) => changed.has(name))
    if (this.isConnected && (restarts || !this.hasUpdated)) {
      this.#disconnect()
      queueMicrotask(() => {
        if (this.isConnected) void this.refresh()
      })
    }
  }

  protected override updated(): void {
    if (this.#shownState === this.state) return
    if (this.#shownState !== undefined) this.#internals.states.delete(this.#shownState)
    this.#internals.states.add(this.state)
    this.#shownState = this.state
    this.dispatchEvent(new ProvisionStateEvent(this.state))
  }

  /** Shows a failure of the whole element and tells the page. */
  protected fail(thrown: unknown): void {
    const problem = asProblem(thrown)
    this.problem = problem
    this.state = stateFor(problem)
    this.dispatchEvent(new ProvisionErrorEvent(problem.code, problem.requestId))
  }

  protected override render(): TemplateResult {
    const { lang, dir } = { lang: this.localize.lang, dir: this.localize.dir }
    return html`<div part="base" dir=${dir} lang=${lang}>
      ${this.#body()}
      <slot name="footer"></slot>
    </div>`
  }

  /** A heading of the page's level, or nothing at level 0. */
  protected heading(text: string): TemplateResult | typeof nothing {
    if (this.headingLevel === 0) return nothing
    return html`<div part="heading" role="heading" aria-level=${this.headingLevel}><strong>${text}</strong></div>`
  }

  /** What this element is called on the page: it stands above its content, and above what is said in its place. */
  protected caption(): TemplateResult | typeof nothing {
    return nothing
  }

  #body(): TemplateResult | typeof nothing {
    switch (this.state) {
      case 'idle':
      case 'incompatible':
        return html`${this.#failure()}<slot></slot>`
      case 'connecting':
        return html`${this.caption()}<p part="status" role="status">${this.localize.text('loading')}</p>`
      case 'forbidden':
      case 'expired':
      case 'offline':
        return html`${this.caption()}${this.#failure()}`
      case 'failed':
        return this.problem ? html`${this.caption()}${this.#failure()}` : this.renderContent()
      default:
        return this.renderContent()
    }
  }

  #failure(): TemplateResult | typeof nothing {
    const { problem, localize } = this
    if (problem === undefined) return nothing
    const again = () => void this.#signIn()
    const label = this.state === 'expired' ? 'sign_in_again' : 'retry'
    return html`<div part="problem" role="status">
      <p>${problemText(localize, problem, this.state)}</p>
      ${
        problem.requestId
          ? html`<p class="muted">${localize.text('request_id', { id: problem.requestId })}</p>`
          : nothing
      }
      ${
        this.state === 'idle' || this.state === 'forbidden'
          ? nothing
          : html`<button type="button" @click=${again}>${localize.text(label)}</button>`
      }
    </div>`
  }

  async #signIn(): Promise<void> {
    if (this.state === 'expired' && this.session) {
      try {
        await this.session.signInAgain()
      } catch (thrown) {
        this.fail(thrown)
        return
      }
    }
    await this.refresh()
  }

  #connect(): void {
    const around = sessionAround(this)
    this.#watch(around)
    const bff = this.bff ?? around?.getAttribute('bff') ?? scriptOrigin(import.meta.url)
    if (!bff) {
      this.fail(localProblem('bff_missing'))
      return
    }
    const base = bff.replace(/\/+$/, '')
    const source = this.#source(base, around)
    if (source === undefined) {
      this.fail(localProblem('token_missing'))
      return
    }
    const session = acquireSession({
      bff: base,
      service: this.service,
      source,
      language: () => this.localize.lang,
    })
    this.session = session
    this.#unsubscribe = this.attached(session)
  }

  #source(base: string, around: Element | undefined): TokenSource | undefined {
    if (this.#getToken) return propertySource(() => this.#getToken)
    const outer = around as (Element & { getToken?: GetToken }) | undefined
    const asked = this.#eventSource(base)
    if (asked) return asked
    if (this.tokenUrl !== null) return this.#urlSource(this.tokenUrl)
    if (this.#fixed) return this.#fixed
    if (outer?.getToken) return propertySource(() => outer.getToken)
    const url = outer?.getAttribute('token-url')
    return url ? this.#urlSource(url) : undefined
  }

  #urlSource(url: string): TokenSource {
    return urlSource(new URL(url, document.baseURI).href, location.origin, pagePorts())
  }

  /** The page as a source, if it listens: the first request itself finds out, and its answer is used. */
  #eventSource(base: string): TokenSource | undefined {
    const ask = (request: ProvisionTokenRequestEvent['request']) => {
      const event = new ProvisionTokenRequestEvent(request)
      this.dispatchEvent(event)
      return event.answer
    }
    let first: Promise<string> | undefined
    if (!hasSession(base, this.service, 'event')) {
      first = ask({ service: this.service, reason: 'initial' })
      if (first === undefined) return undefined
      // Whoever asks for the token meets the failure; this only keeps it from being reported twice.
      first.catch(() => undefined)
    }
    return {
      key: 'event',
      request: (request) => {
        const answer = first ?? ask(request)
        first = undefined
        if (answer === undefined) throw localProblem('token_missing')
        return answer
      },
    }
  }

  #watch(around: Element | undefined): void {
    this.#around?.removeEventListener('provision-session-change', this.#onAround)
    this.#around = around
    around?.addEventListener('provision-session-change', this.#onAround)
  }

  readonly #onAround = (): void => {
    this.#disconnect()
    void this.refresh()
  }

  #disconnect(): void {
    this.#watch(undefined)
    this.#reads?.abort()
    this.#unsubscribe?.()
    this.session?.release()
    this.#unsubscribe = undefined
    this.session = undefined
    this.reset()
  }

  async #read(session: Session): Promise<void> {
    this.#reads?.abort()
    const reads = new AbortController()
    this.#reads = reads
    if (this.state === 'idle' || this.problem !== undefined) this.state = 'connecting'
    try {
      const hasContent = await this.load(session, reads.signal)
      if (reads.signal.aborted) return
      this.problem = undefined
      this.state = hasContent ? 'ready' : 'empty'
    } catch (thrown) {
      if (!reads.signal.aborted) this.fail(thrown)
    }
  }
}

function stateFor(problem: ProvisionProblem): ElementState {
  switch (problem.code) {
    case 'bff_missing':
    case 'token_missing':
      return 'idle'
    case 'offline':
      return 'offline'
    case 'expired':
    case 'host_session_ended':
      return 'expired'
    case 'incompatible':
      return 'incompatible'
    default:
      return problem.status === 403 || problem.code === 'forbidden' ? 'forbidden' : 'failed'
  }
}
