import assert from 'node:assert/strict'
import { randomBytes, randomUUID } from 'node:crypto'
import { setTimeout as wait } from 'node:timers/promises'
import { exportJWK, generateKeyPair, SignJWT } from 'jose'
import { z } from 'zod'
import { RESOURCE_SCOPES } from '../../../bff/contract/scopes.ts'
import { freeInARow } from '../../../bff/demo/free-ports.ts'
import type { ChangeRecord } from '../../../bff/demo/whm/changes.ts'
import { ROOT_TOKEN } from '../../../bff/demo/whm/sample.ts'
import { startWhm, type Whm } from '../../../bff/demo/whm/server.ts'
import { createCpanelProvider } from '../../../bff/providers/cpanel/cpanel-provider.ts'
import { addTenant } from '../../../bff/tenants/add.ts'
import { tenantInputSchema } from '../../../bff/tenants/tenant-input.ts'
import { type Database, openDatabase } from '../../../db/connect.ts'
import { startSqld } from '../../sqld.ts'
import { Program } from '../cli/processes.ts'
import type { ReplicaSettings } from './replica-settings.ts'

const ISSUER = 'https://brand.example'
const PUBLIC_URL = 'https://panel.example.com'
const MINUTE = 60_000
/** How far the clocks of the three machines are ahead. */
const CLOCKS = [0, 7 * MINUTE, -7 * MINUTE]

export interface Answered {
  readonly status: number
  readonly body: unknown
}

/** Three BFF processes on one libSQL server, in front of one WHM server. */
export interface Replicas {
  readonly db: Database
  readonly whm: Whm
  /** Every call that may have changed something on the server, in the order they ended. */
  readonly changes: readonly ChangeRecord[]
  /** What the processes complained of. */
  complaints(): string
  token(): Promise<string>
  url(replica: number): string
  ask(
    replica: number,
    method: string,
    path: string,
    body?: unknown,
    key?: string,
  ): Promise<Answered>
  /** Asks as a person does: with the preview read, the domain typed and every account ticked. */
  submit(
    replica: number,
    service: string,
    action: string,
    input?: Record<string, unknown>,
    key?: string,
  ): Promise<Answered>
  /** What `submit` sends. */
  confirmed(
    replica: number,
    service: string,
    action: string,
    input: Record<string, unknown>,
  ): Promise<Record<string, unknown>>
  /** Waits until an operation has ended. @returns its state */
  ended(replica: number, operation: string): Promise<string>
  /** A service without an account, and one for an account the server has. */
  ordered(id: string, domain: string): Promise<void>
  linked(id: string): Promise<void>
  faults(list: readonly object[]): Promise<void>
  end(): Promise<void>
}

/** Looks again and again until it is so. @throws Error after a minute and a half */
export async function until(what: string, holds: () => Promise<boolean>): Promise<void> {
  const end = Date.now() + 90_000
  while (!(await holds())) {
    if (Date.now() > end) throw new Error(`waited in vain until ${what}`)
    await wait(25)
  }
}

const idSchema = z.looseObject({ id: z.string() })
const operationSchema = z.looseObject({ id: z.string(), state: z.string() })
const offeredSchema = z.looseObject({
  service: z.looseObject({ state: z.string(), domain: z.string().nullable() }),
  actions: z.array(
    z.looseObject({
      name: z.string(),
      confirmation: z.object({ preview: z.boolean(), domain: z.boolean(), accounts: z.boolean() }),
    }),
  ),
})
const previewSchema = z.looseObject({
  digest: z.string(),
  accounts: z.array(z.looseObject({ username: z.string() })),
})

/** The operation of a `202`, or of a `409` that names it. */
export function operationIn(answer: Answered): string {
  const body = z.looseObject({ operation: operationSchema.optional() }).parse(answer.body)
  return body.operation?.id ?? operationSchema.parse(answer.body).id
}

