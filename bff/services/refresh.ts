import {
  type ConfigurationRow,
  configurationObserved,
  configurationRow,
} from '../../db/configurations.ts'
import {
  type Database,
  guarded,
  isGuardFailed,
  isUniqueConflict,
  type Statement,
} from '../../db/connect.ts'
import { fieldsOfService, serverFieldsConfirmed } from '../../db/fields.ts'
import { idleServiceChanged, type ServiceRow, serviceRow, snapshotKept } from '../../db/services.ts'
import { serverFieldsForgotten, serverFieldsReplaced } from '../../db/settlement.ts'
import { storedRights } from '../configurations/view.ts'
import type { Clock } from '../contract/clock.ts'
import type { TenantId } from '../contract/ids.ts'
import { serverFields } from '../fields/server-fields.ts'
import { logged, SYSTEM_ACTOR } from '../log/append.ts'
import type { AccountSnapshot, Answer, Panel, PanelFault } from '../providers/provider.ts'
import { type Observation, observe } from './observe.ts'

export interface RefreshDeps {
  readonly db: Database
  readonly clock: Clock
  panelOf(tenant: TenantId, configuration: string): Promise<Answer<Panel>>
  /** Told of what went wrong where no caller can be told. */
  report(error: unknown, about: string): void
}

export interface RefreshOptions {
  /** Milliseconds the caller waits for the server at most; 1000 unless told. */
  readonly wait?: number
  /** Milliseconds a reading, or a failure to read, is good for; 5000 unless told. */
  readonly fresh_for?: number
}

/** A service after at most the caller's patience. */
export interface Refreshed {
  readonly service: ServiceRow
  /** Why the server could not be asked, if that was found out lately. */
  readonly fault: PanelFault | undefined
}

/** How long a token's rights are believed, in milliseconds. */
const RIGHTS_LIFE = 10 * 60_000
const REMEMBERED = 10_000

/** Reads accounts behind the callers' backs: one reading per service at a time, which callers wait for only shortly. */
export class Refresher {
  readonly #deps: RefreshDeps
  readonly #running = new Map<string, Promise<void>>()
  readonly #tried = new Map<
    string,
    { readonly at: number; readonly fault: PanelFault | undefined }
  >()

  constructor(deps: RefreshDeps) {
    this.#deps = deps
  }

