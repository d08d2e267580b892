import { type Database, isDatabaseAway } from '../../db/connect.ts'
import { allTenants, type TenantRow } from '../../db/tenants.ts'
import type { TenantKeys } from '../auth/verify.ts'
import type { Clock } from '../contract/clock.ts'
import type { TenantId } from '../contract/ids.ts'
import type { Language } from '../texts/languages.ts'
import { described } from './columns.ts'
import { DEFAULT_LIMITS, limitsOf, type TenantLimits } from './limits.ts'

function keysOf(row: TenantRow): TenantKeys {
  const { jwks, jwks_url, issuer, algorithms, origins, client_actions, step_up } = described(row)
  return {
    tenant: row.id,
    issuer,
    algorithms,
    keys: jwks_url === undefined ? { jwks: jwks ?? { keys: [] } } : { jwks_url },
    origins,
    client_actions,
    step_up,
  }
}

/**
 * How long the list of tenants is believed, in milliseconds: what another replica, or the operator's command, has changed
 * holds here within five seconds.
 */
const LIFE = 4000

interface Known {
  readonly read_at: number
  readonly byIssuer: ReadonlyMap<string, TenantKeys>
  readonly origins: ReadonlySet<string>
  readonly limits: ReadonlyMap<TenantId, TenantLimits>
  /** Those that are served, and the language their clients are spoken to in where one is set. */
  readonly served: ReadonlyMap<TenantId, Language | undefined>
}

/**
 * The tenants that are served, held in memory: every request asks for one, and a flood of invented issuers must not
 * become a flood of reads. A disabled one is not in it: its issuer is as unknown as one nobody added.
 */
export class TenantDirectory {
  readonly #db: Database
  readonly #clock: Clock
  /** What is believed now. */
  #known: Known | undefined
  /** What was read last, believed or not. */
  #last: Known | undefined
  #reading: Promise<Known> | undefined

  constructor(db: Database, clock: Clock) {
    this.#db = db
    this.#clock = clock
  }

  /** @param issuer exactly as in a token's `iss` */
  async tenantOf(issuer: string): Promise<TenantKeys | undefined> {
    return (await this.#current()).byIssuer.get(issuer)
  }

  /** Whether any tenant's pages may live there. */
  async isKnownOrigin(origin: string): Promise<boolean> {
    // A page must be able to read that the database is away; its origin lets it do nothing else.
    return (await this.#currentOrLast()).origins.has(origin)
  }

  /** The limits of a tenant whose token was just verified. */
  limitsOf(tenant: TenantId): TenantLimits {
    return this.#last?.limits.get(tenant) ?? DEFAULT_LIMITS
  }

  /** Whether the tenant is there and not disabled; as was last known while the database is away. */
  async isServed(tenant: TenantId): Promise<boolean> {
    return (await this.#currentOrLast()).served.has(tenant)
  }

  /** What its clients are spoken to in when they ask for no language of ours; undefined where none is set. */
  async languageOf(tenant: TenantId): Promise<Language | undefined> {
    return (await this.#currentOrLast()).served.get(tenant)
  }

  /** A tenant was added or changed here: the next caller reads anew. */
  forget(): void {
    this.#known = undefined
  }

  async #current(): Promise<Known> {
    const known = this.#known
    if (known !== undefined && this.#clock.now() - known.read_at < LIFE) return known
    this.#reading ??= this.#read().finally(() => {
      this.#reading = undefined
    })
    return this.#reading
  }

  async #currentOrLast(): Promise<Known> {
    try {
      return await this.#current()
    } catch (error) {
      if (this.#last === undefined || !isDatabaseAway(error)) throw error
      return this.#last
    }
  }

  async #read(): Promise<Known> {
    const read_at = this.#clock.now()
    const rows = (await allTenants(this.#db)).filter(({ disabled_at }) => disabled_at === null)
    const tenants = rows.map(keysOf)
    // Keys that did not change stay the same object: what was imported from them is kept with it.
    const before = this.#last?.byIssuer
    const byIssuer = new Map(
      tenants.map((tenant): [string, TenantKeys] => {
        const old = before?.get(tenant.issuer)
        const same = old !== undefined && JSON.stringify(old) === JSON.stringify(tenant)
        return [tenant.issuer, same ? old : tenant]
      }),
    )
    const known = {
      read_at,
      byIssuer,
      origins: new Set(tenants.flatMap(({ origins }) => origins)),
      limits: new Map(rows.map(({ id, limits }) => [id, limitsOf(limits)])),
      served: new Map(rows.map((row) => [row.id, described(row).language])),
    }
    this.#known = known
    this.#last = known
    return known
  }
}
