import { html, nothing, type PropertyValues, type TemplateResult } from 'lit'
import type { LogPage } from '../../bff/contract/resources.ts'
import { logsWords } from '../locales/logs-words.ts'
import { contentStyles } from '../parts/content.styles.ts'
import { problemNote } from '../parts/problem-note.ts'
import { isSignedOut, ReadingElement } from '../parts/reading-element.ts'
import { pagePorts } from '../session/ports.ts'
import { asProblem, type ProvisionProblem } from '../session/problem.ts'
import type { Session } from '../session/session.ts'
import { filterView } from './filter-view.ts'
import type { LogExport } from './log-export.ts'
import {
  count,
  type Filter,
  firstPage,
  isKnown,
  type Log,
  levelFrom,
  looked,
  noFilter,
  opened,
  pageSize,
  query,
  shown,
  withOlder,
} from './logs.machine.ts'
import { logsStyles } from './logs.styles.ts'
import { tableView } from './table-view.ts'

/** Wait between two looks for what others did, in ms. */
const LOOK = 15_000

/**
 * `<provision-logs>`: what happened to a service, newest first. What others do meanwhile waits until it is asked for.
 *
 * @attr level - `info`, `warning` or `error`: what is looked for at first, a person may choose another; all by default
 * @attr page-size - entries read at once, 1 to 200; 50 by default
 * @csspart filter - what is looked for
 * @csspart new - shows what others have done meanwhile
 * @csspart table - the entries
 * @csspart entry - an entry
 * @csspart level - how grave it is
 * @csspart detail - what is behind an entry
 * @csspart copy - a button that copies a value
 * @csspart older - loads older entries
 * @csspart export - saves what was logged as a file, for who may
 * @csspart fault - why the latest news could not be had
 */
export class ProvisionLogs extends ReadingElement {
  static override properties = {
    ...ReadingElement.properties,
    level: {},
    pageSize: { type: Number, attribute: 'page-size' },
    log: { state: true },
    filter: { state: true },
    older: { state: true },
  }
  static override styles = [...ReadingElement.styles, contentStyles, logsStyles]

  declare level: string | null
  declare pageSize: number | null
  declare protected log: Log | undefined
  declare protected filter: Filter
  /** How reading older entries stands: not begun, under way, or why it failed. */
  declare protected older: 'rest' | 'reading' | ProvisionProblem
  /** Labels of the actions seen so far, by name. */
  readonly #actions = new Map<string, string>()
  #olderReading: AbortController | undefined
  #focusEnd = false
  /** What was read last is still to be shown without being asked for: this page has done it. */
  #isOwn = false
  /** Something came while the newest page was being read otherwise. */
  #isMissed = false
  #unwatch: (() => void) | undefined
  /** Only for who may. */
  #export: LogExport | undefined

  constructor() {
    super('logs')
    this.level = null
    this.pageSize = null
    this.log = undefined
    this.filter = noFilter
    this.older = 'rest'
  }

  protected override async load(session: Session, signal: AbortSignal): Promise<boolean> {
    if (session.service === null) return false
    const page = await this.#page(session, signal)
    this.log = firstPage(page)
    this.#leaveOlder()
    this.#unwatch ??= session.watchLog()
    // Without its file there is the log; the next page that is read tries again.
    if (page.can?.includes('export')) this.#offerExport(session).catch(() => undefined)
    return page.entries.length > 0
  }

