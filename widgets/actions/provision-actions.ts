import { html, nothing, type PropertyValues, type TemplateResult } from 'lit'
import type { Actions } from '../../bff/contract/action.ts'
import type { Input } from '../../bff/contract/dialect.ts'
import type { Operation } from '../../bff/contract/operation.ts'
import { ProvisionElement } from '../parts/base-element.ts'
import { LiveChoices } from '../parts/choices.ts'
import { type ConfirmationFaults, readConfirmation } from '../parts/confirmation.ts'
import { ModalDialog } from '../parts/dialog.ts'
import { type ElementState, ProvisionErrorEvent, ProvisionOperationEvent } from '../parts/events.ts'
import { SchemaForm } from '../parts/form.ts'
import { faultsByField } from '../parts/form-values.ts'
import { MenuButton } from '../parts/menu.ts'
import { operationView } from '../parts/operation-view.ts'
import { statusLine } from '../parts/status-line.ts'
import { asProblem, localProblem, type ProvisionProblem } from '../session/problem.ts'
import type { Session } from '../session/session.ts'
import type { StoreChange } from '../session/store.ts'
import { type Flow, type FlowEvent, isHeld, next, type Step, start } from './actions.machine.ts'
import { actionsStyles } from './actions.styles.ts'
import { arrange } from './arrange.ts'
import { actionMenu, actionPanel, type Choosing } from './choose-view.ts'
import { elementState } from './element-state.ts'
import { keptSecrets, resolveAction, taskButtons } from './follow-view.ts'
import { Sender } from './sender.ts'
import { problemNote, stepView } from './step-view.ts'
import { formOf, isFinished, type Secret, secretsOf, type Task, withoutSecrets } from './task.ts'

/** States in which the base element shows something else than the actions. */
const OUTER: ReadonlySet<ElementState> = new Set<ElementState>([
  'idle',
  'connecting',
  'forbidden',
  'expired',
  'offline',
  'incompatible',
])

/** What is known of an operation that was sent from here. */
interface Sent {
  readonly operation: string
  readonly secrets: readonly Secret[]
  readonly input: Input
}

