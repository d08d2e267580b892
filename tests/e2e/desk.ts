import type { Action, Actions } from '../../bff/contract/action.ts'
import type { Operation } from '../../bff/contract/operation.ts'
import type { LogEntry } from '../../bff/contract/resources.ts'
import { DEMO_PIN } from '../../bff/demo/host/sessions.ts'
import { type Hands, mouseOf, type Person, type PersonOptions } from './person.ts'
import type { Stage } from './stage.ts'

const PATIENCE = 30_000
const LOOK_EVERY = 50

/** Staff at one product's page, and what can be asked behind it once something has happened there. */
export class Desk {
  readonly stage: Stage
  readonly person: Person
  readonly hands: Hands
  /** The host's id of the product. */
  readonly service: string
  readonly domain: string

  private constructor(stage: Stage, person: Person, service: string, domain: string) {
    this.stage = stage
    this.person = person
    this.hands = mouseOf(person)
    this.service = service
    this.domain = domain
  }

  /** A new order by staff, its page open and nothing done yet. */
  static async order(stage: Stage, domain: string): Promise<Desk> {
    const person = await stage.person()
    const hands = mouseOf(person)
    await person.goto(`${stage.facts.admin}/clients/1/products`)
    await hands.fill('Domain', domain)
    await hands.press('button', 'Place order')
    const { name } = await person.find('heading', /^Web hosting \d+$/)
    await person.find('button', 'Create account')
    const service = name.slice('Web hosting '.length)
    return new Desk(stage, person, service, domain)
  }

  /** The page of a product that is there, as somebody of the company's staff. */
  static async at(
    stage: Stage,
    client: string,
    service: string,
    options: PersonOptions = {},
  ): Promise<Desk> {
    const person = await stage.person(options)
    await person.goto(`${stage.facts.admin}/clients/${client}/products/${service}`)
    const known = stage.facts.services.find(({ id }) => id === service)
    return new Desk(stage, person, service, known?.domain ?? '')
  }

  /** Chooses an action that opens a dialog. */
  async choose(action: string): Promise<void> {
    await this.hands.press('button', action)
    await this.person.find('dialog', action)
  }

  /** Orders the account with what stands in the form, and with what else is filled in. */
  async create(fill: () => Promise<void> = async () => undefined): Promise<void> {
    await this.choose('Create account')
    await fill()
    await this.hands.press('button', 'Create account')
  }

  /** Proves who they are on the company's own page, as it asks before what cannot be undone, and goes on. */
  async proveIdentity(): Promise<void> {
    await this.hands.press('link', 'Confirm who you are')
    const tab = await this.person.tabAt('/confirm')
    await mouseOf(tab).fill('PIN', DEMO_PIN)
    await tab.click('button', 'Confirm')
    await tab.reads('Close this tab and go on where you were.')
    await tab.page.close()
    await this.person.page.bringToFront()
    await this.hands.press('button', 'Go on')
  }

  /** Waits until an operation is seen to stand so. */
  async sees(action: string, word: string): Promise<void> {
    await this.person.find('group', `${action} – ${word}`)
  }

  /** Says what was found out about an operation that needs a person. */
  async verdict(action: string, found: string, how: string): Promise<void> {
    await this.hands.press('button', 'Say what happened')
    await this.person.find('dialog', `${action}: what happened?`)
    await this.hands.press('radio', found)
    await this.hands.fill(/^How do you know/, how)
    await this.hands.press('button', 'Record this')
  }

  async #get<T>(path: string): Promise<T> {
    // Minted anew: a story may last longer than a token.
    const { tokens } = await this.stage.demo.facts()
    const answer = await this.stage.bff(tokens.staff, 'GET', path)
    if (!answer.ok) throw new Error(`${path}: ${answer.status} ${await answer.text()}`)
    // The BFF checks its own answers against the contract.
    return (await answer.json()) as T
  }

  /** What the BFF offers staff now. */
  actions(): Promise<Actions> {
    return this.#get(`/services/${this.service}/actions`)
  }

  /** One action of what is offered. */
  async action(name: string): Promise<Action | undefined> {
    return (await this.actions()).actions.find((action) => action.name === name)
  }

  /** The state the service is left in. */
  async state(): Promise<string> {
    return (await this.actions()).service.state
  }

  /** Its operations, newest first. */
  async operations(): Promise<readonly Operation[]> {
    const { operations } = await this.#get<{ operations: Operation[] }>(
      `/services/${this.service}/operations`,
    )
    return operations
  }

  /** Its log, newest first. */
  async log(): Promise<readonly LogEntry[]> {
    return (await this.#get<{ entries: LogEntry[] }>(`/services/${this.service}/logs`)).entries
  }

  /** What the log says of operations, oldest first. */
  async told(): Promise<readonly string[]> {
    const entries = (await this.log()).filter(({ operation }) => operation !== undefined)
    return entries.map(({ message }) => message.text).reverse()
  }

  /** How many accounts the server has under the product's domain. */
  async accounts(): Promise<number> {
    const { accounts } = await this.stage.world()
    return Object.values(accounts).filter(({ domain }) => domain === this.domain).length
  }

  /** How many calls of a function with these parameters the server received. */
  async calls(fn: string, params: Readonly<Record<string, string>>): Promise<number> {
    const calls = await this.stage.calls(fn)
    return calls.filter((call) => {
      const given = new Map(Object.entries(call.params ?? {}))
      return Object.entries(params).every(([name, value]) => given.get(name) === value)
    }).length
  }

  /** Waits until the server has been told so often to make the product's account. */
  async sent(times: number): Promise<void> {
    const end = Date.now() + PATIENCE
    while ((await this.creations()) < times) {
      if (Date.now() > end) throw new Error(`createacct was not sent ${times} times`)
      await new Promise((resolve) => setTimeout(resolve, LOOK_EVERY))
    }
  }

  /** How often the server was told to make the product's account. */
  creations(): Promise<number> {
    return this.calls('createacct', { domain: this.domain })
  }
}