  protected override attached(session: Session): () => void {
    const detach = super.attached(session)
    const ports = pagePorts()
    const { store } = session
    const stopListening = store.subscribe((change) => {
      if (change.kind !== 'entries') return
      const { log } = this
      if (log === undefined || change.ids?.every((id) => isKnown(log, id)) !== true)
        this.#look(false)
    })
    const stopWaking = ports.onWake(() => this.#look(false))
    let stopTimer = () => {}
    const wait = () => {
      stopTimer = ports.timer(LOOK, () => {
        // The live feed tells of what is new; what could not be read is tried again.
        const isTold = store.feed === 'open' && this.unseen === undefined
        if (!isTold && ports.visible() && this.problem === undefined) this.#look(false)
        wait()
      })
    }
    wait()
    return () => {
      detach()
      stopListening()
      stopWaking()
      stopTimer()
      this.#unwatch?.()
      this.#unwatch = undefined
    }
  }

  /** What this page itself has done is shown at once. */
  protected override onStale(): void {
    this.#look(true)
  }

  protected override reset(): void {
    super.reset()
    this.#leaveOlder()
    this.#isOwn = false
    this.log = undefined
    this.#actions.clear()
    this.#export?.stop()
    this.#export = undefined
  }

  protected override willUpdate(changed: PropertyValues): void {
    super.willUpdate(changed)
    if (!changed.has('level')) return
    const filter = { ...this.filter, level: levelFrom(this.level) }
    if (this.log === undefined) this.filter = filter
    else queueMicrotask(() => this.#choose(filter))
  }

  protected override updated(): void {
    super.updated()
    if (this.#isMissed) this.#look(false)
    if (!this.#focusEnd) return
    this.#focusEnd = false
    this.renderRoot.querySelector<HTMLElement>('.end')?.focus()
  }

  protected override caption(): TemplateResult | typeof nothing {
    return this.heading(this.localize.say(logsWords, 'logs_heading'))
  }

  protected override renderContent(): TemplateResult | typeof nothing {
    const { log, localize, filter } = this
    if (log === undefined) return nothing
    const isBusy = this.state === 'busy'
    return html`<p class="visually-hidden" role="status">
        ${isBusy ? localize.text('loading') : this.said}
      </p>
      ${this.caption()}
      ${filterView(localize, filter, this.#actions, (wanted) => this.#choose(wanted))}
      ${problemNote(localize, this.unseen)}
      ${
        log.waiting.length === 0
          ? nothing
          : html`<button type="button" part="new" @click=${() => this.#showWaiting()}>
              ${localize.say(logsWords, 'log_new', { count: log.waiting.length })}
            </button>`
      }
      <div aria-busy=${isBusy}>
        ${
          count(log) > 0
            ? tableView(localize, log.chunks, (chunk, entry) => {
                if (this.log !== undefined) this.log = opened(this.log, chunk, entry)
              })
            : nothing
        }
      </div>
      ${this.#end(log)}${this.#export?.view() ?? nothing}`
  }

  #end(log: Log): TemplateResult {
    const { localize, older } = this
    if (log.next === null) {
      return html`<p class="muted end" tabindex="-1">${count(log) > 0 ? localize.say(logsWords, 'log_end') : Object.values(this.filter).join('') === '' ? localize.text('state_empty') : localize.say(logsWords, 'log_none')}</p>`
    }
    const isReading = older === 'reading'
    return html`${problemNote(localize, typeof older === 'string' ? undefined : older)}
      <button
        type="button"
        part="older"
        aria-disabled=${isReading ? 'true' : nothing}
        @click=${() => void this.#loadOlder()}
      >
        ${isReading ? localize.text('loading') : localize.say(logsWords, 'log_older')}
      </button>`
  }

  #choose(filter: Filter): void {
    this.filter = filter
    this.#leaveOlder()
    void this.quietly(async (session, signal) => {
      const hasContent = await this.load(session, signal)
      this.#sayCount()
      return hasContent
    }, true)
  }

  /** @param atOnce whether what is new is shown without being asked for */
  #look(atOnce: boolean): void {
    // A look that takes the place of another shows what that one would have shown.
    this.#isOwn ||= atOnce
    // What is being read now may have been read before this came.
    this.#isMissed = this.state === 'busy' || this.state === 'connecting'
    if (this.#isMissed) return
    // What is forbidden does not change by asking; a network may be back.
    if (this.problem !== undefined && this.state !== 'offline') return
    void this.quietly(async (session, signal) => {
      const page = await this.#page(session, signal)
      const log = this.log === undefined ? firstPage(page) : looked(this.log, page)
      this.log = this.#isOwn ? shown(log) : log
      if (log.gap !== undefined && this.#isOwn) this.#leaveOlder()
      this.#isOwn = false
      const waiting = this.log.waiting.length
      if (waiting > 0) this.said = this.localize.say(logsWords, 'log_new', { count: waiting })
      return count(this.log) > 0
    })
  }

  #showWaiting(): void {
    if (this.log === undefined) return
    if (this.log.gap !== undefined) this.#leaveOlder()
    this.log = shown(this.log)
    this.#sayCount()
  }

  async #loadOlder(): Promise<void> {
    const { session, log } = this
    if (session === undefined || log === undefined || log.next === null) return
    if (this.older === 'reading') return
    const reading = new AbortController()
    this.#olderReading = reading
    this.older = 'reading'
    try {
      const page = await this.#page(session, reading.signal, log.next)
      if (reading.signal.aborted || this.log === undefined) return
      const hadFocus = this.shadowRoot?.activeElement?.matches('[part~="older"]') === true
      this.log = withOlder(this.log, page)
      this.older = 'rest'
      if (this.state === 'empty' && count(this.log) > 0) this.state = 'ready'
      // Its button goes, and focus with it.
      this.#focusEnd = hadFocus && page.next === null
      this.#sayCount()
    } catch (thrown) {
      if (reading.signal.aborted) return
      const problem = asProblem(thrown)
      this.older = problem
      if (isSignedOut(problem)) this.fail(problem)
    }
  }

  #leaveOlder(): void {
    this.#olderReading?.abort()
    this.older = 'rest'
  }

  async #page(session: Session, signal: AbortSignal, cursor?: string): Promise<LogPage> {
    const search = query(this.filter, pageSize(this.pageSize), cursor)
    const page = await session.get<LogPage>(`${this.path(session, 'logs')}?${search}`, { signal })
    signal.throwIfAborted()
    for (const { action, action_label } of page.entries) this.#actions.set(action, action_label)
    return page
  }

  async #offerExport(session: Session): Promise<void> {
    const { exportOf } = await import('./log-export.ts')
    if (this.session === session)
      this.#export ??= exportOf({
        host: this,
        localize: this.localize,
        session,
        filter: () => this.filter,
      })
  }

  #sayCount(): void {
    if (this.log !== undefined)
      this.said = this.localize.say(logsWords, 'log_shown', { count: count(this.log) })
  }
}

declare global {
  interface HTMLElementTagNameMap {
    'provision-logs': ProvisionLogs
  }
}
