import { html, nothing, type PropertyValues, type TemplateResult } from 'lit'
import { repeat } from 'lit/directives/repeat.js'
import type { Configuration } from '../../bff/contract/resources.ts'
import type { Service } from '../../bff/contract/service.ts'
import { ProvisionElement } from '../parts/base-element.ts'
import { LiveChoices } from '../parts/choices.ts'
import { ModalDialog } from '../parts/dialog.ts'
import { type ElementState, ProvisionErrorEvent } from '../parts/events.ts'
import { SchemaForm } from '../parts/form.ts'
import { problemText } from '../parts/problem-text.ts'
import { asProblem, localProblem, type ProvisionProblem } from '../session/problem.ts'
import type { Session } from '../session/session.ts'
import type { StoreChange } from '../session/store.ts'
import { card } from './card-view.ts'
import { choice } from './choice-view.ts'
import {
  elementState,
  type Flow,
  type FlowEvent,
  type Job,
  next,
  start,
} from './configuration.machine.ts'
import { configurationStyles } from './configuration.styles.ts'
import { formSchema } from './configuration-form.ts'
import { type Answer, configurationPath, send, servicePath, test } from './send.ts'
import { problemView, stepView } from './step-view.ts'
import { sayingIn } from './words.ts'

/** States in which the base element shows something else than the configurations. */
const OUTER: ReadonlySet<ElementState> = new Set<ElementState>([
  'idle',
  'connecting',
  'forbidden',
  'expired',
  'offline',
  'incompatible',
])

/** What is known of the tenant's configurations, and of the service when one is chosen for. */
interface Known {
  readonly configurations: readonly Configuration[]
  readonly service: Service | undefined
}

/**
 * `<provision-configuration>`: a tenant's servers, whether they answer, and what their tokens may do. With `service` it
 * chooses that service's server while there is no account. For staff.
 *
 * @attr configuration - id of the one to show; all by default. With `service`, the one that is offered first
 * @csspart notice - what has just been done
 * @csspart configuration - a server
 * @csspart state - whether it is in use
 * @csspart facts - where and as whom it is reached
 * @csspart certificate - the certificate it shows
 * @csspart test - how the last test ended
 * @csspart rights - what its token may do
 * @csspart buttons - what can be done with it
 * @csspart chosen - the server of the service
 * @csspart choice - the choice of one
 * @csspart dialog - the dialog of what was chosen
 * @csspart dialog-heading - its heading
 * @csspart fault - what is wrong with an input or a request
 * @csspart copy - a button that copies a value
 * @cssprop --provision-on-accent - colour of text on the accent
 * @cssprop --provision-on-danger - colour of text on the danger colour
 * @cssstate confirming - a person is asked whether to go on
 * @cssstate succeeded - what was asked for is done
 */
export class ProvisionConfiguration extends ProvisionElement {
  static override properties = {
    ...ProvisionElement.properties,
    configuration: {},
    flow: { state: true },
    known: { state: true },
    unseen: { state: true },
    said: { state: true },
    heard: { state: true },
  }
  static override styles = [...ProvisionElement.styles, configurationStyles]

  declare configuration: string | null
  declare protected flow: Flow
  declare protected known: Known | undefined
  /** Why the latest news could not be had; what is shown may be old. */
  declare protected unseen: ProvisionProblem | undefined
  /** What has just been done, for everybody. */
  declare protected said: string
  /** For those who cannot see what changed. */
  declare protected heard: string

