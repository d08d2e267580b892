import { randomBytes } from 'node:crypto'
import { mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import type { Input } from '../../../bff/contract/dialect.ts'
import { makeId } from '../../../bff/contract/ids.ts'
import { RESELLER_TOKEN, ROOT_TOKEN } from '../../../bff/demo/whm/sample.ts'
import { startWhm, type Whm } from '../../../bff/demo/whm/server.ts'
import type { Account, World } from '../../../bff/demo/whm/world.ts'
import type { Caller } from '../../../bff/operations/caller.ts'
import type { EngineDeps } from '../../../bff/operations/deps.ts'
import { preview } from '../../../bff/operations/preview.ts'
import { readAction } from '../../../bff/operations/read-action.ts'
import { retry } from '../../../bff/operations/retry.ts'
import { startRunner } from '../../../bff/operations/runner.ts'
import { submit } from '../../../bff/operations/submit.ts'
import { PRODUCTION_TIMINGS } from '../../../bff/operations/timings.ts'
import { createCpanelProvider } from '../../../bff/providers/cpanel/cpanel-provider.ts'
import { ServerLines } from '../../../bff/providers/server-line.ts'
import { parseKeyRing } from '../../../bff/vault/key-ring.ts'
import { createVault } from '../../../bff/vault/vault.ts'
import { openDatabase } from '../../../db/connect.ts'
import { migrate } from '../../../db/migrate.ts'
import { operationById } from '../../../db/operations.ts'
import { configurations, servers, services, tenants } from '../../../db/schema.ts'
import { serviceRow } from '../../../db/services.ts'
import { tenantId } from '../../tenant-id.ts'

export const START = Date.UTC(2026, 10, 25, 12)
const CONFIGURATION = makeId('cfg', START)

/** The engine and this provider at work on the demo's server, under one clock that stands still. */
export interface Hosting {
  readonly whm: Whm
  readonly deps: EngineDeps
  world(): World
  account(user: string): Account | undefined
  /** A service bound to an account of the server. */
  bound(user: string): Promise<void>
  ordered(id: string, domain: string): Promise<void>
  /** Submits as a person does: with the preview read, the domain typed and every account ticked. */
  submit(service: string, action: string, input?: Input): ReturnType<typeof submit>
  /** The same, and lets the runner work until it has nothing to do. */
  run(service: string, action: string, input?: Input): Promise<string>
  /** Retries the service's last operation, with what it had. */
  retry(service: string, input?: Input): Promise<string>
  read(service: string, action: string, input?: Input): ReturnType<typeof readAction>
  pass(ms: number): Promise<void>
  /** State and error of the last operation. */
  state(id: string): Promise<string>
  service(id: string): ReturnType<typeof serviceRow>
  /** Everything the operations table holds. */
  stored(): Promise<string>
  faults(faults: readonly object[]): Promise<void>
  /** Functions that were called and change something. */
  changes(): Promise<string[]>
  end(): Promise<void>
}

const CHANGING =
  /^(createacct|passwd|changepackage|modifyacct|(un)?setupreseller|setacls|setresellerlimits|(un)?suspend|removeacct|terminate)/

export async function openHosting(as: 'root' | 'harbour' = 'root'): Promise<Hosting> {
  const folder = await mkdtemp(join(tmpdir(), 'provision-cpanel-'))
  let present = START
  const whm = await startWhm({ clock: () => present })
  const db = await openDatabase({ url: `file:${join(folder, 'test.db')}` })
  await migrate(db)
  const vault = createVault(parseKeyRing(`k:${randomBytes(32).toString('base64')}`))
  const provider = createCpanelProvider({ allowedHosts: ['localhost'] })
  const clock = { now: () => present }
  const lines = new ServerLines(clock)
  const panel = provider.connect(
    {
      host: 'localhost',
      port: whm.port,
      user: as,
      token: as === 'root' ? ROOT_TOKEN : RESELLER_TOKEN,
      pin: { ca: whm.ca },
    },
    lines.of('srv_1'),
  )
  const deps: EngineDeps = {
    db,
    clock,
    timings: PRODUCTION_TIMINGS,
    provider,
    panelOf: async () => ({ ok: true, value: panel }),
    lines,
    seal: vault.seal,
    open: vault.open,
    hmac: vault.hmac,
    matches: vault.matches,
    report: (error, about) => {
      throw new Error(`${about}: ${String(error)}`)
    },
  }
  const caller: Caller = {
    tenant: tenantId('ten_1'),
    subject: 'https://brand.example ann',
    role: 'staff',
    actor: { role: 'staff', label: 'Ann' },
    allows: () => true,
    stepUp: () => undefined,
  }
  const runner = startRunner(deps, { automatic: false })
  let keys = 0
  /** What a person confirms who read the preview, typed the domain and ticked every account. */
  async function confirmed(service: string, action: string, input: Input) {
    const needs = provider.actions.find(({ name }) => name === action)?.confirmation
    if (needs?.preview !== true) return undefined
    const shown = await preview(deps, caller, service, action, input)
    if (shown.kind === 'problem') return shown
    const row = await hosting.service(service)
    return {
      kind: 'confirmed' as const,
      confirmation: {
        digest: shown.digest,
        ...(needs.domain ? { domain: row?.domain ?? '' } : {}),
        accounts: shown.consequences.accounts.map(({ username }) => username),
      },
    }
  }
  const hosting: Hosting = {
    whm,
    deps,
    world: () => whm.world(),
    account: (user) => whm.world().accounts[user],
    async bound(user) {
      const found = await panel.account(user)
      if (!found.ok || found.value === null) throw new Error(`no account ${user}`)
      const { value } = found
      await db.write([
        db.orm.insert(services).values({
          id: user,
          tenant: tenantId('ten_1'),
          state: value.suspended ? 'suspended' : 'active',
          since: START,
          configuration: CONFIGURATION,
          server: 'srv_1',
          username: user,
          domain: value.domain,
          package: value.package,
          bound_at: START,
          started_at_s: value.started_at,
          uid: value.uid,
          owner: value.owner,
          snapshot: JSON.stringify(value),
          snapshot_at: START,
          created_at: START,
        }),
      ])
    },
    async ordered(id, domain) {
      await db.write([
        db.orm.insert(services).values({
          id,
          tenant: tenantId('ten_1'),
          state: 'unprovisioned',
          since: START,
          configuration: CONFIGURATION,
          domain,
          package: 'starter',
          created_at: START,
        }),
      ])
    },
    async submit(service, action, input = {}) {
      const confirmation = await confirmed(service, action, input)
      if (confirmation?.kind === 'problem') return confirmation
      return submit(deps, caller, {
        service,
        action,
        input,
        key: `key-number-${keys++}`,
        confirmation: confirmation?.confirmation,
      })
    },
    async run(service, action, input) {
      const done = await hosting.submit(service, action, input)
      if (done.kind !== 'accepted') return `${done.code} ${done.message?.code ?? ''}`.trim()
      await hosting.pass(0)
      return hosting.state(done.operation.id)
    },
    async retry(service, input = {}) {
      const [rows] = await db.write([
        {
          sql: `SELECT id, action FROM operation WHERE service = ? ORDER BY state = 'attention' DESC, id DESC LIMIT 1`,
          args: [service],
        },
      ])
      // What is dangerous is confirmed afresh; a retry that asks for nothing else needs no more.
      const confirmation =
        Object.keys(input).length === 0
          ? undefined
          : await confirmed(service, String(rows?.rows[0]?.action), input)
      if (confirmation?.kind === 'problem') return confirmation.code
      const done = await retry(
        deps,
        caller,
        String(rows?.rows[0]?.id),
        input,
        confirmation?.confirmation,
        `key-number-${keys++}`,
      )
      if (done.kind !== 'accepted') return `${done.code} ${done.message?.code ?? ''}`.trim()
      await hosting.pass(1)
      return hosting.state(done.operation.id)
    },
    read: (service, action, input = {}) => readAction(deps, caller, service, action, input),
    async pass(ms) {
      present += ms
      await runner.tick()
    },
    async state(id) {
      const row = await operationById(db, tenantId('ten_1'), id)
      const error = row?.error ?? null
      return error === null ? (row?.state ?? 'missing') : `${row?.state} ${error}`
    },
    service: (id) => serviceRow(db, tenantId('ten_1'), id),
    async stored() {
      const [rows] = await db.write([{ sql: 'SELECT * FROM operation' }])
      return JSON.stringify(rows?.rows)
    },
    async faults(faults) {
      await fetch(`${whm.controlUrl}/faults`, { method: 'PUT', body: JSON.stringify(faults) })
    },
    async changes() {
      const answer = await fetch(`${whm.controlUrl}/journal`)
      // The demo's own journal: a list of calls, each with its function's name.
      const calls = (await answer.json()) as { function: string }[]
      return calls.map((call) => call.function).filter((name) => CHANGING.test(name))
    },
    async end() {
      await runner.stop()
      await panel.close()
      await db.close()
      await whm.close()
      await rm(folder, { recursive: true })
    },
  }
  await db.write([
    db.orm.insert(tenants).values({
      id: tenantId('ten_1'),
      label: 'Brand',
      issuer: 'https://brand.example',
      algorithms: '["ES256"]',
      origins: '[]',
      created_at: START,
    }),
    db.orm.insert(servers).values({
      id: 'srv_1',
      provider: 'cpanel',
      host: 'localhost',
      port: whm.port,
      created_at: START,
    }),
    db.orm.insert(configurations).values({
      id: CONFIGURATION,
      tenant: tenantId('ten_1'),
      server: 'srv_1',
      label: 'Main',
      api_user: as,
      rights: JSON.stringify({ all: as === 'root', privileges: await privilegesOf() }),
      rights_at: START,
      token: await deps.seal(
        { tenant: tenantId('ten_1'), table: 'configuration', row: CONFIGURATION, column: 'token' },
        'sealed',
      ),
      created_at: START,
    }),
  ])
  async function privilegesOf(): Promise<readonly string[]> {
    const rights = await panel.rights()
    return rights.ok ? rights.value.privileges : []
  }
  return hosting
}
