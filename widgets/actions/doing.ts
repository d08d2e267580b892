import { html, type LitElement, nothing, type TemplateResult } from 'lit'
import type { Action } from '../../bff/contract/action.ts'
import type { Input } from '../../bff/contract/dialect.ts'
import type { Operation } from '../../bff/contract/operation.ts'
import { doingWords } from '../locales/doing-words.ts'
import type { Localize } from '../locales/localize.ts'
import { LiveChoices } from '../parts/choices.ts'
import { type ConfirmationFaults, readConfirmation } from '../parts/confirmation.ts'
import { ModalDialog } from '../parts/dialog.ts'
import { SchemaForm } from '../parts/form.ts'
import { faultsByField } from '../parts/form-values.ts'
import { shownValues } from '../parts/shown-values.ts'
import { asProblem, localProblem, type ProvisionProblem } from '../session/problem.ts'
import type { Session } from '../session/session.ts'
import { next } from './actions.machine.ts'
import { attentionView } from './attention-view.ts'
import { doingStyles } from './doing.styles.ts'
import type { Flow, FlowEvent, Step } from './flow.ts'
import { keptSecrets } from './kept-secrets.ts'
import type { EarlyTab } from './login-tab.ts'
import { resolveAction } from './resolve-action.ts'
import { Sender } from './sender.ts'
import { stepView } from './step-view.ts'
import type { Task } from './task.ts'
import { taskButtons } from './task-buttons.ts'
import { formOf, type Secret, secretsOf, withoutSecrets } from './task-input.ts'

/** What the way through a task needs of its element. */
export interface DoingHost {
  readonly element: LitElement & { readonly service: string | null }
  readonly localize: Localize
  readonly flow: Flow
  readonly session: Session | undefined
  /** The actions that are offered now. */
  readonly actions: readonly Action[]
  /** Domain of the service's account. */
  readonly domain: string | null
  /** What is told to those who cannot see it. */
  said: string
  /** Takes the flow after an event. */
  move(flow: Flow): void
  tellError(problem: ProvisionProblem): void
  /** Puts a finished operation out of sight. */
  dismiss(): void
  /** Reads again behind what is shown. */
  reread(): void
}

/** What is known of an operation that was sent from here. */
interface Sent {
  readonly operation: string
  readonly secrets: readonly Secret[]
  readonly input: Input
}

/** A person's way through one task: form, preview, confirmation, sending, answer. Fetched when first wanted. */
export class Doing {
  readonly #host: DoingHost
  readonly #dialog: ModalDialog
  readonly #form: SchemaForm
  readonly #sender: Sender
  #isOpen = false
  #faults: ConfirmationFaults = {}
  #sent: Sent | undefined
  #visible = false
  /** The page asks the person something: no dialog of ours may be in front of it. */
  #isAside = false

  constructor(host: DoingHost) {
    const { element, localize } = host
    this.#host = host
    this.#dialog = new ModalDialog(element, () => this.#cancel())
    this.#form = new SchemaForm(
      element,
      localize,
      new LiveChoices(element, (list, signal) => this.#ask(list, signal)),
    )
    this.#sender = new Sender({
      element,
      localize,
      isAt: (step) => host.flow.step === step,
      dispatch: (event) => this.dispatch(event),
      say: (text) => {
        host.said = text
      },
      stepsAside: (isAside) => {
        this.#isAside = isAside
        host.said = isAside ? localize.say(doingWords, 'step_up_waiting') : ''
        element.requestUpdate()
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
    const { renderRoot } = element
    if (renderRoot instanceof ShadowRoot && doingStyles.styleSheet !== undefined)
      renderRoot.adoptedStyleSheets = [...renderRoot.adoptedStyleSheets, doingStyles.styleSheet]
  }

  get isOpen(): boolean {
    return this.#isOpen && !this.#isAside
  }

  /** Moves the flow on. */
  dispatch(event: FlowEvent): void {
    this.#host.move(next(this.#host.flow, event))
  }

  /** Takes a tab that was opened in the gesture before this was here. */
  take(tab: EarlyTab): void {
    this.#sender.early = tab
  }

  /** Does what the flow's step asks for, which was another one before. */
  enter(session: Session, step: Step, before: Step): void {
    if (step.at === 'choosing') {
      this.#isOpen = false
      this.#sender.forget()
      this.#form.wipe()
      return
    }
    // What needs no more words is sent without a dialog.
    if (step.at !== 'sending') this.#isOpen = true
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
        this.#host.said = ''
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
        this.#host.said = ''
        void this.#sender.send(session, step, before.at === 'refused')
        return
      case 'refused':
        this.#host.tellError(step.problem)
        return
      case 'answered':
        return
    }
  }

