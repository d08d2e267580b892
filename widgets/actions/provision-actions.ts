import { html, nothing, type PropertyValues, type TemplateResult } from 'lit'
import type { Actions } from '../../bff/contract/action.ts'
import type { Operation } from '../../bff/contract/operation.ts'
import { actionsWords } from '../locales/actions-words.ts'
import { ProvisionElement } from '../parts/base-element.ts'
import { contentStyles } from '../parts/content.styles.ts'
import { type ElementState, ProvisionErrorEvent } from '../parts/events.ts'
import { Late } from '../parts/late.ts'
import { MenuButton } from '../parts/menu.ts'
import { operationView } from '../parts/operation-view.ts'
import { problemNote } from '../parts/problem-note.ts'
import { statusLine } from '../parts/status-line.ts'
import { asProblem, localProblem, type ProvisionProblem } from '../session/problem.ts'
import type { Session } from '../session/session.ts'
import type { StoreChange } from '../session/store.ts'
import { actionsStyles } from './actions.styles.ts'
import { arrange } from './arrange.ts'
import { actionMenu, actionPanel, type Choosing } from './choose-view.ts'
import type { Doing } from './doing.ts'
import { elementState } from './element-state.ts'
import { type Flow, isHeld, type Step, start, type WatchEvent, watching } from './flow.ts'
import { openTab } from './login-tab.ts'
import { ProvisionOperationEvent } from './operation-event.ts'
import { isFinished, type Task } from './task.ts'

/** Milliseconds after which what is unavailable until a time is looked at again. */
const LOOK_AGAIN = 5000
/** States in which the base element shows something else than the actions. */
const OUTER: ReadonlySet<ElementState> = new Set<ElementState>([
  'idle',
  'connecting',
  'forbidden',
  'expired',
  'offline',
  'incompatible',
])

/** What a person does with an action is not needed to show it, and is fetched after that. */
const lateDoing = new Late(async () => (await import('./doing.ts')).Doing)

/** A gesture that waits for what carries it out. */
interface Waiting {
  readonly action: string
  /** Repeats the gesture, once it has failed. */
  readonly again: (() => void) | undefined
}

/**
 * `<provision-actions>`: what can be done with a service, and doing it.
 *
 * @attr actions - `all` (the default), or names in order; it leaves out, it never adds; unknown names warn in the console
 * @attr layout - `panel` (groups, dangerous last; the default), `buttons`, or `menu` (the highlighted action and a menu, for lists)
 * @fires {ProvisionActionRequestEvent} provision-action-request - before something is sent; cancelable, or held back by `respondWith(promise)`; without secrets
 * @fires {ProvisionOperationEvent} provision-operation - an operation was started or has changed
 * @csspart status - the service's state, since when, and as of when that is known; while nothing is there yet, that it is awaited
 * @csspart state - the service's state
 * @csspart note - what else is to be known of the service
 * @csspart operation - an operation that runs, is planned or has ended
 * @csspart warnings - warnings of an operation
 * @csspart attention - what to do about an operation that needs a person
 * @csspart group - a group of actions
 * @csspart buttons - the buttons of a group
 * @csspart action - a button of an action
 * @csspart blocked - the actions that are unavailable now, with reasons
 * @csspart menu-button - opens the menu
 * @csspart menu - the menu of actions
 * @csspart dialog - the dialog of an action
 * @csspart dialog-heading - its heading
 * @csspart accounts - the accounts an action hits
 * @csspart limits - limits before and after
 * @csspart effects - what stops working
 * @csspart irreversible - what cannot be undone
 * @csspart fault - what is wrong with an input or a request
 * @csspart values - what an action answered
 * @csspart secrets - passwords that were sent, until they are dismissed
 * @csspart copy - a button that copies a value
 * @cssprop --provision-on-accent - colour of text on the accent
 * @cssprop --provision-on-danger - colour of text on the danger colour
 * @cssstate confirming - a person is asked whether to go on
 * @cssstate succeeded - the server has confirmed what was asked for
 */
