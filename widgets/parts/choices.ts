import type { ReactiveController, ReactiveControllerHost } from 'lit'
import type { ChoiceList } from '../../bff/contract/dialect.ts'
import type { Choices, PasswordPolicy } from '../../bff/contract/resources.ts'

export type Choice = Choices['choices'][number]

/** `failed`: the server cannot be asked, so the person types. */
export type ChoiceState =
  | { readonly at: 'loading' }
  | { readonly at: 'failed' }
  | { readonly at: 'ready'; readonly choices: readonly Choice[] }

type AskList = (list: ChoiceList, signal: AbortSignal) => Promise<Choices | PasswordPolicy>

/** Lists a form offers, each asked of the server once per form. */
export class LiveChoices implements ReactiveController {
  readonly #host: ReactiveControllerHost
  readonly #ask: AskList
  readonly #lists = new Map<ChoiceList, ChoiceState>()
  #strength = 0
  #open = new AbortController()

  constructor(host: ReactiveControllerHost, ask: AskList) {
    this.#host = host
    this.#ask = ask
    host.addController(this)
  }

  hostDisconnected(): void {
    this.#open.abort()
  }

  /** Least strength of a password the server accepts, 0 to 100; 0 until it is known. */
  get strength(): number {
    return this.#strength
  }

  of(list: ChoiceList): ChoiceState {
    return this.#lists.get(list) ?? { at: 'loading' }
  }

  /** Asks anew for these lists, and forgets the others. */
  start(lists: Iterable<ChoiceList>): void {
    this.#open.abort()
    this.#open = new AbortController()
    this.#lists.clear()
    this.#strength = 0
    for (const list of new Set(lists)) void this.#fetch(list, this.#open.signal)
  }

  async #fetch(list: ChoiceList, signal: AbortSignal): Promise<void> {
    this.#lists.set(list, { at: 'loading' })
    let state: ChoiceState
    try {
      const answer = await this.#ask(list, signal)
      if ('choices' in answer) state = { at: 'ready', choices: answer.choices }
      else {
        this.#strength = Math.max(answer.create ?? 0, answer.change ?? 0)
        state = { at: 'ready', choices: [] }
      }
    } catch {
      // Whatever the reason, the person can still type; what is wrong with that the BFF says.
      state = { at: 'failed' }
    }
    if (signal.aborted) return
    this.#lists.set(list, state)
    this.#host.requestUpdate()
  }
}
