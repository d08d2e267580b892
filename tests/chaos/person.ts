import { randomUUID } from 'node:crypto'
import { setTimeout as wait } from 'node:timers/promises'
import { z } from 'zod'
import type { Answered, BffClient } from './bff-client.ts'
import type { Diary, SeenOperation } from './diary.ts'
import { choose, newPassword, type Product } from './plans.ts'
import type { Random } from './random.ts'

const actionsSchema = z.object({
  service: z.object({ domain: z.string().nullable() }),
  operation: z.object({ id: z.string() }).optional(),
  scheduled: z.object({ id: z.string() }).optional(),
  actions: z.array(
    z.object({
      name: z.string(),
      state: z.string(),
      confirmation: z.object({ preview: z.boolean(), domain: z.boolean(), accounts: z.boolean() }),
    }),
  ),
})
const previewSchema = z.object({
  digest: z.string(),
  accounts: z.array(z.object({ username: z.string() })),
})

type Input = Readonly<Record<string, string | number | boolean | null>>
type Offered = z.infer<typeof actionsSchema>
const FINAL = ['succeeded', 'failed', 'cancelled', 'resolved']

/** What all people of a run share. */
export interface Surroundings {
  readonly client: BffClient
  readonly diary: Diary
  readonly random: Random
  /** Whether anything new is still to be asked for. */
  more(): boolean
  /** Whether there is no time left even to wait. */
  over(): boolean
}

/** Somebody of the staff who looks after one product: asks for things, attends to what needs a person. */
export class Person {
  readonly #product: Product
  readonly #around: Surroundings
  readonly #inputs = new Map<string, Input>()

  constructor(product: Product, around: Surroundings) {
    this.#product = product
    this.#around = around
  }

  async work(): Promise<void> {
    const { more, over, random } = this.#around
    while (more() && !over()) {
      const begun = await this.#ask()
      for (const operation of begun) await this.#attend(operation)
      if (begun.length === 0) await wait(random.between(100, 400))
    }
  }