export class ProvisionActions extends ProvisionElement {
  static override properties = {
    ...ProvisionElement.properties,
    actions: {},
    layout: {},
    flow: { state: true },
    answer: { state: true },
    unseen: { state: true },
    said: { state: true },
    waiting: { state: true },
  }
  static override styles = [...ProvisionElement.styles, contentStyles, actionsStyles]

  declare actions: string | null
  declare layout: 'panel' | 'buttons' | 'menu' | null
  declare protected flow: Flow
  declare protected answer: Actions | undefined
  /** Why the latest news could not be had; what is shown may be old. */
  declare protected unseen: ProvisionProblem | undefined
  /** For those who cannot see what changed. */
  declare protected said: string
  declare protected waiting: Waiting | undefined
  readonly #menu = new MenuButton(this)
  #doing: Doing | undefined
  #rereading: AbortController | undefined
  #focusOperation = false
  readonly #warned = new Set<string>()

  constructor() {
    super()
    this.actions = null
    this.layout = null
    this.flow = start
    this.answer = undefined
    this.unseen = undefined
    this.said = ''
    this.waiting = undefined
    for (const sign of ['pointerover', 'focusin'])
      this.addEventListener(sign, () => void lateDoing.get().catch(() => undefined), { once: true })
  }

  override connectedCallback(): void {
    super.connectedCallback()
    window.addEventListener('pagehide', this.#onLeave)
    window.addEventListener('pageshow', this.#onReturn)
  }

  override disconnectedCallback(): void {
    super.disconnectedCallback()
    window.removeEventListener('pagehide', this.#onLeave)
    window.removeEventListener('pageshow', this.#onReturn)
  }

  protected override async load(session: Session, signal: AbortSignal): Promise<boolean> {
    if (session.service === null) return false
    const answer = await session.get<Actions>(
      `/v1/services/${encodeURIComponent(session.service)}/actions`,
      { signal },
    )
    this.#take(session, answer)
    return true
  }

  protected override attached(session: Session): () => void {
    return session.store.subscribe((change) => this.#onNews(session, change))
  }

  protected override reset(): void {
    this.#doing?.stop()
    this.#rereading?.abort()
    this.#forget()
    this.flow = start
    this.answer = undefined
    this.unseen = undefined
    this.said = ''
  }

  protected override willUpdate(changed: PropertyValues): void {
    super.willUpdate(changed)
    if (OUTER.has(this.state) || this.problem !== undefined) return
    const { answer } = this
    if (answer === undefined) {
      this.state = this.service === null ? 'empty' : 'connecting'
      return
    }
    const { groups, blocked } = arrange(answer.actions, this.actions)
    const isFetching = this.waiting !== undefined && this.waiting.again === undefined
    this.state = isFetching ? 'busy' : elementState(this.flow, groups.length + blocked.length === 0)
  }

  protected override updated(): void {
    super.updated()
    this.#doing?.updated()
    if (!this.#focusOperation) return
    this.#focusOperation = false
    this.renderRoot.querySelector<HTMLElement>('.operation')?.focus()
  }

  protected override caption(): TemplateResult | typeof nothing {
    return this.layout === 'buttons' || this.layout === 'menu'
      ? nothing
      : this.heading(this.localize.say(actionsWords, 'actions_heading'))
  }

  protected override renderContent(): TemplateResult | typeof nothing {
    const { answer, localize, flow } = this
    if (answer === undefined) return nothing
    const layout = this.layout === 'buttons' || this.layout === 'menu' ? this.layout : 'panel'
    const arrangement = arrange(answer.actions, this.actions)
    const { step } = flow
    const choosing: Choosing = {
      localize,
      arrangement,
      busy: this.#busyWith(step),
      held: (action) => isHeld(flow, { action, purpose: { kind: 'submit' } }),
      choose: (action) => this.#choose({ action, purpose: { kind: 'submit' } }),
    }
    return html`<p class="visually-hidden" role="status">${this.#doing?.isOpen ? '' : this.said}</p>
      ${this.caption()}
      ${layout === 'menu' ? nothing : statusLine(localize, answer.service)}
      ${problemNote(localize, this.unseen)} ${this.#missing()}
      ${flow.operation === undefined ? nothing : this.#operation(flow.operation)}
      ${
        // Once it has begun it is the operation above.
        answer.scheduled === undefined || answer.scheduled.id === flow.operation?.id
          ? nothing
          : this.#operation(answer.scheduled)
      }
      ${
        arrangement.groups.length + arrangement.blocked.length === 0
          ? layout === 'menu' && flow.operation !== undefined
            ? nothing
            : html`<p class="muted">${localize.text('state_empty')}</p>`
          : layout === 'menu'
            ? actionMenu(choosing, this.#menu)
            : actionPanel(choosing, layout === 'panel')
      }
      ${this.#doing?.render() ?? nothing}`
  }

  /** Says that a gesture could not be carried out for lack of its parts. */
  #missing(): TemplateResult | typeof nothing {
    const again = this.waiting?.again
    if (again === undefined) return nothing
    return html`<div part="problem" class="row">
      <p class="fault">${this.localize.say(actionsWords, 'parts_missing')}</p>
      <button type="button" @click=${again}>${this.localize.text('retry')}</button>
    </div>`
  }

  #operation(operation: Operation): TemplateResult {
    return operationView(this.localize, operation, this.#doing?.follow(operation) ?? nothing)
  }

  #busyWith(step: Step): string | undefined {
    if (step.at === 'sending') return step.task.action.name
    return this.waiting?.again === undefined ? this.waiting?.action : undefined
  }

  #choose(task: Task): void {
    const { name, input, result, confirmation } = task.action
    const isSentAtOnce = Object.keys(input.properties).length === 0 && !confirmation.preview
    this.#withDoing(name, result.open && isSentAtOnce, (doing) =>
      doing.dispatch({ type: 'chose', task }),
    )
  }

  /** Makes what carries gestures out, for an operation that offers some. */
  #equip(): void {
    if (this.#doing !== undefined) return
    lateDoing.get().then(
      (made) => {
        if (!this.isConnected) return
        if (this.waiting?.action === '') this.waiting = undefined
        this.#make(made)
      },
      () => {
        this.waiting ??= {
          action: '',
          again: () => {
            this.waiting = undefined
            this.#equip()
          },
        }
      },
    )
  }

  /**
   * Carries a gesture out, at once if everything for it is here.
   *
   * @param opensTab whether a tab must be opened while the gesture lasts
   */
  #withDoing(action: string, opensTab: boolean, run: (doing: Doing) => void): void {
    const here = lateDoing.now
    if (here !== undefined) {
      this.waiting = undefined
      run(this.#make(here))
      return
    }
    if (this.waiting !== undefined && this.waiting.again === undefined) return
    const waiting: Waiting = { action, again: undefined }
    const tab = opensTab ? (openTab(this.localize.text('loading')) ?? 'blocked') : undefined
    const close = () => {
      if (tab !== 'blocked') tab?.close()
    }
    this.waiting = waiting
    this.said = this.localize.text('loading')
    lateDoing.get().then(
      (made) => {
        // Left meanwhile, or shown for another service.
        if (this.waiting !== waiting) return close()
        this.waiting = undefined
        this.said = ''
        const doing = this.#make(made)
        if (tab !== undefined) doing.take(tab)
        run(doing)
      },
      () => {
        close()
        if (this.waiting !== waiting) return
        this.waiting = { action, again: () => this.#withDoing(action, opensTab, run) }
        this.said = this.localize.say(actionsWords, 'parts_missing')
        this.#tellError(localProblem('offline'))
      },
    )
  }

  #make(made: typeof Doing): Doing {
    if (this.#doing !== undefined) return this.#doing
    const element = this
    this.requestUpdate()
    this.#doing = new made({
      element,
      localize: this.localize,
      get flow() {
        return element.flow
      },
      get session() {
        return element.session
      },
      get actions() {
        return element.answer?.actions ?? []
      },
      get domain() {
        return element.answer?.service.domain ?? null
      },
      get said() {
        return element.said
      },
      set said(text) {
        element.said = text
      },
      move: (flow) => this.#move(flow),
      tellError: (problem) => this.#tellError(problem),
      dismiss: () => this.#dismiss(),
      reread: () => void this.#reread(),
    })
    return this.#doing
  }

  #dismiss(): void {
    this.#forget()
    this.#watch({ type: 'dismissed' })
    this.renderRoot.querySelector<HTMLElement>('[part~="action"], #menu-button')?.focus()
  }