  /**
   * The service's record, read from its server now if the last reading is old. What takes longer than the caller's
   * patience goes on and serves the next one.
   *
   * @returns undefined when the tenant has no such service
   */
  async refresh(
    tenant: TenantId,
    id: string,
    { wait = 1000, fresh_for = 5000 }: RefreshOptions = {},
  ): Promise<Refreshed | undefined> {
    const service = await serviceRow(this.#deps.db, tenant, id)
    if (service === undefined) return undefined
    const key = `${tenant}/${id}`
    if (service.configuration === null) return { service, fault: undefined }
    const tried = this.#tried.get(key)
    const fresh = tried !== undefined && this.#deps.clock.now() - tried.at < fresh_for
    if (!fresh || this.#running.has(key)) await this.#within(wait, this.#read(key, service))
    return {
      service: (await serviceRow(this.#deps.db, tenant, id)) ?? service,
      fault: this.#tried.get(key)?.fault,
    }
  }

  /** Waits for every reading under way; for an orderly end. */
  async settled(): Promise<void> {
    await Promise.all(this.#running.values())
  }

  #read(key: string, service: ServiceRow): Promise<void> {
    const running = this.#running.get(key)
    if (running !== undefined) return running
    const reading = readService(this.#deps, service)
      .then(
        (fault) => this.#remember(key, fault),
        (error) => {
          this.#deps.report(error, `service ${service.id} could not be read`)
          this.#remember(key, undefined)
        },
      )
      .finally(() => this.#running.delete(key))
    this.#running.set(key, reading)
    return reading
  }

  #remember(key: string, fault: PanelFault | undefined): void {
    this.#tried.delete(key)
    this.#tried.set(key, { at: this.#deps.clock.now(), fault })
    const oldest = this.#tried.keys().next()
    if (this.#tried.size > REMEMBERED && oldest.done !== true) this.#tried.delete(oldest.value)
  }

  async #within(wait: number, reading: Promise<void>): Promise<void> {
    let timer: NodeJS.Timeout | undefined
    const patience = new Promise<void>((resolve) => {
      timer = setTimeout(resolve, wait)
    })
    await Promise.race([reading, patience])
    clearTimeout(timer)
  }
}

/** The account there is to read: bound, or named by the host and not refused yet. */
function readableAccount(service: ServiceRow): string | undefined {
  const readable =
    service.bound_at !== null || (service.state === 'unknown' && service.link_refused === null)
  return readable ? (service.username ?? undefined) : undefined
}

async function readService(deps: RefreshDeps, seen: ServiceRow): Promise<PanelFault | undefined> {
  const { tenant, configuration } = seen
  const row =
    configuration === null ? undefined : await configurationRow(deps.db, tenant, configuration)
  if (row === undefined) return undefined
  const panel = await deps.panelOf(tenant, row.id)
  if (!panel.ok) return panel.fault
  const seesAll = await readRights(deps, row, panel.value)
  // Rights that have changed are a new version of every service of the configuration.
  const service = (await serviceRow(deps.db, tenant, seen.id)) ?? seen
  const username = readableAccount(service)
  // Without an account, what the token may do is all there is to know: it decides whether one can be made.
  if (username === undefined) return seesAll.ok ? undefined : seesAll.fault
  const account = await panel.value.account(username)
  if (!account.ok) return account.fault
  // A bound account stays where it was bound.
  const server = service.server ?? row.server
  await settleReading(deps, service, server, account.value, seesAll.ok && seesAll.value)
  return undefined
}

/** Whether the token sees every account; its rights are read again when they are old. */
async function readRights(
  deps: RefreshDeps,
  row: ConfigurationRow,
  panel: Panel,
): Promise<Answer<boolean>> {
  const now = deps.clock.now()
  const known = storedRights(row)
  const fresh = row.rights_at !== null && now - row.rights_at < RIGHTS_LIFE
  if (known !== undefined && fresh) return { ok: true, value: known.all }
  const rights = await panel.rights()
  if (!rights.ok) return rights
  await deps.db.write([
    configurationObserved(row.tenant, row.id, row.version, {
      rights: JSON.stringify(rights.value),
      rights_at: now,
    }),
  ])
  return { ok: true, value: rights.value.all }
}

async function settleReading(
  deps: RefreshDeps,
  service: ServiceRow,
  server: string,
  account: AccountSnapshot | null,
  seesAll: boolean,
): Promise<void> {
  const now = deps.clock.now()
  const observation = observe(service, server, account, seesAll, now)
  const fields = await fieldStatements(deps.db, service, account, observation, now)
  // What is worth an entry is a new version too, and never something an operation is just doing.
  const changes = Object.keys(observation.set).length > 0 || observation.entry !== undefined
  const snapshot =
    observation.keep_snapshot && account !== null ? JSON.stringify(account) : undefined
  const statements: Statement[] = changes
    ? [
        idleServiceChanged(service, {
          ...observation.set,
          ...(snapshot === undefined ? {} : { snapshot, snapshot_at: now }),
        }),
        ...guarded(),
      ]
    : snapshot === undefined
      ? []
      : [snapshotKept(service, snapshot, now), ...guarded()]
  if (statements.length === 0) return
  const { entry } = observation
  const told =
    entry === undefined
      ? []
      : logged({
          tenant: service.tenant,
          service: service.id,
          now,
          level: entry.level,
          actor: SYSTEM_ACTOR,
          action: 'observation',
          message: {
            code: entry.code,
            ...(entry.params === undefined ? {} : { params: entry.params }),
          },
        })
  try {
    await deps.db.write([...statements, ...fields, ...told])
  } catch (error) {
    // Somebody changed the service, or an operation began, while the server was asked: this reading is of the past.
    if (isGuardFailed(error)) return
    // Another service was bound to the account first.
    if (!isUniqueConflict(error)) throw error
    await settleReading(deps, service, server, null, seesAll)
  }
}

async function fieldStatements(
  db: Database,
  service: ServiceRow,
  account: AccountSnapshot | null,
  observation: Observation,
  now: number,
): Promise<Statement[]> {
  const { tenant, id } = service
  if (observation.fields === 'forget') return [serverFieldsForgotten(tenant, id)]
  if (observation.fields === 'keep' || account === null) return []
  const values = serverFields(account)
  const rows = (await fieldsOfService(db, tenant, id)).filter(({ source }) => source === 'server')
  const same =
    rows.length === Object.keys(values).length &&
    rows.every(({ name, value }) => values[name] === value)
  if (same) return [serverFieldsConfirmed(tenant, id, now)]
  return [serverFieldsForgotten(tenant, id), ...serverFieldsReplaced(tenant, id, values, now)]
}