  async #offered(): Promise<Offered | undefined> {
    const answer = await this.#around.client.ask('GET', `/services/${this.#product.id}/actions`)
    return answer.status === 200 ? actionsSchema.parse(answer.body) : undefined
  }

  /** Chooses something and asks for it, twice now and then. @returns the operations that came of it */
  async #ask(): Promise<SeenOperation[]> {
    const { random } = this.#around
    const offered = await this.#offered()
    if (offered === undefined) return []
    if (offered.scheduled !== undefined) await this.#look(offered.scheduled.id, 0.2)
    // Planned for a day that has come, or begun by a gesture that was never answered.
    if (offered.operation !== undefined) return this.#look(offered.operation.id, 0)
    const available = offered.actions.filter(({ state }) => state === 'available')
    const chosen = choose(
      this.#product,
      available.map(({ name }) => name),
      this.#around.diary.actions,
      random,
    )
    if (chosen === undefined) return []
    const { action, input } = chosen
    const path = `/services/${this.#product.id}/actions/${action}`
    const confirmation = await this.#confirmed(offered, action, input)
    if (confirmation === 'refused') return []
    const body = { input, ...(confirmation === undefined ? {} : { confirmation }) }
    const keys = this.#gesture()
    const answers = await Promise.all(
      keys.map(async (key) => ({
        key,
        answer: await this.#around.client.ask('POST', path, body, key),
      })),
    )
    return this.#taken(answers, input)
  }

  #keep(id: string, input: Input): void {
    this.#inputs.set(id, input)
    if (typeof input.password === 'string') this.#product.passwords.set(id, input.password)
  }

  /** Looks at an operation nobody asked for just now. @param cancels how likely it is called off */
  async #look(id: string, cancels: number): Promise<SeenOperation[]> {
    const { client, diary, random } = this.#around
    const answer = random.chance(cancels)
      ? await client.ask('POST', `/operations/${id}/cancel`, {})
      : await client.ask('GET', `/operations/${id}`)
    if (answer.status !== 200) return []
    return [diary.knows(id) ? diary.saw(answer) : diary.found(this.#product.server, answer)]
  }

  /** One key; the same twice for an impatient click; two for two tabs. */
  #gesture(): string[] {
    const { random } = this.#around
    const key = randomUUID()
    if (random.chance(0.1)) return [key, key]
    return random.chance(0.05) ? [key, randomUUID()] : [key]
  }

  #taken(
    answers: readonly { readonly key: string; readonly answer: Answered }[],
    input: Input,
  ): SeenOperation[] {
    const { diary } = this.#around
    const taken = new Map<string, SeenOperation>()
    for (const { key, answer } of answers) {
      if (answer.status !== 202) {
        diary.refused(answer)
        continue
      }
      const operation = diary.accepted(this.#product.server, answer, key)
      taken.set(operation.id, operation)
      this.#keep(operation.id, input)
    }
    return [...taken.values()]
  }

  async #confirmed(
    offered: Offered,
    action: string,
    input: Input,
  ): Promise<Record<string, unknown> | undefined | 'refused'> {
    const needs = offered.actions.find(({ name }) => name === action)?.confirmation
    if (needs?.preview !== true) return undefined
    const path = `/services/${this.#product.id}/actions/${action}/preview`
    const answer = await this.#around.client.ask('POST', path, { input })
    if (answer.status !== 200) {
      this.#around.diary.refused(answer)
      return 'refused'
    }
    const { digest, accounts } = previewSchema.parse(answer.body)
    return {
      digest,
      ...(needs.domain ? { domain: offered.service.domain ?? '' } : {}),
      ...(needs.accounts ? { accounts: accounts.map(({ username }) => username) } : {}),
    }
  }

  /** Watches an operation to its end; where a person is needed, is that person. */
  async #attend(begun: SeenOperation): Promise<void> {
    const { client, diary, random, over } = this.#around
    let operation = begun
    for (let looks = 0; !over(); looks++) {
      if (FINAL.includes(operation.state)) return this.#after(operation)
      if (operation.state === 'attention') {
        const next = await this.#decide(operation)
        if (next === 'ended') return
        if (next !== undefined) {
          operation = next
          continue
        }
      }
      if (random.chance(0.003) && operation.can.includes('cancel'))
        await client.ask('POST', `/operations/${operation.id}/cancel`, {})
      await wait(Math.min(800, 120 + looks * 60) + random.between(0, 60))
      const answer = await client.ask('GET', `/operations/${operation.id}`)
      if (answer.status !== 200) return diary.missed(operation.id, answer.seen_at)
      operation = diary.saw(answer)
    }
  }

  /** Retries, or says what became of it, once either is possible. */
  async #decide(operation: SeenOperation): Promise<SeenOperation | 'ended' | undefined> {
    const { client, diary, random, more } = this.#around
    if (operation.can.includes('retry') && more() && random.chance(0.5)) {
      const retried = await this.#retry(operation)
      if (retried !== undefined) return retried
    }
    if (!operation.can.includes('resolve')) return undefined
    const verdict = random.chance(0.5) ? 'done' : 'abandoned'
    const path = `/operations/${operation.id}/resolve`
    const answer = await client.ask('POST', path, { verdict, why: 'looked at the server' })
    if (answer.status !== 200) return undefined
    diary.saw(answer)
    return 'ended'
  }

  async #retry(operation: SeenOperation): Promise<SeenOperation | undefined> {
    const { client, diary, random } = this.#around
    const fresh = ['create', 'change-password'].includes(operation.action)
      ? { password: newPassword(random) }
      : {}
    const input = { ...this.#inputs.get(operation.id), ...fresh }
    const offered = await this.#offered()
    if (offered === undefined) return undefined
    const confirmation = await this.#confirmed(offered, operation.action, input)
    if (confirmation === 'refused') return undefined
    const key = randomUUID()
    const answer = await client.ask(
      'POST',
      `/operations/${operation.id}/retry`,
      { input, ...(confirmation === undefined ? {} : { confirmation }) },
      key,
    )
    if (answer.status !== 202) {
      diary.refused(answer)
      return undefined
    }
    const next = diary.accepted(this.#product.server, answer, key)
    this.#keep(next.id, input)
    const old = await client.ask('GET', `/operations/${operation.id}`)
    if (old.status === 200) diary.saw(old)
    return next
  }

  /** What a product's billing system keeps of an operation that ended. */
  async #after(operation: SeenOperation): Promise<void> {
    const { random } = this.#around
    const account = operation.steps[0]?.account
    if (operation.action === 'create' && account !== undefined && operation.state !== 'cancelled')
      this.#product.username = account
    // One that waits for its day has only suspended the account.
    const gone = operation.steps.some(
      (step) =>
        step.name === 'delete' &&
        step.state === 'succeeded' &&
        step.account === this.#product.username,
    )
    if (gone) this.#product.username = undefined
    if (operation.can.includes('retry') && this.#around.more() && random.chance(0.7)) {
      const retried = await this.#retry(operation)
      if (retried !== undefined) await this.#attend(retried)
    }
  }
}
