import { setTimeout as wait } from 'node:timers/promises'
import { z } from 'zod'
import type { BffClient } from './bff-client.ts'
import type { Diary } from './diary.ts'
import type { Product } from './plans.ts'
import type { FinalWorld, WhmServer } from './whm-server.ts'

const pageSchema = z.object({
  operations: z.array(z.object({ id: z.string(), state: z.string() }).loose()),
  next: z.string().nullable(),
})
const serviceSchema = z.object({
  state: z.string(),
  username: z.string().nullable(),
  domain: z.string().nullable(),
  package: z.string().nullable(),
})
const FINAL = ['succeeded', 'failed', 'cancelled', 'resolved']
const LOOK_MS = 500

/**
 * Looks once more at every operation there is, until all have ended or time is over: those whose acceptance no client
 * ever heard of as well, and those that clients were told of and that are not there.
 */
export async function sweep(
  client: BffClient,
  diary: Diary,
  products: readonly Product[],
  until: number,
): Promise<void> {
  for (const product of products) {
    for (;;) {
      const open = await readAll(client, diary, product)
      if (!open || Date.now() > until) break
      await wait(LOOK_MS)
    }
  }
}

/** @returns whether something has not ended */
async function readAll(client: BffClient, diary: Diary, product: Product): Promise<boolean> {
  const there = new Set<string>()
  let open = false
  let cursor: string | null = null
  do {
    const query: string = cursor === null ? '' : `?cursor=${cursor}`
    const answer = await client.ask('GET', `/services/${product.id}/operations${query}`)
    const page = pageSchema.parse(answer.body)
    for (const operation of page.operations) {
      there.add(operation.id)
      const told = { ...answer, body: operation }
      if (diary.knows(operation.id)) diary.saw(told)
      else diary.found(product.server, told)
      if (operation.state === 'attention') await resolve(client, operation.id)
      if (!FINAL.includes(operation.state)) open = true
    }
    cursor = page.next
  } while (cursor !== null)
  for (const { id, service } of diary.operations())
    if (service === product.id && !there.has(id)) diary.missed(id, Date.now())
  return open
}

async function resolve(client: BffClient, id: string): Promise<void> {
  const verdict = { verdict: 'abandoned', why: 'the day is over' }
  await client.ask('POST', `/operations/${id}/resolve`, verdict)
}

/** What our record says beside what each server is. */
export async function finalDifferences(
  client: BffClient,
  diary: Diary,
  products: readonly Product[],
  servers: readonly WhmServer[],
): Promise<string[]> {
  const found: string[] = []
  for (const server of servers) {
    const world = await server.world()
    for (const product of products.filter((one) => one.server === server.name)) {
      // The list of actions reads the account again behind it.
      await client.ask('GET', `/services/${product.id}/actions`)
      const answer = await client.ask('GET', `/services/${product.id}`)
      const service = serviceSchema.parse(answer.body)
      const password = confirmedPassword(product, service.username ?? '', diary)
      found.push(...differing(product.id, service, password, world))
    }
  }
  return found
}

/** Which password an account has for certain; undefined after an outcome nobody knows. */
function confirmedPassword(
  { id, passwords }: Pick<Product, 'id' | 'passwords'>,
  account: string,
  diary: Diary,
): string | undefined {
  const setters = diary
    .operations()
    .filter(({ service }) => service === id)
    .sort((a, b) => a.asked_at - b.asked_at)
    .flatMap((operation) => {
      const step = operation.sights
        .at(-1)
        ?.steps.find(
          (one) => ['create', 'change-password'].includes(one.name) && one.account === account,
        )
      const maybe = step !== undefined && ['succeeded', 'sent', 'uncertain'].includes(step.state)
      return maybe ? [{ id: operation.id, sure: step.state === 'succeeded' }] : []
    })
  const last = setters.at(-1)
  return last?.sure === true ? passwords.get(last.id) : undefined
}

/** How one service's record differs from its server. Pure. */
export function differing(
  id: string,
  service: z.infer<typeof serviceSchema>,
  password: string | undefined,
  world: FinalWorld,
): string[] {
  const account = service.username === null ? undefined : world.accounts[service.username]
  if (service.state !== 'active' && service.state !== 'suspended') return []
  if (account === undefined) return [`${id} is ${service.state}, ${service.username} is not there`]
  const is = account.suspended === null ? 'active' : 'suspended'
  return [
    ...(is === service.state ? [] : [`${id} is shown ${service.state} and is ${is}`]),
    ...(service.package === account.package
      ? []
      : [`${id} is shown with ${service.package} and has ${account.package}`]),
    ...(password === undefined || world.passwords[service.username ?? ''] === password
      ? []
      : [`${id} has another password than was confirmed`]),
  ]
}
