import assert from 'node:assert/strict'
import { afterEach, beforeEach, describe, it } from 'node:test'
import { setImmediate as turn } from 'node:timers/promises'
import { makeId } from '../../../bff/contract/ids.ts'
import { ROOT_TOKEN } from '../../../bff/demo/whm/sample.ts'
import { startWhm, type Whm } from '../../../bff/demo/whm/server.ts'
import type { EngineDeps } from '../../../bff/operations/deps.ts'
import { type Runner, startRunner } from '../../../bff/operations/runner.ts'
import { submit } from '../../../bff/operations/submit.ts'
import { createCpanelProvider } from '../../../bff/providers/cpanel/cpanel-provider.ts'
import type { Panel } from '../../../bff/providers/provider.ts'
import { configurations, servers, services } from '../../../db/schema.ts'
import { tenantId } from '../../tenant-id.ts'
import { type Hosting, openHosting, START } from './hosting.ts'

const HANGING = makeId('cfg', START + 1)
const HOUR = 3_600_000
const USERS = ['olive', 'lakeside', 'quayside', 'tidepool', 'harbour'] as const
let hosting: Hosting
let deps: EngineDeps
let dead: Whm
let deadPanel: Panel
let runner: Runner | undefined

beforeEach(async () => {
  hosting = await openHosting()
  dead = await startWhm({ clock: () => START })
  const provider = createCpanelProvider({ allowedHosts: ['localhost'] })
  deadPanel = provider.connect(
    {
      host: 'localhost',
      port: dead.port,
      user: 'root',
      token: ROOT_TOKEN,
      pin: { ca: dead.ca },
    },
    hosting.deps.lines.of('srv_dead'),
  )
  deps = {
    ...hosting.deps,
    // Only submissions and ends of work make it look again, so that nothing here depends on a timer.
    timings: { ...hosting.deps.timings, poll: HOUR },
    panelOf: async (tenant, configuration) =>
      configuration === HANGING
        ? { ok: true, value: deadPanel }
        : hosting.deps.panelOf(tenant, configuration),
    // The server is closed with calls under way; what they say of that is none of this story.
    report: () => undefined,
  }
  const { db } = deps
  await db.write([
    db.orm.insert(servers).values({
      id: 'srv_dead',
      provider: 'cpanel',
      host: 'localhost',
      port: dead.port,
      created_at: START,
    }),
    db.orm.insert(configurations).values({
      id: HANGING,
      tenant: tenantId('ten_1'),
      server: 'srv_dead',
      label: 'Second',
      api_user: 'root',
      token: 'sealed',
      created_at: START,
    }),
  ])
  for (const user of USERS) {
    await hosting.bound(user)
    const row = await hosting.service(user)
    assert.ok(row !== undefined)
    await db.write([
      db.orm.insert(services).values({
        ...row,
        id: `hanging-${user}`,
        tenant: tenantId('ten_1'),
        created_at: START,
        server: 'srv_dead',
        configuration: HANGING,
      }),
    ])
  }
})
afterEach(async () => {
  await dead.close()
  await runner?.stop()
  runner = undefined
  await deadPanel.close()
  await hosting.end()
})

/** Asks for a new password of each account there: nothing that is previewed, and every one a write. */
async function submitAll(prefix: string): Promise<void> {
  for (const user of USERS) {
    const done = await submit(
      deps,
      {
        tenant: tenantId('ten_1'),
        subject: 'https://brand.example ann',
        role: 'staff',
        actor: { role: 'staff', label: 'Ann' },
        allows: () => true,
        stepUp: () => undefined,
      },
      {
        service: `${prefix}${user}`,
        action: 'change-password',
        input: { password: 'Copper-Lantern-77-Ridge' },
        key: `key-of-${prefix}${user}`,
        confirmation: undefined,
      },
    )
    assert.equal(done.kind, 'accepted', JSON.stringify(done))
  }
}

async function statesOf(server: string): Promise<Record<string, number>> {
  const [answer] = await deps.db.write([
    {
      sql: 'SELECT state, count(*) AS n FROM operation WHERE server = ? GROUP BY state',
      args: [server],
    },
  ])
  return Object.fromEntries((answer?.rows ?? []).map((row) => [String(row.state), Number(row.n)]))
}

async function until(holds: () => Promise<boolean>): Promise<void> {
  while (!(await holds())) await turn()
}

/** The changing calls a server has received, answered or not. */
async function received(whm: Whm): Promise<string[]> {
  const answer = await fetch(`${whm.controlUrl}/journal`)
  // The demo's own journal: a list of calls, each with its function's name.
  const calls = (await answer.json()) as { function: string }[]
  return calls.map((call) => call.function).filter((name) => name === 'passwd')
}

const hang = (...functions: (string | undefined)[]) =>
  fetch(`${dead.controlUrl}/faults`, {
    method: 'PUT',
    body: JSON.stringify(functions.map((name) => ({ kind: 'hang', function: name }))),
  })

describe('a WHM that takes changing calls and never answers, beside one that answers', () => {
  beforeEach(async () => {
    await submitAll('hanging-')
    await submitAll('')
    await hang('passwd')
    runner = startRunner(deps, { automatic: true })
    await until(async () => (await statesOf('srv_1')).succeeded === USERS.length)
  })

  it('keeps nothing of the other from being done', { timeout: 60_000 }, async () =>
    assert.deepEqual(
      [(await received(hosting.whm)).length, (await statesOf('srv_dead')).succeeded],
      [USERS.length, undefined],
    ),
  )
  it('is sent no more writes than its bound', { timeout: 60_000 }, async () => {
    await until(async () => (await received(dead)).length >= deps.timings.writes_per_server)
    assert.equal((await received(dead)).length, deps.timings.writes_per_server)
  })
})

describe('a WHM that answers nothing at all any more, beside one that answers', () => {
  beforeEach(async () => {
    await submitAll('hanging-')
    await submitAll('')
    await hang(undefined)
    runner = startRunner(deps, { automatic: true })
    await until(async () => (await statesOf('srv_1')).succeeded === USERS.length)
  })

  it('keeps nothing of the other from being done', { timeout: 60_000 }, async () =>
    assert.equal((await received(hosting.whm)).length, USERS.length),
  )
  it('is sent no change it was not first found ready for', { timeout: 60_000 }, async () =>
    assert.deepEqual(await received(dead), []),
  )
})