export async function startReplicas(): Promise<Replicas> {
  const closing: (() => Promise<unknown>)[] = []
  const end = async () => {
    for (const close of closing.reverse()) await close()
  }
  const changes: ChangeRecord[] = []
  const server = await startSqld()
  closing.push(() => server.stop())
  const whm = await startWhm({ told: (record) => changes.push(record) })
  closing.push(() => whm.close())
  const pair = await generateKeyPair('ES256')
  const first = await freeInARow(6100, CLOCKS.length)
  const vaultKeys = `k:${randomBytes(32).toString('base64')}`
  const processes = CLOCKS.map((clockOffset, at) => {
    const settings: ReplicaSettings = {
      port: first + at,
      publicUrl: PUBLIC_URL,
      database: server.url,
      vaultKeys,
      clockOffset,
    }
    return new Program('tests/bff/replicas/replica-process.ts', [JSON.stringify(settings)], {})
  })
  closing.push(async () => {
    for (const program of processes) program.signal('SIGKILL')
    await Promise.all(processes.map(({ ended }) => ended))
  })
  await Promise.all(processes.map((program) => program.says('ready')))
  const db = await openDatabase({ url: server.url })
  closing.push(() => db.close())
  await addTenant(
    { db, clock: { now: () => Date.now() } },
    tenantInputSchema.parse({
      // Who looks forty times a second whether it is done is no page.
      limits: { token: 10_000_000, service: 10_000_000, tenant: 10_000_000 },
      label: 'Brand',
      issuer: ISSUER,
      algorithms: ['ES256'],
      origins: ['https://admin.brand.example'],
      jwks: { keys: [{ ...(await exportJWK(pair.publicKey)), alg: 'ES256', use: 'sig' }] },
    }),
  )
  const actions = createCpanelProvider().actions.map(({ name }) => `actions:${name}`)
  const token = () =>
    new SignJWT({
      role: 'staff',
      scope: [...RESOURCE_SCOPES, ...actions].join(' '),
      client_id: 'admin',
    })
      .setProtectedHeader({ alg: 'ES256', typ: 'at+jwt' })
      .setIssuer(ISSUER)
      .setAudience(PUBLIC_URL)
      .setSubject('ann')
      .setJti(randomUUID())
      .setIssuedAt()
      .setExpirationTime('5m')
      .sign(pair.privateKey)
  const url = (replica: number) => `http://127.0.0.1:${first + replica}`

  const replicas: Replicas = {
    db,
    whm,
    changes,
    complaints: () => processes.map(({ out, err }) => `${out}${err}`).join('\n'),
    token,
    url,
    async ask(replica, method, path, body, key) {
      const answer = await fetch(`${url(replica)}/v1${path}`, {
        method,
        headers: {
          authorization: `Bearer ${await token()}`,
          ...(body === undefined ? {} : { 'content-type': 'application/json' }),
          ...(key === undefined ? {} : { 'idempotency-key': key }),
        },
        ...(body === undefined ? {} : { body: JSON.stringify(body) }),
      })
      return { status: answer.status, body: await answer.json() }
    },
    async submit(replica, service, action, input = {}, key = randomUUID()) {
      const body = await replicas.confirmed(replica, service, action, input)
      return replicas.ask(replica, 'POST', `/services/${service}/actions/${action}`, body, key)
    },
    async confirmed(replica, service, action, input) {
      const { ask } = replicas
      const offered = offeredSchema.parse(
        (await ask(replica, 'GET', `/services/${service}/actions`)).body,
      )
      const needs = offered.actions.find(({ name }) => name === action)?.confirmation
      if (needs?.preview !== true) return { input }
      const path = `/services/${service}/actions/${action}/preview`
      const shown = await ask(replica, 'POST', path, { input })
      // Refused: what it is submitted with is then refused as well, for the same reason.
      if (shown.status !== 200) return { input }
      const { digest, accounts } = previewSchema.parse(shown.body)
      const confirmation = {
        digest,
        ...(needs.domain ? { domain: offered.service.domain ?? '' } : {}),
        ...(needs.accounts ? { accounts: accounts.map(({ username }) => username) } : {}),
      }
      return { input, confirmation }
    },
    async ended(replica, operation) {
      let state = ''
      await until(`${operation} has ended`, async () => {
        const answer = await replicas.ask(replica, 'GET', `/operations/${operation}`)
        state = operationSchema.parse(answer.body).state
        return ['succeeded', 'failed', 'cancelled', 'resolved', 'attention'].includes(state)
      })
      return state
    },
    async ordered(id, domain) {
      const put = await replicas.ask(0, 'PUT', `/services/${id}`, {
        configuration,
        domain,
        package: 'starter',
      })
      assert.equal(put.status, 201, JSON.stringify(put.body))
    },
    async linked(id) {
      const domain = whm.world().accounts[id]?.domain
      const body = { configuration, domain, username: id }
      assert.equal((await replicas.ask(0, 'PUT', `/services/${id}`, body)).status, 201)
      await until(`${id} is bound`, async () => {
        const answer = await replicas.ask(0, 'GET', `/services/${id}/actions`)
        return offeredSchema.parse(answer.body).service.state !== 'unknown'
      })
    },
    async faults(list) {
      const answer = await fetch(`${whm.controlUrl}/faults`, {
        method: 'PUT',
        body: JSON.stringify(list),
      })
      assert.ok(answer.ok, await answer.text())
    },
    end,
  }
  // The tenant is not yet known to those that have read the list: they look again within five seconds.
  await until('the tenant is known', async () =>
    (await Promise.all(CLOCKS.map((_, at) => replicas.ask(at, 'GET', '/configurations')))).every(
      ({ status }) => status === 200,
    ),
  )
  const made = await replicas.ask(0, 'POST', '/configurations', {
    label: 'Main',
    host: 'localhost',
    port: whm.port,
    user: 'root',
    token: ROOT_TOKEN,
    pin: { ca: whm.ca },
  })
  const configuration = idSchema.parse(made.body).id
  await replicas.ask(0, 'POST', `/configurations/${configuration}/test`, {})
  return replicas
}
