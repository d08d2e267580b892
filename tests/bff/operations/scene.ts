import { createHash } from 'node:crypto'
import { mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import type { Confirmation } from '../../../bff/contract/action.ts'
import type { Input } from '../../../bff/contract/dialect.ts'
import { makeId } from '../../../bff/contract/ids.ts'
import type { Role } from '../../../bff/contract/scopes.ts'
import type { Caller } from '../../../bff/operations/caller.ts'
import type { EngineDeps } from '../../../bff/operations/deps.ts'
import { preview } from '../../../bff/operations/preview.ts'
import { type Runner, startRunner } from '../../../bff/operations/runner.ts'
import { submit } from '../../../bff/operations/submit.ts'
import { PRODUCTION_TIMINGS } from '../../../bff/operations/timings.ts'
import type { PanelFault, Provider } from '../../../bff/providers/provider.ts'
import { ServerLines } from '../../../bff/providers/server-line.ts'
import { parseKeyRing } from '../../../bff/vault/key-ring.ts'
import { createVault } from '../../../bff/vault/vault.ts'
import { type Database, openDatabase } from '../../../db/connect.ts'
import { migrate } from '../../../db/migrate.ts'
import { type OperationRow, operationById, stepsOfOperation } from '../../../db/operations.ts'
import { configurations, servers, services, tenants } from '../../../db/schema.ts'
import { serviceRow } from '../../../db/services.ts'
import { tenantId } from '../../tenant-id.ts'
import { InventedPanel, inventedProvider } from './invented-provider.ts'

export const START = Date.UTC(2026, 10, 23, 12)
/** The same in every run, since what was made with it is compared. */
export const VAULT_KEYS = `k:${createHash('sha256').update('tests').digest('base64')}`
/** The configuration of every service here. */
export const CONFIGURATION = makeId('cfg', START)

/** A tenant with services on one server, a clock that stands still, and a runner that moves when told. */
export interface Scene {
  readonly db: Database
  readonly deps: EngineDeps
  readonly panel: InventedPanel
  readonly runner: Runner
  readonly reports: string[]
  /** Where the database's files are. */
  readonly folder: string
  now: number
  /** Why the connection to the server cannot be opened; it can unless told. */
  closed: PanelFault | undefined
  caller(more?: {
    role?: Role
    denied?: readonly string[]
    subject?: string
    stepUp?: Caller['stepUp']
  }): Caller
  /** A second process on the same database. */
  another(): Runner
  submit(
    action: string,
    input?: Input,
    more?: {
      key?: string
      service?: string
      domain?: string
      accounts?: string[]
      /** Read earlier; read now if missing. */
      confirmation?: Confirmation
    },
  ): ReturnType<typeof submit>
  /** What a person confirms: the preview as it is read now, the domain typed, every account ticked. */
  confirmed(action: string, input: Input, service: string): Promise<Confirmation | undefined>
  /** Submits, expecting it to be taken. */
  take(action: string, input?: Input, more?: Parameters<Scene['submit']>[2]): Promise<string>
  operation(id: string): Promise<OperationRow>
  steps(id: string): Promise<string[]>
  service(id?: string): Promise<Awaited<ReturnType<typeof serviceRow>>>
  /** Lets time pass and the runner look. */
  pass(ms: number): Promise<void>
  count(sql: string): Promise<number>
  end(): Promise<void>
}

let keys = 0

/**
 * @param provider what its services can do; the invented one unless told
 * @param opened the database to set it on, closed with the scene; a file of its own unless told
 */
export async function setScene(
  provider: Provider = inventedProvider,
  opened?: Database,
): Promise<Scene> {
  const folder = await mkdtemp(join(tmpdir(), 'provision-engine-'))
  const db = opened ?? (await openDatabase({ url: `file:${join(folder, 'test.db')}` }))
  await migrate(db)
  const vault = createVault(parseKeyRing(VAULT_KEYS))
  const panel = new InventedPanel()
  const reports: string[] = []
  const clock = { now: () => scene.now }
  const lines = new ServerLines(clock)
  const deps: EngineDeps = {
    db,
    clock,
    timings: PRODUCTION_TIMINGS,
    provider,
    panelOf: async () =>
      scene.closed === undefined ? { ok: true, value: panel } : { ok: false, fault: scene.closed },
    lines,
    seal: vault.seal,
    open: vault.open,
    hmac: vault.hmac,
    matches: vault.matches,
    report: (error, about) => reports.push(`${about}: ${String(error)}`),
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
    db.orm.insert(tenants).values({
      id: tenantId('ten_2'),
      label: 'Other',
      issuer: 'https://other.example',
      algorithms: '["ES256"]',
      origins: '[]',
      created_at: START,
    }),
    db.orm.insert(servers).values({
      id: 'srv_1',
      provider: 'invented',
      host: 'panel.example',
      port: 2087,
      created_at: START,
    }),
    db.orm.insert(configurations).values({
      id: CONFIGURATION,
      tenant: tenantId('ten_1'),
      server: 'srv_1',
      label: 'Main',
      api_user: 'root',
      token: await deps.seal(
        { tenant: tenantId('ten_1'), table: 'configuration', row: CONFIGURATION, column: 'token' },
        'the-token-of-the-server',
      ),
      created_at: START,
    }),
  ])
  const runner = startRunner(deps, { automatic: false })
  const scene: Scene = {
    db,
    deps,
    panel,
    runner,
    reports,
    folder,
    now: START,
    closed: undefined,
    caller: ({
      role = 'staff',
      denied = [],
      subject = 'https://brand.example ann',
      stepUp = () => undefined,
    } = {}) => ({
      tenant: tenantId('ten_1'),
      subject,
      role,
      actor: { role, label: 'Ann' },
      allows: (scope) => !denied.includes(scope),
      stepUp,
    }),
    another: () => startRunner(deps, { automatic: false }),
    async confirmed(action, input, service) {
      const { actions } = scene.deps.provider
      if (actions.find(({ name }) => name === action)?.confirmation.preview !== true)
        return undefined
      const shown = await preview(scene.deps, scene.caller(), service, action, input)
      return shown.kind === 'previewed'
        ? {
            digest: shown.digest,
            domain: `${service}.example`,
            accounts: shown.consequences.accounts.map(({ username }) => username),
          }
        : undefined
    },
    async submit(action, input = {}, more = {}) {
      const service = more.service ?? 'bob'
      const { domain, accounts } = more
      const read = more.confirmation ?? (await scene.confirmed(action, input, service))
      return submit(deps, scene.caller(), {
        service,
        action,
        input,
        key: more.key ?? `key-number-${keys++}`,
        confirmation:
          read === undefined
            ? undefined
            : {
                ...read,
                ...(domain === undefined ? {} : { domain }),
                ...(accounts === undefined ? {} : { accounts }),
              },
      })
    },
    async take(action, input, more) {
      const done = await scene.submit(action, input, more)
      if (done.kind !== 'accepted') throw new Error(`refused: ${done.code}`)
      return done.operation.id
    },
    async operation(id) {
      const row = await operationById(db, tenantId('ten_1'), id)
      if (row === undefined) throw new Error('no such operation')
      return row
    },
    steps: async (id) =>
      (await stepsOfOperation(db, { tenant: tenantId('ten_1'), id })).map(({ state }) => state),
    service: (id = 'bob') => serviceRow(db, tenantId('ten_1'), id),
    async pass(ms) {
      scene.now += ms
      await runner.tick()
    },
    async count(sql) {
      const [result] = await db.write([{ sql }])
      return Number(result?.rows[0]?.[0] ?? 0)
    },
    async end() {
      await runner.stop()
      await db.close()
      await rm(folder, { recursive: true })
    },
  }
  return scene
}

/** A service bound to an account of its name. */
export async function bound(
  scene: Scene,
  username: string,
  tenant = tenantId('ten_1'),
): Promise<void> {
  const account = scene.panel.accounts.get(username) ?? scene.panel.add(username)
  await scene.db.write([
    scene.db.orm.insert(services).values({
      id: username,
      tenant,
      state: 'active',
      since: START,
      configuration: tenant === 'ten_1' ? CONFIGURATION : null,
      server: 'srv_1',
      username,
      domain: account.domain,
      package: account.package,
      bound_at: START,
      started_at_s: account.started_at,
      uid: account.uid,
      owner: account.owner,
      snapshot: JSON.stringify(account),
      snapshot_at: START,
      created_at: START,
    }),
  ])
}

/** A service that has no account yet. */
export async function ordered(scene: Scene, id: string): Promise<void> {
  await scene.db.write([
    scene.db.orm.insert(services).values({
      id,
      tenant: tenantId('ten_1'),
      state: 'unprovisioned',
      since: START,
      configuration: CONFIGURATION,
      domain: `${id}.example`,
      created_at: START,
    }),
  ])
}