/**
 * `<provision-actions>`: what can be done with a service, and doing it.
 *
 * @attr actions - `all`, or names in order; it leaves out, it never adds
 * @attr layout - `panel`, `buttons` or `menu`
 * @fires provision-action-request - before something is sent; cancelable
 * @fires provision-operation - when an operation was started or has changed
 * @csspart status state operation action group buttons blocked menu-button menu dialog
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
  }
  static override styles = [...ProvisionElement.styles, actionsStyles]

  declare actions: string | null
  declare layout: 'panel' | 'buttons' | 'menu' | null
  declare protected flow: Flow
  declare protected answer: Actions | undefined
  /** Why the latest news could not be had; what is shown may be old. */
  declare protected unseen: ProvisionProblem | undefined
  /** For those who cannot see what changed. */
  declare protected said: string

  readonly #dialog = new ModalDialog(this, () => this.#cancel())
  readonly #menu = new MenuButton(this)
  readonly #form = new SchemaForm(
    this,
    this.localize,
    new LiveChoices(this, (list, signal) => this.#ask(list, signal)),
  )
  readonly #sender = new Sender({
    element: this,
    localize: this.localize,
    isAt: (step) => this.flow.step === step,
    dispatch: (event) => this.#dispatch(event),
    say: (text) => {
      this.said = text
    },
    sent: ({ action }, input, operation) => {
      this.#visible = false
      this.#sent = {
        operation: operation.id,
        secrets: secretsOf(action.input, input),
        input: withoutSecrets(action.input, input),
      }
    },
  })
  #isDialogOpen = false
  #faults: ConfirmationFaults = {}
  #sent: Sent | undefined
  #visible = false
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
    this.#sender.stop()
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
    this.state = elementState(this.flow, groups.length + blocked.length === 0)
  }

  protected override updated(): void {
    super.updated()
    this.#form.focusFault()
    if (!this.#focusOperation) return
    this.#focusOperation = false
    this.renderRoot.querySelector<HTMLElement>('.operation')?.focus()
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
      busy: step.at === 'sending' ? step.task.action.name : undefined,
      held: (action) => isHeld(flow, { action, purpose: { kind: 'submit' } }),
      choose: (action) => this.#choose({ action, purpose: { kind: 'submit' } }),
    }
    return html`<p class="visually-hidden" role="status">${this.#isDialogOpen ? '' : this.said}</p>
      ${layout === 'panel' ? this.heading(localize.text('actions_heading')) : nothing}
      ${layout === 'menu' ? nothing : statusLine(localize, answer.service)}
      ${this.unseen === undefined ? nothing : problemNote(localize, this.unseen)}
      ${flow.operation === undefined ? nothing : this.#operation(flow.operation)}
      ${answer.scheduled === undefined ? nothing : this.#operation(answer.scheduled)}
      ${
        arrangement.groups.length + arrangement.blocked.length === 0
          ? html`<p class="muted">${localize.text('state_empty')}</p>`
          : layout === 'menu'
            ? actionMenu(choosing, this.#menu)
            : actionPanel(choosing, layout === 'panel')
      }
      ${this.#dialog.render(this.#isDialogOpen ? this.#stepContent(step) : undefined)}`
  }

  #stepContent(step: Step) {
    return stepView(step, {
      localize: this.localize,
      form: this.#form,
      domain: this.answer?.service.domain ?? null,
      faults: this.#faults,
      said: this.said,
      handlers: {
        filled: (event) => {
          event.preventDefault()
          const input = this.#form.submit()
          if (input !== undefined) this.#dispatch({ type: 'filled', input })
        },
        confirmed: (event) => this.#confirm(event),
        cancel: () => this.#cancel(),
        back: () => this.#dispatch({ type: 'back' }),
        again: () => void this.#again(),
        open: this.#sender.canOpen ? () => this.#sender.open() : undefined,
      },
    })
  }

  #operation(operation: Operation): TemplateResult {
    const { localize } = this
    const kept = this.#sent?.operation === operation.id ? this.#sent.secrets : []
    return operationView(localize, operation, {
      kept: keptSecrets(localize, kept, this.#visible, () => {
        this.#visible = !this.#visible
        this.requestUpdate()
      }),
      buttons: taskButtons(localize, operation, (what) => {
        if (what === 'dismiss') this.#dismiss()
        else this.#goOn(what, operation)
      }),
    })
  }

  #choose(task: Task, input: Input = {}): void {
    this.#dispatch({ type: 'chose', task, input })
  }

  /** Retry, verdict or cancelling: what the BFF offers for an operation. */
  #goOn(kind: 'retry' | 'resolve' | 'cancel', operation: Operation): void {
    const known = this.answer?.actions.find(({ name }) => name === operation.action)
    const own = resolveAction(this.localize, operation, kind)
    const sent = this.#sent?.operation === operation.id ? this.#sent.input : {}
    if (kind === 'retry') this.#choose({ action: known ?? own, purpose: { kind, operation } }, sent)
    else this.#choose({ action: own, purpose: { kind, operation } })
  }

  #dismiss(): void {
    this.#forget()
    this.#dispatch({ type: 'dismissed' })
    this.renderRoot.querySelector<HTMLElement>('[part~="action"], #menu-button')?.focus()
  }

  #confirm(event: SubmitEvent): void {
    event.preventDefault()
    const { step } = this.flow
    const form = event.currentTarget
    if (step.at !== 'confirming' || !(form instanceof HTMLFormElement)) return
    const { confirmation, faults } = readConfirmation(
      form,
      step.task.action.confirmation,
      step.preview,
      this.answer?.service.domain ?? null,
      this.localize,
    )
    this.#faults = faults
    if (Object.keys(faults).length > 0) this.requestUpdate()
    else this.#dispatch({ type: 'confirmed', confirmation })
  }

  #cancel(): void {
    const { step } = this.flow
    if (step.at === 'sending') {
      this.said = this.localize.text('sending_more')
      return
    }
    // Whether the lost answer was a yes is found out by looking.
    if (step.at === 'refused' && step.problem.code === 'offline') void this.#reread()
    this.#dispatch({ type: 'cancelled' })
  }

  async #again(): Promise<void> {
    const { step } = this.flow
    const { session } = this
    if (step.at !== 'refused' || session === undefined) return
    if (step.problem.code === 'expired' || step.problem.code === 'host_session_ended') {
      try {
        await session.signInAgain()
      } catch (thrown) {
        this.#tellError(asProblem(thrown))
        return
      }
    }
    this.#dispatch({ type: 'again' })
  }

  /** Moves the flow on and does what the new step asks for. */
  #dispatch(event: FlowEvent): void {
    const { session, flow: before } = this
    const flow = next(before, event)
    if (flow === before || session === undefined) return
    this.flow = flow
    if (flow.operation !== before.operation && flow.operation !== undefined)
      this.#onOperation(before.operation, flow.operation)
    const { step } = flow
    if (step === before.step) return
    if (step.at === 'choosing') {
      this.#focusOperation =
        this.#isDialogOpen && flow.operation !== before.operation && flow.operation !== undefined
      this.#isDialogOpen = false
      this.#sender.forget()
      this.#form.wipe()
      return
    }
    // What needs no more words is sent without a dialog.
    if (step.at !== 'sending') this.#isDialogOpen = true
    switch (step.at) {
      case 'form':
        this.#form.open(
          formOf(step.task),
          step.input,
          step.problem,
          step.task.purpose.kind === 'resolve' ? '' : '/input',
        )
        return
      case 'previewing':
        this.said = ''
        void this.#sender.preview(session, step)
        return
      case 'confirming': {
        const { fields } = faultsByField(
          step.problem?.errors ?? [],
          ['domain', 'accounts'],
          '/confirmation',
        )
        const [domain, accounts] = [fields.get('domain'), fields.get('accounts')]
        this.#faults = { ...(domain && { domain }), ...(accounts && { accounts }) }
        return
      }
      case 'sending':
        this.said = ''
        void this.#sender.send(session, step, before.step.at === 'refused')
        return
      case 'refused':
        this.#tellError(step.problem)
        return
      case 'answered':
        return
    }
  }

  async #ask<T>(list: string, signal: AbortSignal): Promise<T> {
    const { session } = this
    if (session === undefined || session.service === null) throw localProblem('offline')
    return session.get<T>(`/v1/services/${encodeURIComponent(session.service)}/choices/${list}`, {
      signal,
    })
  }

  #take(session: Session, answer: Actions): void {
    this.answer = answer
    this.unseen = undefined
    const { unknown } = arrange(answer.actions, this.actions)
    const fresh = unknown.filter((name) => !this.#warned.has(name))
    for (const name of fresh) this.#warned.add(name)
    if (fresh.length > 0)
      console.warn(
        `<provision-actions> is not offered ${fresh.join(', ')}: unknown, outside the token, or not for this service now.`,
      )
    const { operation } = answer
    if (operation === undefined) return
    this.#dispatch({ type: 'told', operation })
    session.follow(operation)
  }

  #onNews(session: Session, change: StoreChange): void {
    switch (change.kind) {
      case 'operation':
        this.unseen = undefined
        this.#dispatch({ type: 'told', operation: change.operation })
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
    const word = this.localize.text(`operation_${operation.state}`)
    const more = operation.error ?? operation.waiting
    this.said = `${operation.label}: ${word}. ${more?.text ?? ''}`.trim()
    if (isFinished(operation) && operation.state !== 'succeeded' && operation.error !== undefined)
      this.dispatchEvent(new ProvisionErrorEvent(operation.error.code, undefined))
  }

  #tellError(problem: ProvisionProblem): void {
    this.dispatchEvent(new ProvisionErrorEvent(problem.code, problem.requestId))
  }

  #forget(): void {
    this.#sent = undefined
    this.#visible = false
    this.#sender.forget()
    this.#faults = {}
    this.#isDialogOpen = false
    this.#form.wipe()
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
