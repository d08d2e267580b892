import type { Preview, ReadResult } from '../../bff/contract/action.ts'
import type { Input } from '../../bff/contract/dialect.ts'
import type { Operation } from '../../bff/contract/operation.ts'
import { doingWords } from '../locales/doing-words.ts'
import type { Localize } from '../locales/localize.ts'
import { pagePorts } from '../session/ports.ts'
import { asProblem, localProblem } from '../session/problem.ts'
import type { Session } from '../session/session.ts'
import { type StepUpWorld, withStepUp } from '../session/step-up.ts'
import { ProvisionActionRequestEvent } from './action-request-event.ts'
import type { FlowEvent, Step } from './flow.ts'
import { isOpenable } from './login-address.ts'
import { type EarlyTab, type LoginTab, openTab } from './login-tab.ts'
import { makeKey } from './make-key.ts'
import { sendUntilAnswered } from './send-until-answered.ts'
import type { Task } from './task.ts'
import { withoutSecrets } from './task-input.ts'
import { actionPath, requestOf } from './task-request.ts'

type At<Name extends Step['at']> = Extract<Step, { at: Name }>

/** What a sender needs of its element. */
export interface SenderHost {
  readonly element: HTMLElement & { readonly service: string | null }
  readonly localize: Localize
  /** Whether the flow is still at this step. */
  isAt(step: Step): boolean
  dispatch(event: FlowEvent): void
  say(text: string): void
  /** The page asks the person to prove who they are, or has done so: until then nothing of ours may be in its way. */
  stepsAside(isAside: boolean): void
  /** An operation has begun with this input. */
  sent(task: Task, input: Input, operation: Operation): void
}

/** Asks the BFF what a step asks for, and tells the flow what came of it. */
export class Sender {
  readonly #host: SenderHost
  #work = new AbortController()
  #key = ''
  /** A one-time address the browser kept from being opened: it waits here, and nowhere else, for one click. */
  #url: string | undefined
  /** A tab that the gesture has opened already; the next sending uses it. */
  early: EarlyTab | undefined

  constructor(host: SenderHost) {
    this.#host = host
  }

  get canOpen(): boolean {
    return this.#url !== undefined
  }

  /** Gives up waiting for answers; what was sent runs on. */
  stop(): void {
    this.#work.abort()
    this.#work = new AbortController()
    this.forget()
  }

  forget(): void {
    this.#dropEarly()
    this.#url = undefined
  }

  async preview(session: Session, step: At<'previewing'>): Promise<void> {
    const { signal } = this.#work
    const isHere = () => !signal.aborted && this.#host.isAt(step)
    // It changes nothing, so it may be sent again with a new token.
    const options = { signal, key: makeKey() }
    const path = `${actionPath(session.service ?? '', step.task.action)}/preview`
    let event: FlowEvent
    try {
      const preview = await withStepUp(this.#stepUpWorld(session, isHere), () =>
        session.post<Preview>(path, { input: step.input }, options),
      )
      event = { type: 'previewed', preview }
    } catch (thrown) {
      event = { type: 'refused', problem: asProblem(thrown) }
    }
    if (isHere()) this.#host.dispatch(event)
  }