  readonly #say = sayingIn(this.localize)
  readonly #dialog = new ModalDialog(this, () => this.#cancel())
  readonly #form = new SchemaForm(
    this,
    this.localize,
    // Nothing in these forms is chosen from a server's list.
    new LiveChoices(this, () => Promise.reject(localProblem('offline'))),
  )
  #rereading: AbortController | undefined
  #hadDialog = false

  constructor() {
    super()
    this.configuration = null
    this.flow = start
    this.known = undefined
    this.unseen = undefined
    this.said = ''
    this.heard = ''
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
    const { configuration } = this
    const all = async () => {
      const path = '/v1/configurations'
      return (await session.get<{ configurations: Configuration[] }>(path, { signal }))
        .configurations
    }
    if (session.service !== null) {
      const [configurations, service] = await Promise.all([
        all(),
        session.get<Service>(servicePath(session), { signal }),
      ])
      this.known = { configurations, service }
    } else {
      const configurations =
        configuration === null
          ? await all()
          : [await session.get<Configuration>(configurationPath(configuration), { signal })]
      this.known = { configurations, service: undefined }
    }
    this.unseen = undefined
    return this.known.configurations.length > 0
  }

  protected override attached(session: Session): () => void {
    return session.store.subscribe((change) => this.#onNews(session, change))
  }

  protected override reset(): void {
    this.#rereading?.abort()
    this.#form.wipe()
    this.flow = start
    this.known = undefined
    this.unseen = undefined
    this.said = ''
    this.heard = ''
  }

  protected override willUpdate(changed: PropertyValues): void {
    super.willUpdate(changed)
    if (changed.has('configuration') && this.hasUpdated && this.session?.service === null) {
      this.reset()
      queueMicrotask(() => void this.refresh())
    }
    if (OUTER.has(this.state) || this.problem !== undefined) return
    const { known } = this
    this.state =
      known === undefined
        ? 'connecting'
        : elementState(this.flow, known.service === undefined && known.configurations.length === 0)
  }

  protected override updated(): void {
    super.updated()
    this.#form.focusFault()
    const { step, done } = this.flow
    const hasDialog = step.at !== 'viewing' && !(step.at === 'sending' && step.quiet)
    if (this.#hadDialog && !hasDialog && done !== undefined && this.#isFocusLost())
      this.renderRoot.querySelector<HTMLElement>('[part~="notice"]')?.focus()
    this.#hadDialog = hasDialog
  }

  protected override renderContent(): TemplateResult | typeof nothing {
    const { known, flow, localize } = this
    if (known === undefined) return nothing
    const say = this.#say
    const content = stepView(flow.step, {
      localize,
      say,
      form: this.#form,
      said: flow.step.at === 'sending' ? this.said : '',
      filled: (event) => {
        event.preventDefault()
        const input = this.#form.submit()
        if (input !== undefined) this.#dispatch({ type: 'filled', input })
      },
      confirm: () => this.#dispatch({ type: 'confirmed' }),
      cancel: () => this.#cancel(),
    })
    return html`${this.#heading(known)}
      <p part="notice" class="notice" role="status" tabindex="-1">${content === undefined ? this.said : ''}</p>
      <p class="visually-hidden" role="status">${content === undefined ? this.heard : ''}</p>
      ${this.unseen === undefined ? nothing : problemView(localize, this.unseen)}
      ${known.service === undefined ? this.#all(known) : this.#choice(known, known.service)}
      ${this.#dialog.render(content)}`
  }

  /** The button that opened the dialog may be gone with what it was for; then a browser leaves focus in the closed dialog. */
  #isFocusLost(): boolean {
    const focused = this.shadowRoot?.activeElement ?? null
    return focused === null || focused.closest('dialog:not([open])') !== null
  }

  #heading({ service }: Known): TemplateResult | typeof nothing {
    const say = this.#say
    if (service !== undefined) return this.heading(say('heading_choice'))
    return this.heading(say(this.configuration === null ? 'heading' : 'heading_one'))
  }

  #all({ configurations }: Known): TemplateResult {
    const say = this.#say
    const isOne = this.configuration !== null
    return html`${
      configurations.length === 0 ? html`<p class="muted">${say('empty')}</p>` : nothing
    }
      <div class="list">
        ${repeat(
          configurations,
          ({ id }) => id,
          (each) => this.#card(each, { manage: true, open: isOne }),
        )}
      </div>
      ${
        isOne
          ? nothing
          : html`<button
              type="button"
              class="highlight"
              @click=${() => this.#choose({ kind: 'add', input: {} })}
            >
              ${say('add')}
            </button>`
      }`
  }

  #choice({ configurations }: Known, service: Service): TemplateResult {
    const current = configurations.find(({ id }) => id === service.configuration)
    return html`${choice(service, configurations, {
      say: this.#say,
      offered: this.configuration,
      choose: (configuration) => this.#choose({ kind: 'choose', configuration }),
    })}
    ${current === undefined ? nothing : this.#card(current, { manage: false, open: false })}`
  }

  #card(configuration: Configuration, more: { manage: boolean; open: boolean }): TemplateResult {
    return card(configuration, {
      ...more,
      localize: this.localize,
      say: this.#say,
      testing: this.flow.tests[configuration.id],
      handlers: {
        choose: (job) => this.#choose(job),
        test: ({ id }) => void this.#test(id),
      },
    })
  }

  #choose(job: Job): void {
    this.#dispatch({ type: 'chose', job })
  }

  #cancel(): void {
    const { step } = this.flow
    if (step.at === 'sending') {
      this.said = this.localize.text('sending_more')
      return
    }
    this.#dispatch({ type: 'cancelled' })
    if (step.at !== 'refused') return
    const { code } = step.problem
    // Whether the lost answer was a yes is found out by looking; a login that is over is asked for by the whole element.
    if (code === 'expired' || code === 'host_session_ended') void this.refresh()
    else void this.#reread()
  }

  /** Moves the flow on and does what the new step asks for. */
  #dispatch(event: FlowEvent): void {
    const before = this.flow.step
    const flow = next(this.flow, event)
    if (flow === this.flow) return
    this.flow = flow
    const { step } = flow
    if (step === before) return
    if (before.at === 'form') this.#form.wipe()
    switch (step.at) {
      case 'viewing':
        return
      case 'form': {
        this.said = ''
        const isRepeated = step.problem !== undefined && before.at === 'sending'
        const schema = formSchema(step.job, isRepeated, this.#say)
        this.#form.open(schema, step.job.input, step.problem, '')
        if (step.problem !== undefined) this.#tellError(step.problem)
        return
      }
      case 'asking':
        this.said = ''
        return
      case 'sending':
        this.said = step.quiet ? this.localize.text('sending') : ''
        void this.#send(step.job)
        return
      case 'refused':
        this.said = ''
        this.#tellError(step.problem)
        return
    }
  }

  async #send(job: Job): Promise<void> {
    const { session } = this
    if (session === undefined) return
    let answer: Answer
    try {
      answer = await send(session, job)
    } catch (thrown) {
      if (this.session === session) this.#dispatch({ type: 'refused', problem: asProblem(thrown) })
      return
    }
    if (this.session !== session) return
    const { label: name, id } = answer.configuration
    const isAwaited = this.flow.step.at === 'sending'
    this.#dispatch({ type: 'answered', name })
    if (isAwaited) this.said = this.#say(`done_${job.kind}`, { name })
    this.#take(answer)
    session.invalidate('configurations')
    session.invalidate('service')
    if (answer.kind === 'service') session.invalidate('fields')
    if (answer.kind !== 'configuration') return
    // What was changed is tried at once, also where it is disabled: that is how it is tried before it is let loose.
    const isOnOff = job.kind === 'enable' || job.kind === 'disable'
    if (answer.configuration.test === undefined && !isOnOff) await this.#test(id)
  }

  async #test(id: string): Promise<void> {
    const { session } = this
    if (session === undefined || this.flow.tests[id]?.at === 'running') return
    this.#dispatch({ type: 'test_began', id })
    this.heard = this.#say('testing')
    try {
      const configuration = await test(session, id)
      if (this.session !== session) return
      this.#dispatch({ type: 'test_ended', id })
      this.#take({ kind: 'configuration', configuration })
      const result = configuration.test?.text.text
      if (result !== undefined)
        this.heard = this.#say('test_of', { name: configuration.label, result })
      // Whatever was asked before this may be answered without it.
      session.invalidate('configurations')
      session.invalidate('service')
    } catch (thrown) {
      if (this.session !== session) return
      const problem = asProblem(thrown)
      this.#dispatch({ type: 'test_ended', id, problem })
      this.heard = problemText(this.localize, problem)
      this.#tellError(problem)
    }
  }

  #take(answer: Answer): void {
    const { known } = this
    if (known === undefined) return
    const { configurations, service } = known
    const { id } = answer.configuration
    switch (answer.kind) {
      case 'configuration': {
        const isKnown = configurations.some((each) => each.id === id)
        this.known = {
          service,
          configurations: isKnown
            ? configurations.map((each) => (each.id === id ? answer.configuration : each))
            : [...configurations, answer.configuration],
        }
        return
      }
      case 'removed':
        this.known = { service, configurations: configurations.filter((each) => each.id !== id) }
        return
      case 'service':
        this.known = { configurations, service: answer.service }
    }
  }

  #onNews(session: Session, change: StoreChange): void {
    if (change.kind !== 'stale' || this.session !== session) return
    if (change.what === 'configurations') void this.#reread()
    if (change.what === 'service' && session.service !== null) void this.#reread()
  }

  /** Reads again behind what is shown, which stays if it cannot be read. */
  async #reread(): Promise<void> {
    const { session } = this
    const { known, configuration } = this
    // What is being read for the first time may be old before it comes.
    if (this.state === 'connecting') return this.refresh()
    if (session === undefined || known === undefined) return
    // One that was shown alone and deleted cannot be read again.
    if (session.service === null && configuration !== null && known.configurations.length === 0)
      return
    this.#rereading?.abort()
    const reading = new AbortController()
    this.#rereading = reading
    try {
      await this.load(session, reading.signal)
    } catch (thrown) {
      if (!reading.signal.aborted) this.unseen = asProblem(thrown)
    }
  }

  #tellError(problem: ProvisionProblem): void {
    this.dispatchEvent(new ProvisionErrorEvent(problem.code, problem.requestId))
  }

  /** A page that is kept for "back" keeps no token. */
  readonly #onLeave = (): void => {
    this.#form.wipe()
    this.#dispatch({ type: 'left' })
  }

  readonly #onReturn = (event: PageTransitionEvent): void => {
    if (event.persisted) void this.refresh()
  }
}

declare global {
  interface HTMLElementTagNameMap {
    'provision-configuration': ProvisionConfiguration
  }
}