  /** The dialog of the flow's step. */
  render(): TemplateResult {
    const { localize, domain, said, flow } = this.#host
    const content = this.isOpen
      ? stepView(flow.step, {
          localize,
          form: this.#form,
          domain,
          faults: this.#faults,
          said,
          handlers: {
            filled: (event) => {
              event.preventDefault()
              const input = this.#form.submit()
              if (input !== undefined) this.dispatch({ type: 'filled', input })
            },
            confirmed: (event) => this.#confirm(event),
            cancel: () => this.#cancel(),
            back: () => this.dispatch({ type: 'back' }),
            again: () => void this.#again(),
            open: this.#sender.canOpen ? () => this.#sender.open() : undefined,
          },
        })
      : undefined
    return html`${this.#isAside ? html`<p>${localize.say(doingWords, 'step_up_waiting')}</p>` : nothing}
      ${this.#dialog.render(content)}`
  }

  /** Called when the element has shown what there is. */
  updated(): void {
    this.#form.focusFault()
  }

  /** What came of an operation, secrets that were sent with it until they are dismissed, and what can be done. */
  follow(operation: Operation): TemplateResult {
    const { localize, element } = this.#host
    const { id, result } = operation
    const kept = this.#sent?.operation === id ? this.#sent.secrets : []
    const toggle = () => {
      this.#visible = !this.#visible
      element.requestUpdate()
    }
    return html`${attentionView(localize, operation)}
      ${result === undefined ? nothing : shownValues(localize, result.show)}
      ${keptSecrets(localize, kept, this.#visible, toggle)}
      ${taskButtons(localize, operation, (what) => {
        if (what === 'dismiss') this.#host.dismiss()
        else this.#goOn(what, operation)
      })}`
  }

  #goOn(kind: 'retry' | 'resolve' | 'cancel', operation: Operation): void {
    const { localize, actions } = this.#host
    const known = actions.find(({ name }) => name === operation.action)
    const own = resolveAction(localize, operation, kind)
    const task: Task = {
      action: kind === 'retry' ? (known ?? own) : own,
      purpose: { kind, operation },
    }
    const isOwn = kind === 'retry' && this.#sent?.operation === operation.id
    this.dispatch({ type: 'chose', task, input: isOwn ? (this.#sent?.input ?? {}) : {} })
  }

  /** Forgets everything that was filled in or sent. */
  forget(): void {
    this.#sent = undefined
    this.#visible = false
    this.#sender.forget()
    this.#faults = {}
    this.#isOpen = false
    this.#isAside = false
    this.#form.wipe()
  }

  /** Gives up waiting for answers; what was sent runs on. */
  stop(): void {
    this.#sender.stop()
    this.forget()
  }

  #confirm(event: SubmitEvent): void {
    event.preventDefault()
    const { step } = this.#host.flow
    const form = event.currentTarget
    if (step.at !== 'confirming' || !(form instanceof HTMLFormElement)) return
    const { confirmation, faults } = readConfirmation(
      form,
      step.task.action.confirmation,
      step.preview,
      this.#host.domain,
      this.#host.localize,
    )
    this.#faults = faults
    if (Object.keys(faults).length > 0) this.#host.element.requestUpdate()
    else this.dispatch({ type: 'confirmed', confirmation })
  }

  #cancel(): void {
    const { step } = this.#host.flow
    if (step.at === 'sending') {
      this.#host.said = this.#host.localize.text('sending_more')
      return
    }
    // Whether the lost answer was a yes is found out by looking.
    if (step.at === 'refused' && step.problem.code === 'offline') this.#host.reread()
    this.dispatch({ type: 'cancelled' })
  }

  async #again(): Promise<void> {
    const { flow, session } = this.#host
    const { step } = flow
    if (step.at !== 'refused' || session === undefined) return
    if (step.problem.code === 'expired' || step.problem.code === 'host_session_ended') {
      try {
        await session.signInAgain()
      } catch (thrown) {
        this.#host.tellError(asProblem(thrown))
        return
      }
    }
    this.dispatch({ type: 'again' })
  }

  async #ask<T>(list: string, signal: AbortSignal): Promise<T> {
    const { session } = this.#host
    if (session === undefined || session.service === null) throw localProblem('offline')
    return session.get<T>(`/v1/services/${encodeURIComponent(session.service)}/choices/${list}`, {
      signal,
    })
  }
}