  #watch(event: WatchEvent): void {
    this.#move(watching(this.flow, event))
  }

  /** Takes the flow as it is now, and has done what a new step asks for. */
  #move(flow: Flow): void {
    const { session, flow: before } = this
    if (flow === before || session === undefined) return
    this.flow = flow
    if (flow.operation !== before.operation && flow.operation !== undefined)
      this.#onOperation(before.operation, flow.operation)
    const { step } = flow
    if (step === before.step) return
    if (step.at === 'choosing')
      this.#focusOperation =
        this.#doing?.isOpen === true &&
        flow.operation !== before.operation &&
        flow.operation !== undefined
    this.#doing?.enter(session, step, before.step)
  }

  #take(session: Session, answer: Actions): void {
    this.answer = answer
    session.store.serviceVersion = answer.service.version
    this.unseen = undefined
    const { unknown } = arrange(answer.actions, this.actions)
    const fresh = unknown.filter((name) => !this.#warned.has(name))
    for (const name of fresh) this.#warned.add(name)
    if (fresh.length > 0)
      console.warn(
        `<provision-actions> is not offered ${fresh.join(', ')}: unknown, outside the token, or not for this service now.`,
      )
    // What is unavailable until a time soon may be there before it: somebody else finds out that the server is back.
    if (answer.actions.some(({ reasons }) => reasons[0]?.until))
      setTimeout(() => this.answer === answer && this.#reread(), LOOK_AGAIN)
    const { operation } = answer
    if (operation !== undefined || answer.scheduled !== undefined) this.#equip()
    else if (answer.actions.length > 0) lateDoing.prefetch()
    if (operation === undefined) return
    this.#watch({ type: 'told', operation })
    session.follow(operation)
  }

  #onNews(session: Session, change: StoreChange): void {
    switch (change.kind) {
      case 'operation':
        this.unseen = undefined
        this.#equip()
        this.#watch({ type: 'told', operation: change.operation })
        return
      case 'operation_unseen':
        if (this.flow.operation?.id !== change.id) return
        this.unseen = asProblem(change.thrown)
        return
      case 'stale':
        if (change.what === 'service' && this.session === session) void this.#reread()
    }
  }

  /** Reads again behind what is shown, which stays if it cannot be read. */
  async #reread(): Promise<void> {
    const { session } = this
    // What is being read for the first time may be old before it comes.
    if (this.state === 'connecting') return this.refresh()
    if (session === undefined || this.answer === undefined) return
    this.#rereading?.abort()
    const reading = new AbortController()
    this.#rereading = reading
    try {
      await this.load(session, reading.signal)
    } catch (thrown) {
      if (!reading.signal.aborted) this.unseen = asProblem(thrown)
    }
  }

  #onOperation(before: Operation | undefined, operation: Operation): void {
    this.dispatchEvent(new ProvisionOperationEvent(operation))
    if (before?.id === operation.id && before.state === operation.state) return
    const word = this.localize.say(actionsWords, `operation_${operation.state}`)
    const more = operation.error ?? operation.waiting
    this.said = `${operation.label}: ${word}. ${more?.text ?? ''}`.trim()
    if (isFinished(operation) && operation.state !== 'succeeded' && operation.error !== undefined)
      this.dispatchEvent(new ProvisionErrorEvent(operation.error.code, undefined))
  }

  #tellError(problem: ProvisionProblem): void {
    this.dispatchEvent(new ProvisionErrorEvent(problem.code, problem.requestId))
  }

  #forget(): void {
    this.#doing?.forget()
    this.waiting = undefined
    if (this.flow.step.at !== 'choosing') this.flow = { ...this.flow, step: start.step }
  }

  /** A page that is kept for "back" keeps no secrets. */
  readonly #onLeave = (): void => {
    this.#forget()
  }

  readonly #onReturn = (event: PageTransitionEvent): void => {
    if (event.persisted) void this.refresh()
  }
}

declare global {
  interface HTMLElementTagNameMap {
    'provision-actions': ProvisionActions
  }
}