  /** @param asked told when the person is asked who they are */
  #stepUpWorld(session: Session, isWanted: () => boolean, asked = () => {}): StepUpWorld {
    return {
      tokens: session.tokens,
      timer: pagePorts().timer,
      page: location.href,
      isWanted,
      asking: (isAsking) => {
        if (isAsking) asked()
        if (isWanted()) this.#host.stepsAside(isAsking)
      },
    }
  }

  /**
   * Sends within a person's gesture.
   *
   * @param isAgain the gesture before this one is repeated, with its key
   */
  async send(session: Session, step: At<'sending'>, isAgain: boolean): Promise<void> {
    const host = this.#host
    const { signal } = this.#work
    const { task, input, confirmation } = step
    const { kind } = task.purpose
    if (!isAgain) this.#key = makeKey()
    const key = this.#key
    const isHere = () => !signal.aborted && host.isAt(step)
    const asks = !isAgain && (kind === 'submit' || kind === 'retry')
    const consent = asks ? this.#consent(task, input) : true
    const tab =
      consent !== false &&
      task.action.result.open &&
      kind === 'submit' &&
      !task.action.confirmation.step_up
        ? this.#openTab()
        : undefined
    this.#dropEarly()
    if (!(await consent) || !isHere()) {
      tab?.close()
      if (isHere()) host.dispatch({ type: 'stopped' })
      return
    }
    const { path, body } = requestOf(session.service ?? '', task, input, confirmation)
    const post = () => session.post<Operation | ReadResult>(path, body, { key, signal })
    try {
      const answer = await withStepUp(
        // What the person is asked stands on this page, which a tab in front of it would hide.
        this.#stepUpWorld(session, isHere, () => tab?.close()),
        task.action.kind === 'read'
          ? post
          : () => sendUntilAnswered(post, (ms) => this.#wait(ms, signal)),
      )
      if (!('steps' in answer) && isHere()) this.#answered(session, answer, tab)
      else tab?.close()
      if ('steps' in answer && !signal.aborted) {
        host.sent(task, input, answer)
        host.dispatch({ type: 'accepted', operation: answer })
        session.follow(answer)
      }
    } catch (thrown) {
      tab?.close()
      if (!isHere()) return
      const problem = asProblem(thrown)
      host.dispatch({ type: 'refused', problem })
      if (problem.operation !== undefined) session.follow(problem.operation)
    }
  }

  /** Only while the gesture lasts may a tab be opened, so one that it has opened already is taken. */
  #openTab(): LoginTab | undefined {
    const { early } = this
    this.early = undefined
    if (early === 'blocked') return undefined
    return early ?? openTab(this.#host.localize.text('loading'))
  }

  #dropEarly(): void {
    if (this.early !== 'blocked') this.early?.close()
    this.early = undefined
  }

  /** Opens what waits, within a person's click. */
  open(): void {
    const url = this.#url
    this.#url = undefined
    if (url !== undefined) openTab(this.#host.localize.text('loading'))?.go(url)
    this.#host.dispatch({ type: 'cancelled' })
  }

  #answered(session: Session, { result, warnings }: ReadResult, tab: LoginTab | undefined): void {
    const host = this.#host
    const { open, ...shown } = result
    for (const what of ['logs' as const, ...result.changed]) session.invalidate(what)
    if (open !== undefined && !isOpenable(open)) {
      tab?.close()
      host.dispatch({ type: 'refused', problem: localProblem('incompatible') })
      return
    }
    const isOpen = open !== undefined && tab?.go(open) === true
    if (!isOpen) {
      tab?.close()
      this.#url = open
    }
    if (isOpen && shown.show.length + warnings.length === 0) {
      host.dispatch({ type: 'stopped' })
      host.say(host.localize.say(doingWords, 'opened'))
    } else host.dispatch({ type: 'answered', answer: { result: shown, warnings } })
  }

  /** Asks the page; `false` at once when it stops the action. */
  #consent({ action }: Task, input: Input): boolean | Promise<boolean> {
    const { element } = this.#host
    const event = new ProvisionActionRequestEvent(
      element.service,
      action.name,
      withoutSecrets(action.input, input),
    )
    element.dispatchEvent(event)
    if (event.defaultPrevented) return false
    return (
      event.answer?.then(
        (answer) => answer !== false,
        () => false,
      ) ?? true
    )
  }

  /** Resolves after a time, or once the network is back. */
  #wait(ms: number, signal: AbortSignal): Promise<void> {
    this.#host.say(this.#host.localize.say(doingWords, 'sending_again'))
    return new Promise((resolve, reject) => {
      const end = new AbortController()
      const done = () => {
        clearTimeout(timer)
        end.abort()
        if (signal.aborted) reject(signal.reason)
        else resolve()
      }
      const timer = setTimeout(done, ms)
      window.addEventListener('online', done, end)
      signal.addEventListener('abort', done, end)
    })
  }
}
